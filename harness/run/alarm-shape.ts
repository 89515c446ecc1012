/**
 * What an author can get wrong in an alarm, so far as it is known before the run: a fault that never strikes, is over too soon or cannot be undone,
 * or a group or topic that is not as the alarm takes it to be, would leave it silent, or on, whatever monitoring sees.
 */
import { alarmsOf, signWords, type Alarm } from '../model/alarm.ts'
import { describeDuration, milliseconds } from '../model/duration.ts'
import type { Experiment } from '../model/experiment.ts'
import type { ScheduledFault } from '../model/fault.ts'

/** In a sentence. */
export const oddAlarm = (experiment: Pick<Experiment, 'checkers' | 'nemesis' | 'workload'>): string | undefined =>
  alarmsOf(experiment).map(alarm => wrongIn(alarm, experiment)).find(wrong => wrong !== undefined)

const wrongIn = ({ sign, fault }: Alarm, { nemesis, workload }: Pick<Experiment, 'nemesis' | 'workload'>): string | undefined => {
  const { name, partitions } = sign.topic
  const faults = (nemesis?.faults ?? []).filter(({ description }) => description === fault)
  if (faults.length === 0) return `Its alarm is raised by "${fault}", and its \`nemesis\` holds no such fault.`
  if (faults.some(({ lasting }) => lasting === 'for good')) return `Its alarm is raised by "${fault}", which nothing heals: the alarm would never have to be over.`
  const own = workload.flatMap(({ topics }) => topics).filter(topic => topic.name === name)
  if (own.length === 0) return `Its alarm is about the topic ${name}, and its \`workload\` has none of that name.`
  const other = own.find(topic => topic.partitions !== partitions)
  if (other !== undefined) return `Its alarm is about the topic ${name} of partitions: ${partitions}, and its \`workload\` has it with partitions: ${other.partitions}. Give the same topic to both.`
  if (sign.kind === 'under-replicated') return own.some(({ replicas }) => replicas < 2) ? `Its alarm is under-replication of ${name}, which has one replica: that is always in sync.` : undefined
  const read = workload.flatMap(({ clients }) => clients).flatMap(client => client.kind === 'member' && client.group === sign.group ? client.topics : [])

  return read.length > 0 && read.every(topic => topic.name === name) ? undefined : `Its alarm is about how far ${sign.group} is behind in ${name}: that must be a group, and ${name} all that it reads.`
}

/** The first step that is healed before whoever scrapes has to have seen what it raises, in a sentence. */
export const tooShortForAlarm = (experiment: Pick<Experiment, 'checkers'>, schedule: readonly Pick<ScheduledFault, 'fault' | 'lasting'>[]): string | undefined =>
  alarmsOf(experiment).flatMap(({ sign, fault, withinMs }) => schedule.flatMap((step, index) => step.fault.description === fault && step.lasting.milliseconds < withinMs
    ? [`Step ${index + 1} of the schedule, "${fault}", lasts ${describeDuration(step.lasting)}, and ${signWords(sign)} has to be seen within ${describeDuration(milliseconds(withinMs))} of it: it would be healed before.`]
    : []))[0]
