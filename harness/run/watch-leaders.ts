/**
 * Asks the cluster again and again who leads and who is in sync, and writes each change as a `leader` line: the timeline
 * against which a reader holds faults and outages. An unanswered question changes nothing.
 */
import type { Clock } from '../model/clock.ts'
import type { LeaderLine } from '../model/history.ts'
import type { Metadata, PartitionState } from '../model/metadata.ts'
import { pause } from './waiting.ts'

/** The last moment at which every broker was heard and none knew a later epoch: whatever was acknowledged by then was so in this epoch or an earlier one. */
export interface Agreement {
  readonly leader: number | undefined
  readonly epoch: number
  /** When it was asked, in microseconds since the run began. */
  readonly at: number
}

export interface LeaderWatch {
  /** The last known state of each partition. */
  readonly partitions: () => readonly PartitionState[]
  readonly stop: () => Promise<void>
}

export interface LeaderWatchOptions {
  readonly metadata: Metadata
  readonly topics: readonly string[]
  readonly clock: Clock
  readonly write: (line: LeaderLine) => void
  /** `agreed` was before the change. */
  readonly changed: (now: PartitionState, before: PartitionState, agreed: Agreement | undefined) => void
  /** What each question brought, without what is older than what is known; nothing, if nobody answered. */
  readonly answered?: (states: readonly PartitionState[], asked: number) => void
  /** Default: four times a second. */
  readonly everyMs?: number
}

interface Known {
  state: PartitionState
  agreed: Agreement | undefined
}

const usuallyEveryMs = 250

export const watchLeaders = (options: LeaderWatchOptions): LeaderWatch => {
  const stopping = new AbortController()
  const known = new Map<string, Known>()
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const asked = options.clock.now()
      const states = await options.metadata.partitions(options.topics).catch(() => [])
      const news = states.filter(state => note(options, known, state, asked))
      options.answered?.(news, asked)
      await pause(options.everyMs ?? usuallyEveryMs, stopping.signal).catch(() => undefined)
    }
  }
  const done = loop()

  return {
    partitions: () => [...known.values()].map(({ state }) => state),
    stop: async () => {
      stopping.abort()
      await done
    }
  }
}

/** False: it is old news. */
const note = (options: LeaderWatchOptions, known: Map<string, Known>, state: PartitionState, at: number): boolean => {
  const key = `${state.topic}-${state.partition}`
  const before = known.get(key)
  // An answer may come from a broker that has not heard the news yet: epochs never go back.
  if (before !== undefined && (state.leaderEpoch ?? 0) < (before.state.leaderEpoch ?? 0)) return false

  const { leader, leaderEpoch } = state
  known.set(key, { state, agreed: state.agreed === true && leaderEpoch !== undefined ? { leader, epoch: leaderEpoch, at } : before?.agreed })
  if (before !== undefined && isSame(before.state, state)) return true

  if (leader !== undefined) writeLine(options, { ...state, leader }, at)
  if (before) options.changed(state, before.state, before.agreed)

  return true
}

const isSame = (one: PartitionState, other: PartitionState): boolean =>
  one.leader === other.leader && one.leaderEpoch === other.leaderEpoch && sameIds(one.isr, other.isr)

const writeLine = ({ write }: LeaderWatchOptions, { topic, partition, leader, isr, leaderEpoch }: PartitionState & { readonly leader: number }, at: number): void => {
  write({ event: 'leader', at, topic, partition, leader, isr, ...(leaderEpoch === undefined ? {} : { epoch: leaderEpoch }) })
}

const sameIds = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every(id => other.includes(id))
