/** Gathers what groups did: deliveries, commits and moves of each group and partition, and what was done with records. */
import {
  notKnown, type Commit, type Consumption, type Deliveries, type EffectEvidence, type Move, type Processed,
  type TransactionEvidence
} from '../model/evidence.ts'
import type { CommitOutcome } from '../model/history.ts'
import { column, groupRows, rearranged, sortWithinGroups, type Column } from './columns.ts'
import { checkAttempts } from './gathered-logs.ts'
import type { Fail, GatheredSends } from './gathered-sends.ts'
import { pairs } from './interning.ts'

/** One delivered record. Reused from line to line. */
export interface DeliveredRow {
  order: number
  at: number
  member: number
  group: number
  partition: number
  offset: number
  record: number
  attempt: number
  epoch: number
  marks: number
}

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

export interface ProcessedRow {
  at: number
  group: number
  record: number
  effect: number
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

export interface GatheredConsumption {
  readonly delivered: (row: DeliveredRow) => void
  readonly commit: (row: CommitRow) => void
  readonly move: (where: GroupAndPartition, move: Move) => void
  readonly processed: (row: ProcessedRow) => void
  readonly effect: (row: EffectRow) => void
  readonly finish: (around: Around) => Consumed
}

interface Around {
  readonly sends: GatheredSends
  readonly transactions: readonly TransactionEvidence[]
  readonly recordCount: number
}

export interface Consumed {
  readonly consumption: readonly Consumption[]
  readonly processed: readonly Processed[]
  readonly effects: readonly EffectEvidence[]
}

export const gatherConsumption = (fail: Fail): GatheredConsumption => {
  const streams = pairs()
  const columns = {
    stream: column(), at: column(), order: column(), member: column(), offset: column(), record: column(),
    attempt: column(), epoch: column(), marks: column()
  }
  const done = { group: column(), at: column(), record: column(), effect: column() }
  const commits: CommitRow[][] = []
  const moves: Move[][] = []
  const effects: EffectEvidence[] = []
  const effectsSeen = pairs()
  const streamOf = ({ group, partition }: GroupAndPartition): number => streams.numberOf({ first: group, second: partition })

  return {
    delivered: row => {
      columns.stream.push(streamOf(row))
      columns.at.push(row.at)
      columns.order.push(row.order)
      columns.member.push(row.member)
      columns.offset.push(row.offset)
      columns.record.push(row.record)
      columns.attempt.push(row.attempt)
      columns.epoch.push(row.epoch)
      columns.marks.push(row.marks)
    },
    commit: row => {
      if (row.until < row.at) fail({ order: row.order, field: 'until', problem: `${row.until} is before at, ${row.at}` })
      ;(commits[streamOf(row)] ??= []).push(row)
    },
    move: (where, move) => {
      (moves[streamOf(where)] ??= []).push(move)
    },
    processed: row => {
      done.group.push(row.group)
      done.at.push(row.at)
      done.record.push(row.record)
      done.effect.push(row.effect)
    },
    effect: ({ order, record, times, group }) => {
      const before = effectsSeen.all.length
      if (effectsSeen.numberOf({ first: group + 1, second: record }) < before) {
        fail({ order, field: 'id', problem: 'a second effect line of this id and group' })
      }
      effects.push({ record, times, group: group === notKnown ? null : group })
    },
    finish: around => {
      const grouping = groupRows(columns.stream.finish(), streams.all.length)
      sortWithinGroups(grouping, columns.at.finish())
      const table = arrange(columns, grouping.rows)
      checkAttempts(table, around.sends, fail)
      checkTimes(table, around, fail)

      return {
        effects,
        processed: processedByGroup(done),
        consumption: streams.all.map(({ first: group, second: partition }, stream) => ({
          group,
          partition,
          deliveries: slice(table, grouping.starts[stream]!, grouping.starts[stream + 1]!),
          commits: (commits[stream] ?? []).map(row => settledCommit(row, around.transactions)).sort(byTime),
          moves: (moves[stream] ?? []).sort(byTime)
        }))
      }
    }
  }
}

const byTime = (left: { readonly at: number, readonly order: number }, right: { readonly at: number, readonly order: number }): number =>
  left.at - right.at || left.order - right.order

/** A commit in a transaction takes effect with it: acknowledged when that is committed, at that line. */
const settledCommit = (row: CommitRow, transactions: readonly TransactionEvidence[]): Commit => {
  const { at, order, until, member, offset, outcome } = row
  const plain: Commit = { at, order, until, member, offset, outcome, completedAt: until }
  const transaction = transactions[row.transaction]
  if (transaction === undefined || outcome === 'rejected') return plain
  if (transaction.state === 'aborted') return { ...plain, outcome: 'rejected' }
  if (transaction.state !== 'committed') return { ...plain, outcome: 'indeterminate' }

  return { ...plain, outcome: 'acknowledged', completedAt: transaction.committedAt ?? until }
}

type Table = ReturnType<typeof arrange>

const arrange = (columns: Readonly<Record<'at' | 'order' | 'member' | 'offset' | 'record' | 'attempt' | 'epoch' | 'marks', Column>>, rows: Int32Array) => ({
  at: rearranged(columns.at.take(), rows),
  order: rearranged(columns.order.take(), rows),
  member: rearranged(columns.member.take(), rows),
  offset: rearranged(columns.offset.take(), rows),
  record: rearranged(columns.record.take(), rows),
  attempt: rearranged(columns.attempt.take(), rows),
  epoch: rearranged(columns.epoch.take(), rows),
  marks: rearranged(columns.marks.take(), rows)
})

const slice = (table: Table, from: number, to: number): Deliveries => ({
  length: to - from,
  at: table.at.subarray(from, to),
  order: table.order.subarray(from, to),
  member: table.member.subarray(from, to),
  offset: table.offset.subarray(from, to),
  record: table.record.subarray(from, to),
  attempt: table.attempt.subarray(from, to),
  epoch: table.epoch.subarray(from, to),
  marks: table.marks.subarray(from, to)
})

/** No record can be delivered before anybody sent it. */
const checkTimes = (table: Table, { sends, recordCount }: Around, fail: Fail): void => {
  const firstSentAt = sends.firstSentAt(recordCount)
  for (let row = 0; row < table.at.length; row++) {
    const sentAt = firstSentAt[table.record[row]!]!
    if (sentAt === Infinity || table.at[row]! >= sentAt) continue

    fail({ order: table.order[row]!, field: 'at', problem: `delivered at ${table.at[row]}, before the first send of this id at ${sentAt}` })
  }
}

const processedByGroup = (done: Readonly<Record<'group' | 'at' | 'record' | 'effect', Column>>): readonly Processed[] => {
  const groups = done.group.finish()
  let count = 0
  for (const group of groups) count = Math.max(count, group + 1)
  const grouping = groupRows(groups, count)
  sortWithinGroups(grouping, done.at.finish())

  return Array.from({ length: count }, (_, group) => {
    const rows = grouping.rows.subarray(grouping.starts[group], grouping.starts[group + 1])

    return { group, record: rearranged(done.record.take(), rows), effect: rearranged(done.effect.finish(), rows) }
  }).filter(({ record }) => record.length > 0)
}
