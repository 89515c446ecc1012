/** Gathers what groups did as a whole: how members came to their partitions and left them, what they committed, and what came of it. */
import { notKnown, type Commit, type EffectEvidence, type Move, type TransactionEvidence } from '../model/evidence.ts'
import type { CommitOutcome } from '../model/history.ts'
import type { Fail } from './gathered-sends.ts'
import { pairs, type Pairs } from './interning.ts'

export interface CommitRow {
  readonly order: number
  readonly at: number
  readonly until: number
  readonly member: number
  readonly group: number
  readonly partition: number
  readonly offset: number
  readonly outcome: CommitOutcome
  readonly transaction: number
}

export interface EffectRow {
  readonly order: number
  readonly record: number
  readonly times: number
  readonly group: number
}

export interface GroupAndPartition {
  readonly group: number
  readonly partition: number
}

/** Few for each group and partition, and known of all of them at once, whichever deliveries are gathered. */
export interface GatheredGroups {
  /** A group and a partition. */
  readonly streams: Pairs
  readonly streamOf: (where: GroupAndPartition) => number
  readonly commit: (row: CommitRow) => void
  readonly move: (where: GroupAndPartition, move: Move) => void
  readonly effect: (row: EffectRow) => void
  readonly effects: readonly EffectEvidence[]
  /** Of one group and partition, by time. */
  readonly commitsOf: (stream: number, transactions: readonly TransactionEvidence[]) => readonly Commit[]
  readonly movesOf: (stream: number) => readonly Move[]
}

export const gatherGroups = (fail: Fail): GatheredGroups => {
  const streams = pairs()
  const commits: CommitRow[][] = []
  const moves: Move[][] = []
  const effects: EffectEvidence[] = []
  const effectsSeen = pairs()
  const streamOf = ({ group, partition }: GroupAndPartition): number => streams.numberOf({ first: group, second: partition })

  return {
    streams,
    streamOf,
    effects,
    commit: row => {
      if (row.until < row.at) fail({ order: row.order, field: 'until', problem: `${row.until} is before at, ${row.at}` })
      ;(commits[streamOf(row)] ??= []).push(row)
    },
    move: (where, move) => {
      (moves[streamOf(where)] ??= []).push(move)
    },
    effect: ({ order, record, times, group }) => {
      const before = effectsSeen.all.length
      if (effectsSeen.numberOf({ first: group + 1, second: record }) < before) {
        fail({ order, field: 'id', problem: 'a second effect line of this id and group' })
      }
      effects.push({ record, times, group: group === notKnown ? null : group })
    },
    commitsOf: (stream, transactions) => (commits[stream] ?? []).map(row => settledCommit(row, transactions)).sort(byTime),
    movesOf: stream => (moves[stream] ?? []).toSorted(byTime)
  }
}

const byTime = (left: { readonly at: number, readonly order: number }, right: { readonly at: number, readonly order: number }): number =>
  left.at - right.at || left.order - right.order

/** A commit in a transaction takes effect with it: acknowledged when that is committed, at that line. */
const settledCommit = (row: CommitRow, transactions: readonly TransactionEvidence[]): Commit => {
  const { at, order, until, member, offset, outcome } = row
  const plain: Commit = { at, order, until, member, offset, outcome, told: outcome, completedAt: until }
  const transaction = transactions[row.transaction]
  if (transaction === undefined || outcome === 'rejected') return plain
  if (transaction.state === 'aborted') return { ...plain, outcome: 'rejected' }
  if (transaction.state !== 'committed') return { ...plain, outcome: 'indeterminate' }

  return { ...plain, outcome: 'acknowledged', completedAt: transaction.committedAt ?? until }
}
