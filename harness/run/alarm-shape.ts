/** What an author can get wrong in an alarm: a fault that never strikes, or a group or topic that is not there, would leave it silent. */
import { alarmsOf, type Alarm } from '../model/alarm.ts'
import type { Experiment } from '../model/experiment.ts'

/** In a sentence. */
export const oddAlarm = (experiment: Pick<Experiment, 'checkers' | 'nemesis' | 'workload'>): string | undefined =>
  alarmsOf(experiment).map(alarm => wrongIn(alarm, experiment)).find(wrong => wrong !== undefined)

const wrongIn = ({ sign, fault }: Alarm, { nemesis, workload }: Pick<Experiment, 'nemesis' | 'workload'>): string | undefined => {
  const { name } = sign.topic
  const faults = (nemesis?.faults ?? []).map(({ description }) => description)
  if (!faults.includes(fault)) return `Its alarm is raised by "${fault}", and its \`nemesis\` holds no such fault.`
  if (workload.every(({ topics }) => topics.every(topic => topic.name !== name))) return `Its alarm is about the topic ${name}, and its \`workload\` has none of that name.`
  if (sign.kind !== 'behind') return undefined
  const read = workload.flatMap(({ clients }) => clients).flatMap(client => client.kind === 'member' && client.group === sign.group ? client.topics : [])

  return read.length > 0 && read.every(topic => topic.name === name) ? undefined : `Its alarm is about how far ${sign.group} is behind in ${name}: that must be a group, and ${name} all that it reads.`
}
