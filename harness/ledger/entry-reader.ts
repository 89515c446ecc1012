/**
 * Reads the binary entries of a ledger into a gatherer, a stretch of like entries at a time, so that millions of entries cost no
 * object and no string, and what they share is looked at once.
 */
import { marks, notKnown, outcomes } from '../model/evidence.ts'
import { entriesInBlock, type EntrySource } from './entry-source.ts'
import type { FileFacts, FilesFacts } from './file-facts.ts'
import { flags, kinds, noEpoch, noPartition } from './format.ts'
import type { DeliveredRow, ProcessedRow } from './gathered-consumption.ts'
import type { LoggedRow } from './gathered-logs.ts'
import type { Batch, Fail, OutcomeRow, SendRow } from './gathered-sends.ts'
import type { Gatherer } from './gatherer.ts'
import { checkStretch } from './stretch-checks.ts'
import { newStretch, rangeEnd, visitStretches, type Stretch } from './stretch.ts'

/** Which entries are read, where not all are; and all of them have been checked before. */
export interface Wanted {
  /** By a partition's number: for entries that say where their record is. */
  readonly partition: (partition: number) => boolean
  /** By a record's number: for the others. */
  readonly record: (number: number) => boolean
}

interface Reading {
  readonly gatherer: Gatherer
  readonly filesFacts: FilesFacts
  readonly fail: Fail
  readonly wanted: Wanted | undefined
}

type ReadKind = (stretch: Stretch, facts: FileFacts) => void

/** Reads from the source's place, whose place among all is `order`, up to another, and answers how many were holes: of kind 0. */
export type ReadEntries = (source: EntrySource, until: number, order: number) => number

export const entryReader = (reading: Reading): ReadEntries => {
  const readers = readersOf(reading)
  let stretch: Stretch | undefined
  let holes = 0

  const read = (one: Stretch): void => {
    if (one.kind === 0) {
      holes += one.until - one.from

      return
    }
    const facts = reading.filesFacts(one.source.process)
    if (reading.wanted === undefined) checkStretch(one, facts, reading.fail)
    readers[one.kind]!(one, facts)
  }

  return (source, until, order) => {
    stretch ??= newStretch(source)
    stretch.source = source
    stretch.order = order
    holes = 0
    visitStretches(stretch, until, read)

    return holes
  }
}

/** By kind. */
const readersOf = (reading: Reading): readonly (ReadKind | undefined)[] => {
  const readers: ReadKind[] = []
  const batches = batchReader(reading)
  const outcome = readOutcome(reading, batches)
  readers[kinds.send] = readSend(reading, batches)
  readers[kinds.acknowledged] = outcome
  readers[kinds.rejected] = outcome
  readers[kinds.indeterminate] = outcome
  readers[kinds.delivered] = readDelivered(reading, batches)
  readers[kinds.logged] = readLogged(reading, batches)
  readers[kinds.processed] = readProcessed(reading, batches)
  readers[kinds.effect] = readEffect(reading, batches)
  readers[kinds.believed] = stretch => { batches(stretch, undefined, batch => { reading.gatherer.believedBatch(batch) }) }

  return readers
}

type ReadBatches = (stretch: Stretch, partition: number | undefined, visit: (batch: Batch, order: number) => void) => void

/** Takes a stretch's records and values apart from what it shares; `partition`: where it says that its records are. */
const batchReader = (reading: Reading): ReadBatches => {
  const { gatherer: { records }, wanted } = reading
  const batch: Batch = { count: 0, records: new Int32Array(entriesInBlock), values: new Float64Array(entriesInBlock), valuesFollow: false }

  const take = (stretch: Stretch, from: number, until: number): void => {
    const { doubles } = stretch.source.block
    const count = until - from
    batch.count = count
    batch.valuesFollow = stretch.valuesFollow
    for (let place = from; place < until;) {
      const end = rangeEnd(stretch, place, until)
      records.ofRange({ first: doubles[place * 4 + 2]!, count: end - place }, batch.records, place - from)
      place = end
    }
    for (let index = 0; index < count; index++) batch.values[index] = doubles[(from + index) * 4 + 3]!
  }

  const isWanted = (stretch: Stretch, place: number): boolean => wanted!.record(stretch.source.block.doubles[place * 4 + 2]!)

  return (stretch, partition, visit) => {
    if (wanted === undefined || (partition !== undefined && wanted.partition(partition))) {
      take(stretch, stretch.from, stretch.until)
      visit(batch, stretch.order)

      return
    }
    if (partition !== undefined) return

    for (let from = stretch.from; from < stretch.until;) {
      let until = from + 1
      if (isWanted(stretch, from)) {
        while (until < stretch.until && isWanted(stretch, until)) until += 1
        take(stretch, from, until)
        visit(batch, stretch.order + from - stretch.from)
      }
      from = until
    }
  }
}

const readSend = ({ gatherer }: Reading, batches: ReadBatches): ReadKind => {
  const row: SendRow = {
    order: 0, at: 0, record: 0, attempt: 0, producer: 0, partition: 0, sequence: 0, transaction: 0, key: notKnown, tombstone: 0
  }
  const give = (batch: Batch, order: number): void => {
    row.order = order
    gatherer.sends(row, batch)
  }

  return (stretch, facts) => {
    row.at = stretch.at
    row.attempt = stretch.attempt
    row.producer = facts.producer
    row.partition = facts.partitionOf(stretch.topic, stretch.partition)
    row.transaction = stretch.extra === 0 ? notKnown : facts.transactionOf(stretch.extra)
    batches(stretch, stretch.partition === noPartition ? undefined : row.partition, give)
  }
}

const readOutcome = (reading: Reading, batches: ReadBatches): ReadKind => {
  const row: OutcomeRow = { order: 0, at: 0, record: 0, attempt: 0, outcome: 0, offset: 0, topic: 0, partition: 0 }
  let acknowledged = false
  const give = (batch: Batch, order: number): void => {
    row.order = order
    if (!acknowledged) batch.values.fill(notKnown, 0, batch.count)
    batch.valuesFollow &&= acknowledged
    reading.gatherer.outcomes(row, batch)
  }

  return (stretch, facts) => {
    const { topic, partition, kind } = stretch
    acknowledged = kind === kinds.acknowledged
    const placed = acknowledged && partition !== noPartition
    row.at = stretch.at
    row.attempt = stretch.attempt
    row.outcome = acknowledged ? outcomes.acknowledged : kind === kinds.rejected ? outcomes.rejected : outcomes.indeterminate
    row.topic = placed ? facts.topicOf(topic)! : notKnown
    row.partition = placed ? partition : notKnown
    batches(stretch, placed && reading.wanted !== undefined ? facts.partitionOf(topic, partition) : undefined, give)
  }
}

const readLogged = ({ gatherer }: Reading, batches: ReadBatches): ReadKind => {
  const row: LoggedRow = { order: 0, partition: 0, replica: 0, offset: 0, record: 0, attempt: 0, epoch: 0, marks: 0 }
  const give = (batch: Batch, order: number): void => {
    row.order = order
    gatherer.logs.loggedBatch(row, batch)
  }

  return (stretch, facts) => {
    row.partition = facts.partitionOf(stretch.topic, stretch.partition)
    row.replica = facts.replica
    row.attempt = stretch.attempt === 0 ? notKnown : stretch.attempt
    row.epoch = stretch.extra === noEpoch ? notKnown : stretch.extra
    row.marks = facts.marks | (stretch.flags & flags.torn ? marks.torn : 0) | (stretch.flags & flags.uncommitted ? marks.uncommitted : 0)
    batches(stretch, row.partition, give)
  }
}

const readDelivered = ({ gatherer }: Reading, batches: ReadBatches): ReadKind => {
  const row: DeliveredRow = {
    order: 0, at: 0, member: 0, group: 0, partition: 0, offset: 0, record: 0, attempt: 0, epoch: 0, marks: 0
  }
  const give = (batch: Batch, order: number): void => {
    row.order = order
    gatherer.consumption.deliveredBatch(row, batch)
  }

  return (stretch, facts) => {
    row.at = stretch.at
    row.member = facts.member
    row.group = facts.group
    row.partition = facts.partitionOf(stretch.topic, stretch.partition)
    row.attempt = stretch.attempt === 0 ? notKnown : stretch.attempt
    row.epoch = stretch.extra === noEpoch ? notKnown : stretch.extra
    row.marks = stretch.flags & flags.torn ? marks.torn : 0
    batches(stretch, row.partition, give)
  }
}

const readProcessed = ({ gatherer }: Reading, batches: ReadBatches): ReadKind => {
  const row: ProcessedRow = { at: 0, group: 0, record: 0, effect: 0 }
  const give = (batch: Batch): void => { gatherer.consumption.processedBatch(row, batch) }

  return (stretch, facts) => {
    row.at = stretch.at
    row.group = facts.group
    row.effect = stretch.extra
    batches(stretch, undefined, give)
  }
}

const readEffect = ({ gatherer }: Reading, batches: ReadBatches): ReadKind => (stretch, { group }) => {
  batches(stretch, undefined, ({ count, records, values }, order) => {
    for (let index = 0; index < count; index++) gatherer.groups.effect({ order: order + index, record: records[index]!, times: values[index]!, group })
  })
}
