/**
 * Asks the cluster again and again who leads and who is in sync, and writes each change as a `leader` line: the timeline
 * against which a reader holds faults and outages. An unanswered question changes nothing.
 */
import type { Clock } from '../model/clock.ts'
import type { LeaderLine } from '../model/history.ts'
import type { Metadata, PartitionState } from '../model/metadata.ts'
import { pause } from './waiting.ts'

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
  readonly changed: (now: PartitionState, before: PartitionState) => void
}

const everyMs = 250

export const watchLeaders = (options: LeaderWatchOptions): LeaderWatch => {
  const stopping = new AbortController()
  const known = new Map<string, PartitionState>()
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const asked = options.clock.now()
      const states = await options.metadata.partitions(options.topics).catch(() => [])
      for (const state of states) note(options, known, state, asked)
      await pause(everyMs, stopping.signal).catch(() => undefined)
    }
  }
  const done = loop()

  return {
    partitions: () => [...known.values()],
    stop: async () => {
      stopping.abort()
      await done
    }
  }
}

const note = ({ write, changed }: LeaderWatchOptions, known: Map<string, PartitionState>, state: PartitionState, at: number): void => {
  const key = `${state.topic}-${state.partition}`
  const before = known.get(key)
  const same = before !== undefined && before.leader === state.leader && before.leaderEpoch === state.leaderEpoch && sameIds(before.isr, state.isr)
  if (same) return
  // An answer may come from a broker that has not heard the news yet: epochs never go back.
  if (before !== undefined && (state.leaderEpoch ?? 0) < (before.leaderEpoch ?? 0)) return

  known.set(key, state)
  if (state.leader !== undefined) {
    write({
      event: 'leader',
      at,
      topic: state.topic,
      partition: state.partition,
      leader: state.leader,
      isr: state.isr,
      ...(state.leaderEpoch === undefined ? {} : { epoch: state.leaderEpoch })
    })
  }
  if (before) changed(state, before)
}

const sameIds = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every(id => other.includes(id))
