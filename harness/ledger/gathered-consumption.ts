/** Gathers which records groups were given, and what they did with them. */
import type { Consumption, Deliveries, Processed, TransactionEvidence } from '../model/evidence.ts'
import { column, type Column } from './columns.ts'
import type { GatheredGroups } from './gathered-groups.ts'
import { checkAttempts } from './gathered-logs.ts'
import { pushValues, type Batch, type Fail, type GatheredSends } from './gathered-sends.ts'
import { groupRows, rearranged, sortedWithinGroups, type Grouping } from './grouping.ts'

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

export interface ProcessedRow {
  at: number
  group: number
  record: number
  effect: number
}

export interface GatheredConsumption {
  readonly delivered: (row: DeliveredRow) => void
  /** Records that have all but identity and offset in common; each has its place after the one before. */
  readonly deliveredBatch: (row: DeliveredRow, batch: Batch) => void
  readonly processed: (row: ProcessedRow) => void
  readonly processedBatch: (row: ProcessedRow, batch: Batch) => void
  readonly finish: (around: Around) => Consumed
}

interface Around {
  readonly sends: GatheredSends
  readonly transactions: readonly TransactionEvidence[]
  /** Which partitions' consumption is wanted. */
  readonly isWanted: (partition: number) => boolean
}

export interface Consumed {
  readonly consumption: readonly Consumption[]
  readonly processed: readonly Processed[]
}

/** `expected`: how many deliveries will come, if that is known. */
export const gatherConsumption = (groups: GatheredGroups, fail: Fail, expected?: number): GatheredConsumption => {
  const columns = {
    stream: column(expected), at: column(expected), order: column(expected), member: column(expected), offset: column(expected),
    record: column(expected), attempt: column(expected), epoch: column(expected), marks: column(expected)
  }
  const done = { group: column(), at: column(), record: column(), effect: column() }
  const { streams, streamOf } = groups

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
    deliveredBatch: (row, batch) => {
      const { count, records } = batch
      columns.stream.pushRun(streamOf(row), count)
      columns.at.pushRun(row.at, count)
      columns.order.pushSeries(row.order, count)
      columns.member.pushRun(row.member, count)
      pushValues(columns.offset, batch)
      columns.record.pushAll(records, count)
      columns.attempt.pushRun(row.attempt, count)
      columns.epoch.pushRun(row.epoch, count)
      columns.marks.pushRun(row.marks, count)
    },
    processed: row => {
      done.group.push(row.group)
      done.at.push(row.at)
      done.record.push(row.record)
      done.effect.push(row.effect)
    },
    processedBatch: (row, { count, records }) => {
      done.group.pushRun(row.group, count)
      done.at.pushRun(row.at, count)
      done.record.pushAll(records, count)
      done.effect.pushRun(row.effect, count)
    },
    finish: around => {
      const grouping = sortedWithinGroups(groupRows(columns.stream.finish(), streams.all.length), columns.at.finish())
      const table = arrange(columns, grouping)
      checkAttempts(table, around.sends, fail)
      checkTimes(table, around.sends, fail)

      return {
        processed: processedByGroup(done),
        consumption: [...streams.all.keys()].filter(stream => around.isWanted(streams.all[stream]!.second)).map(stream => ({
          group: streams.all[stream]!.first,
          partition: streams.all[stream]!.second,
          deliveries: slice(table, grouping.starts[stream]!, grouping.starts[stream + 1]!),
          commits: groups.commitsOf(stream, around.transactions),
          moves: groups.movesOf(stream)
        }))
      }
    }
  }
}

type Table = ReturnType<typeof arrange>

const arrange = (columns: Readonly<Record<'at' | 'order' | 'member' | 'offset' | 'record' | 'attempt' | 'epoch' | 'marks', Column>>, grouping: Grouping) => ({
  at: rearranged(columns.at.take(), grouping),
  order: rearranged(columns.order.take(), grouping),
  member: rearranged(columns.member.take(), grouping),
  offset: rearranged(columns.offset.take(), grouping),
  record: rearranged(columns.record.take(), grouping),
  attempt: rearranged(columns.attempt.take(), grouping),
  epoch: rearranged(columns.epoch.take(), grouping),
  marks: rearranged(columns.marks.take(), grouping)
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
const checkTimes = (table: Table, sends: GatheredSends, fail: Fail): void => {
  for (let row = 0; row < table.at.length; row++) {
    const sentAt = sends.firstSentAt(table.record[row]!)
    if (sentAt === Infinity || table.at[row]! >= sentAt) continue

    fail({ order: table.order[row]!, field: 'at', problem: `delivered at ${table.at[row]}, before the first send of this id at ${sentAt}` })
  }
}

const processedByGroup = (done: Readonly<Record<'group' | 'at' | 'record' | 'effect', Column>>): readonly Processed[] => {
  const groups = done.group.finish()
  let count = 0
  for (const group of groups) count = Math.max(count, group + 1)
  const grouping = sortedWithinGroups(groupRows(groups, count), done.at.finish())
  const record = rearranged(done.record.finish(), grouping)
  const effect = rearranged(done.effect.finish(), grouping)

  return Array.from({ length: count }, (_, group) => {
    const [from, to] = [grouping.starts[group]!, grouping.starts[group + 1]!]

    return { group, record: record.subarray(from, to), effect: effect.subarray(from, to) }
  }).filter(one => one.record.length > 0)
}
