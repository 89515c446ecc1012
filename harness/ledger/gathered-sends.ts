/**
 * Gathers sends and their outcomes while evidence comes in, in whatever order, and makes the one table of sends of it. An
 * outcome that stands before its send waits for it; one whose send never comes is counted and left out.
 */
import { notKnown, outcomes, type Numbers, type Sends } from '../model/evidence.ts'
import { attemptIndex, type AttemptIndex } from './attempt-index.ts'
import { column, type Column } from './columns.ts'
import { groupRows, rearranged, sortedWithinGroups } from './grouping.ts'
import type { Pairs } from './interning.ts'

/** A mistake of the evidence itself, at the line with this place. */
export interface Contradiction {
  readonly order: number
  readonly field: string
  readonly problem: string
}

export type Fail = (contradiction: Contradiction) => never

/** What one send says. Reused from line to line, so that millions of them need no object each. */
export interface SendRow {
  order: number
  at: number
  record: number
  attempt: number
  producer: number
  partition: number
  sequence: number
  transaction: number
  key: number
  tombstone: number
}

export interface OutcomeRow {
  order: number
  at: number
  record: number
  attempt: number
  /** One of `outcomes`. */
  outcome: number
  offset: number
  /** Where the acknowledgement said so; else not known. */
  topic: number
  partition: number
}

/** What neighbouring entries of one kind do not share: whose they are, and their sequences or offsets. Reused. */
export interface Batch {
  count: number
  readonly records: Int32Array
  readonly values: Float64Array
  /** Each value is one more than the one before. */
  valuesFollow: boolean
}

export const pushValues = (one: Column, { count, values, valuesFollow }: Batch): void => {
  if (valuesFollow) one.pushSeries(values[0]!, count)
  else one.pushAll(values, count)
}

export interface GatheredSends {
  readonly send: (row: SendRow) => void
  /** Sends that have all but record and sequence in common; each has its place after the one before. */
  readonly sends: (row: SendRow, batch: Batch) => void
  readonly outcome: (row: OutcomeRow) => void
  /** Outcomes that have all but record and offset in common. */
  readonly outcomes: (row: OutcomeRow, batch: Batch) => void
  /** Only after all evidence came in. */
  readonly hasSend: (record: number) => boolean
  readonly hasAttempt: (record: number, attempt: number) => boolean
  /** The earliest of a record's sends; Infinity without any. */
  readonly firstSentAt: (record: number) => number
  readonly settle: () => { readonly unmatched: number }
  readonly finish: (recordCount: number) => Sends
  /** By producer: when its last send, or outcome of a send, was written. */
  readonly lastAt: (producer: number) => number
}

/** `expected`: how many sends will come, if that is known. */
export const gatherSends = (partitions: Pairs, fail: Fail, expected?: number): GatheredSends => {
  const columns = sendColumns(expected)
  const lastAt: number[] = []
  const waiting: OutcomeRow[] = []
  const index = attemptIndex(columns.attempt, expected)

  const seen = (producer: number, at: number): void => {
    if (!(at <= (lastAt[producer] ?? -1))) lastAt[producer] = at
  }

  const settleOutcome = (send: number, row: OutcomeRow): void => {
    checkOutcome(columns, { send, row, fail })
    columns.outcome.set(send, row.outcome)
    columns.outcomeAt.set(send, row.at)
    seen(columns.producer.get(send), row.at)
    if (row.outcome === outcomes.acknowledged) settlePlace(columns, partitions, send, row)
  }

  const outcome = (row: OutcomeRow): void => {
    const send = index.rowOf(row.record, row.attempt)
    if (send === -1) waiting.push({ ...row })
    else settleOutcome(send, row)
  }

  return {
    outcome,
    send: row => {
      refuseSecond(index, row, fail)
      pushSend(columns, row)
      index.add(row.record, columns.record.length() - 1)
      seen(row.producer, row.at)
    },
    sends: (row, batch) => {
      const first = columns.record.length()
      pushSends(columns, row, batch)
      visitBatch(row, batch, place => {
        if (index.addOnly(row.record, first + place)) return
        refuseSecond(index, row, fail)
        index.add(row.record, first + place)
      })
      seen(row.producer, row.at)
    },
    outcomes: (row, batch) => {
      visitBatch(row, batch, place => {
        row.offset = batch.values[place]!
        outcome(row)
      })
    },
    settle: () => {
      let unmatched = 0
      for (const row of waiting) {
        const send = index.rowOf(row.record, row.attempt)
        if (send === -1) unmatched += 1
        else settleOutcome(send, row)
      }

      return { unmatched }
    },
    hasSend: index.has,
    hasAttempt: (record, attempt) => index.rowOf(record, attempt) !== -1,
    firstSentAt: record => {
      const only = index.onlyRowOf(record)

      return only === -1 ? index.rowsOf(record).reduce((earliest, row) => Math.min(earliest, columns.at.get(row)), Infinity) : columns.at.get(only)
    },
    lastAt: producer => lastAt[producer] ?? 0,
    finish: recordCount => sendTable(columns, partitions.all.length, recordCount)
  }
}

/** Each of a batch in turn, with its own place and record in the row. */
const visitBatch = (row: Pick<SendRow, 'order' | 'record'>, { count, records }: Batch, visit: (place: number) => void): void => {
  const { order } = row
  for (let place = 0; place < count; place++) {
    row.order = order + place
    row.record = records[place]!
    visit(place)
  }
}

const refuseSecond = (index: AttemptIndex, row: SendRow, fail: Fail): void => {
  if (index.rowOf(row.record, row.attempt) === -1) return
  fail({ order: row.order, field: 'id', problem: `a second send of attempt ${row.attempt} of this id` })
}

const sendColumns = (expected?: number) => ({
  partition: column(expected), at: column(expected), record: column(expected), attempt: column(expected), producer: column(expected),
  sequence: column(expected), transaction: column(expected), key: column(expected), tombstone: column(expected),
  outcome: column(expected), outcomeAt: column(expected), offset: column(expected), acknowledgedPartition: column(expected)
})

const pushSend = (columns: SendColumns, row: SendRow): void => {
  columns.partition.push(row.partition)
  columns.at.push(row.at)
  columns.record.push(row.record)
  columns.attempt.push(row.attempt)
  columns.producer.push(row.producer)
  columns.sequence.push(row.sequence)
  columns.transaction.push(row.transaction)
  columns.key.push(row.key)
  columns.tombstone.push(row.tombstone)
  columns.outcome.push(outcomes.silent)
  columns.outcomeAt.push(notKnown)
  columns.offset.push(notKnown)
  columns.acknowledgedPartition.push(notKnown)
}

const pushSends = (columns: SendColumns, row: SendRow, batch: Batch): void => {
  const { count, records } = batch
  columns.partition.pushRun(row.partition, count)
  columns.at.pushRun(row.at, count)
  columns.record.pushAll(records, count)
  columns.attempt.pushRun(row.attempt, count)
  columns.producer.pushRun(row.producer, count)
  pushValues(columns.sequence, batch)
  columns.transaction.pushRun(row.transaction, count)
  columns.key.pushRun(row.key, count)
  columns.tombstone.pushRun(row.tombstone, count)
  columns.outcome.pushRun(outcomes.silent, count)
  columns.outcomeAt.pushRun(notKnown, count)
  columns.offset.pushRun(notKnown, count)
  columns.acknowledgedPartition.pushRun(notKnown, count)
}

const checkOutcome = (columns: SendColumns, { send, row, fail }: { readonly send: number, readonly row: OutcomeRow, readonly fail: Fail }): void => {
  if (columns.outcome.get(send) !== outcomes.silent) {
    fail({ order: row.order, field: 'id', problem: `a second outcome of attempt ${row.attempt} of this id` })
  }
  const sentAt = columns.at.get(send)
  if (row.at < sentAt) fail({ order: row.order, field: 'at', problem: `an outcome at ${row.at}, before its send at ${sentAt}` })
}

type SendColumns = Readonly<Record<Exclude<keyof Sends, 'length' | 'starts' | 'firstOf' | 'nextOf'>, Column>>

/** Where a record was acknowledged, and so where it went if its client chose. */
const settlePlace = (columns: SendColumns, partitions: Pairs, send: number, row: OutcomeRow): void => {
  const sentTo = columns.partition.get(send)
  if (row.topic === notKnown && row.partition === notKnown) {
    if (partitions.all[sentTo]!.second === notKnown) return
    columns.acknowledgedPartition.set(send, sentTo)
    columns.offset.set(send, row.offset)

    return
  }
  const { first: topic, second } = partitions.all[sentTo]!
  const partition = row.partition === notKnown ? second : row.partition
  if (partition === notKnown) return

  columns.acknowledgedPartition.set(send, partitions.numberOf({ first: row.topic === notKnown ? topic : row.topic, second: partition }))
  columns.offset.set(send, row.offset)
  if (second === notKnown) columns.partition.set(send, partitions.numberOf({ first: topic, second: partition }))
}

const sendTable = (columns: SendColumns, partitionCount: number, recordCount: number): Sends => {
  const grouping = sortedWithinGroups(groupRows(columns.partition.finish(), partitionCount), columns.at.finish())
  const arranged = (one: Column): Numbers => rearranged(one.take(), grouping)
  const record = arranged(columns.record)

  return {
    length: record.length,
    starts: grouping.starts,
    record,
    partition: arranged(columns.partition),
    at: arranged(columns.at),
    attempt: arranged(columns.attempt),
    producer: arranged(columns.producer),
    sequence: arranged(columns.sequence),
    transaction: arranged(columns.transaction),
    key: arranged(columns.key),
    tombstone: arranged(columns.tombstone),
    outcome: arranged(columns.outcome),
    outcomeAt: arranged(columns.outcomeAt),
    offset: arranged(columns.offset),
    acknowledgedPartition: arranged(columns.acknowledgedPartition),
    ...chains(record, recordCount)
  }
}

/** The rows of each record, in the order of the table. */
const chains = (record: Numbers, recordCount: number): Pick<Sends, 'firstOf' | 'nextOf'> => {
  const firstOf = new Int32Array(recordCount).fill(-1)
  const nextOf = new Int32Array(record.length)
  for (let row = record.length - 1; row >= 0; row--) {
    nextOf[row] = firstOf[record[row]!]!
    firstOf[record[row]!] = row
  }

  return { firstOf, nextOf }
}
