/**
 * Reads the binary entries of a ledger into a gatherer. Each kind of entry fills one row object, used again and again, so that
 * millions of entries cost no object and no string.
 */
import { marks, notKnown, outcomes } from '../model/evidence.ts'
import { identityOf } from '../model/record-number.ts'
import type { Refuse } from './fields.ts'
import { effects, flags, kinds, noEpoch, noPartition } from './format.ts'
import type { DeliveredRow, ProcessedRow } from './gathered-consumption.ts'
import type { LoggedRow } from './gathered-logs.ts'
import type { OutcomeRow, SendRow } from './gathered-sends.ts'
import type { Gatherer } from './gatherer.ts'
import { printable } from './input-error.ts'
import { entryTime, type EntrySource } from './merge.ts'

/** What the entries of one file have in common. */
interface FileFacts {
  readonly topics: readonly number[]
  /** By topic and partition: the number under which the gatherer knows them. */
  readonly partitions: number[][]
  readonly producer: number
  readonly member: number
  readonly group: number
  readonly replica: number
  readonly transactions: number[]
}

/** One entry's fields, taken apart. Reused. */
interface Fields {
  order: number
  kind: number
  flags: number
  topic: number
  partition: number
  extra: number
  at: number
  attempt: number
  record: number
  value: number
  facts: FileFacts
  source: EntrySource
}

type ReadKind = (fields: Fields) => void

interface Reading {
  readonly gatherer: Gatherer
  readonly refuse: Refuse
}

const kindBits = 0x1f

/** Answers whether there was an entry: a kind of 0 is a hole. */
export const entryReader = (gatherer: Gatherer, refuse: Refuse): ((source: EntrySource, order: number) => boolean) => {
  const reading = { gatherer, refuse }
  const files = new Map<EntrySource, FileFacts>()
  const readers = readersOf(reading)
  const fields = {} as Fields

  return (source, order) => {
    const { block, place } = source
    const first = block.bytes[place * 32]!
    const kind = first & kindBits
    if (kind === 0) return false

    let facts = files.get(source)
    if (facts === undefined) files.set(source, facts = factsOf(source, gatherer))
    fields.order = order
    fields.kind = kind
    fields.flags = first & ~kindBits
    fields.topic = block.bytes[place * 32 + 1]!
    fields.partition = block.words[place * 16 + 1]!
    fields.extra = block.doubleWords[place * 8 + 1]!
    fields.at = entryTime(source)
    fields.attempt = block.words[place * 16 + 7]!
    fields.record = gatherer.records.ofNumber(checkedNumber(block.doubles[place * 4 + 2]!, refuse))
    fields.value = checkedValue(block.doubles[place * 4 + 3]!, refuse)
    fields.facts = facts
    fields.source = source
    const read = readers[kind] ?? refuse('kind', `${kind} is not known`)
    read(fields)

    return true
  }
}

/** By kind. */
const readersOf = (reading: Reading): readonly (ReadKind | undefined)[] => {
  const readers: ReadKind[] = []
  const outcome = readOutcome(reading)
  readers[kinds.send] = readSend(reading)
  readers[kinds.acknowledged] = outcome
  readers[kinds.rejected] = outcome
  readers[kinds.indeterminate] = outcome
  readers[kinds.delivered] = readDelivered(reading)
  readers[kinds.logged] = readLogged(reading)
  readers[kinds.processed] = readProcessed(reading)
  readers[kinds.believed] = ({ record }) => { reading.gatherer.believed(record) }

  return readers
}

const factsOf = ({ header }: EntrySource, { parties }: Gatherer): FileFacts => {
  const group = header.group === undefined ? notKnown : parties.groups.numberOf(header.group)

  return {
    group,
    topics: header.topics.map(topic => parties.topics.numberOf(topic)),
    partitions: header.topics.map(() => []),
    producer: header.producer === undefined ? notKnown : parties.producerOf(header.producer, header.incarnation ?? 1),
    member: header.member === undefined || group === notKnown ? notKnown : parties.memberOf(header.member, group),
    replica: header.replica ?? notKnown,
    transactions: []
  }
}

const partitionOf = ({ gatherer: { parties }, refuse }: Reading, { facts, topic, partition }: Fields): number => {
  const known = facts.partitions[topic]
  if (known === undefined) return refuse('topic', `${topic} is none of the header's topics`)

  return known[partition] ??= parties.partitions.numberOf({
    first: facts.topics[topic]!,
    second: partition === noPartition ? notKnown : partition
  })
}

const placedOf = (reading: Reading, fields: Fields): number =>
  (fields.partition === noPartition ? reading.refuse('partition', 'a record without a partition') : partitionOf(reading, fields))

const readSend = (reading: Reading): ReadKind => {
  const { gatherer, refuse } = reading
  const row: SendRow = {
    order: 0, at: 0, record: 0, attempt: 0, producer: 0, partition: 0, sequence: 0, transaction: 0, key: notKnown, tombstone: 0
  }

  return fields => {
    const { facts, extra, source } = fields
    row.order = fields.order
    row.at = fields.at
    row.record = fields.record
    row.attempt = fields.attempt
    row.producer = facts.producer === notKnown ? refuse('producer', 'the header names none for this send') : facts.producer
    row.partition = partitionOf(reading, fields)
    row.sequence = fields.value
    row.transaction = extra === 0 ? notKnown : facts.transactions[extra] ??= gatherer.transactions.numberOf(source.process.nameOf(extra))
    gatherer.send(row)
  }
}

const readOutcome = (reading: Reading): ReadKind => {
  const row: OutcomeRow = { order: 0, at: 0, record: 0, attempt: 0, outcome: 0, offset: 0, topic: 0, partition: 0 }

  return fields => {
    const { facts, topic, partition } = fields
    const acknowledged = fields.kind === kinds.acknowledged
    const placed = acknowledged && partition !== noPartition
    row.order = fields.order
    row.at = fields.at
    row.record = fields.record
    row.attempt = fields.attempt
    row.outcome = acknowledged ? outcomes.acknowledged : fields.kind === kinds.rejected ? outcomes.rejected : outcomes.indeterminate
    row.offset = acknowledged ? fields.value : notKnown
    row.topic = placed ? facts.topics[topic] ?? reading.refuse('topic', `${topic} is none of the header's topics`) : notKnown
    row.partition = placed ? partition : notKnown
    reading.gatherer.outcome(row)
  }
}

const readLogged = (reading: Reading): ReadKind => {
  const row: LoggedRow = { order: 0, partition: 0, replica: 0, offset: 0, record: 0, attempt: 0, epoch: 0, marks: 0 }

  return fields => {
    row.order = fields.order
    row.partition = placedOf(reading, fields)
    row.replica = fields.facts.replica
    row.offset = fields.value === notKnown ? reading.refuse('value', 'a logged record without an offset') : fields.value
    row.record = fields.record
    row.attempt = fields.attempt === 0 ? notKnown : fields.attempt
    row.epoch = fields.extra === noEpoch ? notKnown : fields.extra
    row.marks = (fields.flags & flags.torn ? marks.torn : 0) | (fields.flags & flags.uncommitted ? marks.uncommitted : 0)
    reading.gatherer.logs.logged(row)
  }
}

const readDelivered = (reading: Reading): ReadKind => {
  const row: DeliveredRow = {
    order: 0, at: 0, member: 0, group: 0, partition: 0, offset: 0, record: 0, attempt: 0, epoch: 0, marks: 0
  }

  return fields => {
    const { facts } = fields
    row.order = fields.order
    row.at = fields.at
    row.member = facts.member === notKnown ? reading.refuse('member', 'the header names none for this delivery') : facts.member
    row.group = facts.group
    row.partition = placedOf(reading, fields)
    row.offset = fields.value === notKnown ? reading.refuse('value', 'a delivered record without an offset') : fields.value
    row.record = fields.record
    row.attempt = fields.attempt === 0 ? notKnown : fields.attempt
    row.epoch = fields.extra === noEpoch ? notKnown : fields.extra
    row.marks = fields.flags & flags.torn ? marks.torn : 0
    reading.gatherer.consumption.delivered(row)
  }
}

const readProcessed = ({ gatherer, refuse }: Reading): ReadKind => {
  const row: ProcessedRow = { at: 0, group: 0, record: 0, effect: 0 }

  return ({ at, facts, record, extra }) => {
    if (facts.member === notKnown) refuse('member', 'the header names none for this work')
    row.at = at
    row.group = facts.group
    row.record = record
    row.effect = extra < effects.length ? extra : refuse('extra', `${extra} is no effect`)
    gatherer.consumption.processed(row)
  }
}

/** Of producer 1, incarnation 1. */
const smallestNumber = 2 ** 40 + 2 ** 32

/** Only a number that `recordNumber` can have made has a name. */
const checkedNumber = (number: number, refuse: Refuse): number => {
  if (Number.isSafeInteger(number) && number >= smallestNumber && identityOf(number).incarnation > 0) return number

  return refuse('record', `${printable(String(number))} is no record's number`)
}

const checkedValue = (value: number, refuse: Refuse): number =>
  (value === notKnown || (value >= 0 && Number.isSafeInteger(value)) ? value : refuse('value', `${printable(String(value))} is no offset or sequence`))
