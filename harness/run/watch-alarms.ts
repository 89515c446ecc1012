/**
 * Asks what monitoring would ask, for the alarms that a claim names, and keeps each question with its answer and the times of both: an alarm that
 * nobody saw is a finding only where somebody asked, and was answered. What is under-replicated the watch over leaders has asked anyway;
 * how far a group is behind is asked here, and only of a run that wants to know.
 */
import type { Alarm, GroupBehind, Sign } from '../model/alarm.ts'
import type { Clock } from '../model/clock.ts'
import type { Metadata, OffsetRange, PartitionState } from '../model/metadata.ts'
import { pause } from './waiting.ts'

/** One question. Times are microseconds since the run began. */
export interface Asked {
  readonly asked: number
  readonly answered: number
  /** Whether the alarm was on. Absent: nobody can say. */
  readonly on?: boolean
}

export interface AlarmWatch {
  /** The watch over leaders had this answer to a question asked then. */
  readonly answered: (states: readonly PartitionState[], asked: number) => void
  /** By the alarms' order, the questions in theirs. */
  readonly questions: () => readonly (readonly Asked[])[]
  readonly stop: () => Promise<void>
}

export interface AlarmWatchOptions {
  readonly alarms: readonly Alarm[]
  readonly metadata: Pick<Metadata, 'offsets' | 'committedOffsets'>
  readonly clock: Clock
  /** How long to wait between two questions after a group. Default: 1 s. */
  readonly everyMs?: number
}

const usuallyEveryMs = 1000

export const watchAlarms = ({ alarms, metadata, clock, everyMs = usuallyEveryMs }: AlarmWatchOptions): AlarmWatch => {
  const stopping = new AbortController()
  const watched = alarms.map(({ sign }) => ({ sign, questions: [] as Asked[] }))
  const note = (questions: Asked[], asked: number, on: boolean | undefined): void => {
    questions.push({ asked, answered: clock.now(), ...on === undefined ? {} : { on } })
  }
  const loops = watched.map(async ({ sign, questions }) => {
    while (sign.kind === 'behind' && !stopping.signal.aborted) {
      const asked = clock.now()
      note(questions, asked, await isBehind(sign, metadata).catch(() => undefined))
      await pause(everyMs, stopping.signal).catch(() => undefined)
    }
  })

  return {
    answered: (states, asked) => {
      for (const { sign, questions } of watched) if (sign.kind === 'under-replicated') note(questions, asked, isUnderReplicated(sign, states))
    },
    questions: () => watched.map(({ questions }) => questions),
    stop: async () => {
      stopping.abort()
      await Promise.all(loops)
    }
  }
}

/** Undefined: not all of its partitions were told. */
const isUnderReplicated = ({ topic }: Sign, states: readonly PartitionState[]): boolean | undefined => {
  const own = states.filter(state => state.topic === topic.name)

  return own.length < topic.partitions ? undefined : own.some(({ isr, replicas }) => isr.length < replicas.length)
}

/**
 * What is committed is asked last: what a group has done meanwhile counts as done, so that it is at least as far behind as it seems. Undefined:
 * not all ends were told, or the group has committed nothing at all.
 */
const isBehind = async ({ topic, group, records }: GroupBehind, metadata: AlarmWatchOptions['metadata']): Promise<boolean | undefined> => {
  const ends = await metadata.offsets([topic.name])
  const committed = await metadata.committedOffsets(group, [topic])

  return ends.length < topic.partitions || committed.size === 0 ? undefined : ends.reduce((sum, end) => sum + leftOf(end, committed), 0) >= records
}

/** Of a partition in which a group has committed nothing, nobody is told how far behind it is. */
const leftOf = ({ topic, partition, logEnd }: OffsetRange, committed: ReadonlyMap<string, number>): number =>
  Math.max(0, logEnd - (committed.get(`${topic}-${partition}`) ?? logEnd))
