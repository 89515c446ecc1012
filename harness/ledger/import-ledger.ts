/**
 * Imports the harness's own ledger: the binary entries go into columns without an object or a string each, the rare lines
 * are read as the lines of a history are.
 */
import { marks, notKnown, outcomes, type Evidence } from '../model/evidence.ts'
import { identityOf } from '../model/record-number.ts'
import type { Refuse } from './fields.ts'
import { effects, flags, kinds, noEpoch, noPartition } from './format.ts'
import type { DeliveredRow, ProcessedRow } from './gathered-consumption.ts'
import type { LoggedRow } from './gathered-logs.ts'
import type { Fail, OutcomeRow, SendRow } from './gathered-sends.ts'
import { gather, type Gatherer } from './gatherer.ts'
import { InputError, printable } from './input-error.ts'
import { openLedgerFolder } from './ledger-folder.ts'
import { lineReader, parsedLine } from './line-reader.ts'
import { entryTime, mergeLedger, type EntrySource, type LineSource } from './merge.ts'

/** Reads a ledger's folder. Throws an `InputError` where an entry or a line cannot be what a process of the harness wrote. */
export const importLedger = async (folder: string): Promise<Evidence> => {
  const opened = openLedgerFolder(folder)
  let current: EntrySource | LineSource | null = null
  let order = 1
  let holes = 0

  const refuse: Refuse = (field, problem) => { throw new InputError({ ...placeOf(current, folder), field }, problem) }
  const fail: Fail = ({ order: at, field, problem }) => {
    throw new InputError({ ...placeOf(at === order ? current : null, folder), field }, problem)
  }
  const gatherer = gather(fail)
  const reader = lineReader(gatherer, refuse)
  const readEntry = entryReader(gatherer, refuse)
  const runLine = parsedLine(opened.runLine, refuse)
  reader.line(runLine, order)

  const merge = mergeLedger(opened, {
    line: source => {
      current = source
      order += 1
      if (source.line['event'] !== 'run') reader.line(source.line, order)
      else if (source.line['run'] !== runLine['run']) refuse('run', 'is another run than that of the ledger')
    },
    entry: source => {
      current = source
      order += 1
      if (!readEntry(source, order)) holes += 1
    }
  })
  try {
    merge.visit(Infinity)
  } finally {
    merge.close()
  }
  current = null
  order = -1

  return gatherer.finish(reader.run()!, [...reader.warnings(), ...(holes === 0 ? [] : [holesWarning(holes)])])
}

const holesWarning = (count: number): string => `Ignored: ${count} empty entries, which no process wrote.`

const placeOf = (source: EntrySource | LineSource | null, folder: string): { file: string, line: number } =>
  source === null ? { file: folder, line: 0 } : { file: source.file, line: source.number }

/** What the entries of one file have in common. */
interface FileFacts {
  readonly topics: readonly number[]
  readonly partitions: number[][]
  readonly producer: number
  readonly member: number
  readonly group: number
  readonly replica: number
  readonly transactions: number[]
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

const kindBits = 0x1f

/** Answers whether there was an entry: a kind of 0 is a hole. */
const entryReader = (gatherer: Gatherer, refuse: Refuse): ((source: EntrySource, order: number) => boolean) => {
  const { records, parties, transactions, logs, consumption } = gatherer
  const files = new Map<EntrySource, FileFacts>()
  const send: SendRow = {
    order: 0, at: 0, record: 0, attempt: 0, producer: 0, partition: 0, sequence: 0, transaction: 0, key: notKnown, tombstone: 0
  }
  const outcome: OutcomeRow = { order: 0, at: 0, record: 0, attempt: 0, outcome: 0, offset: 0, topic: 0, partition: 0 }
  const logged: LoggedRow = { order: 0, partition: 0, replica: 0, offset: 0, record: 0, attempt: 0, epoch: 0, marks: 0 }
  const delivered: DeliveredRow = {
    order: 0, at: 0, member: 0, group: 0, partition: 0, offset: 0, record: 0, attempt: 0, epoch: 0, marks: 0
  }
  const processed: ProcessedRow = { at: 0, group: 0, record: 0, effect: 0 }

  const partitionOf = (facts: FileFacts, topic: number, partition: number): number => {
    const known = facts.partitions[topic]
    if (known === undefined) return refuse('topic', `${topic} is none of the header's topics`)

    return known[partition] ??= parties.partitions.numberOf({
      first: facts.topics[topic]!,
      second: partition === noPartition ? notKnown : partition
    })
  }

  const need = (number: number, what: string): number =>
    (number === notKnown ? refuse(null, `the header names no ${what} for this entry`) : number)

  return (source, order) => {
    const { block, place, process } = source
    const first = block.bytes[place * 32]!
    const kind = first & kindBits
    if (kind === 0) return false

    let facts = files.get(source)
    if (facts === undefined) files.set(source, facts = factsOf(source, gatherer))
    const topic = block.bytes[place * 32 + 1]!
    const partition = block.words[place * 16 + 1]!
    const extra = block.doubleWords[place * 8 + 1]!
    const at = entryTime(source)
    const attempt = block.words[place * 16 + 7]!
    const value = block.doubles[place * 4 + 3]!
    const record = records.ofNumber(checkedNumber(block.doubles[place * 4 + 2]!, refuse))
    if (value !== -1 && !(Number.isSafeInteger(value) && value >= 0)) refuse('value', `is ${value}`)

    if (kind === kinds.send) {
      send.order = order
      send.at = at
      send.record = record
      send.attempt = attempt
      send.producer = need(facts.producer, 'producer')
      send.partition = partitionOf(facts, topic, partition)
      send.sequence = value
      send.transaction = extra === 0 ? notKnown : facts.transactions[extra] ??= transactions.numberOf(process.nameOf(extra))
      gatherer.send(send)
    } else if (kind === kinds.acknowledged || kind === kinds.rejected || kind === kinds.indeterminate) {
      const written = kind === kinds.acknowledged
      outcome.order = order
      outcome.at = at
      outcome.record = record
      outcome.attempt = attempt
      outcome.outcome = written ? outcomes.acknowledged : kind === kinds.rejected ? outcomes.rejected : outcomes.indeterminate
      outcome.offset = written ? value : notKnown
      outcome.topic = written && partition !== noPartition ? topicOf(facts, topic, refuse) : notKnown
      outcome.partition = written && partition !== noPartition ? partition : notKnown
      gatherer.outcome(outcome)
    } else if (kind === kinds.logged) {
      logged.order = order
      logged.partition = partitionOf(facts, topic, partition)
      logged.replica = facts.replica
      logged.offset = value === -1 ? refuse('value', 'a logged record without an offset') : value
      logged.record = record
      logged.attempt = attempt === 0 ? notKnown : attempt
      logged.epoch = extra === noEpoch ? notKnown : extra
      logged.marks = (first & flags.torn ? marks.torn : 0) | (first & flags.uncommitted ? marks.uncommitted : 0)
      logs.logged(logged)
    } else if (kind === kinds.delivered) {
      delivered.order = order
      delivered.at = at
      delivered.member = need(facts.member, 'member and group')
      delivered.group = facts.group
      delivered.partition = partitionOf(facts, topic, partition)
      delivered.offset = value === -1 ? refuse('value', 'a delivered record without an offset') : value
      delivered.record = record
      delivered.attempt = attempt === 0 ? notKnown : attempt
      delivered.epoch = extra === noEpoch ? notKnown : extra
      delivered.marks = first & flags.torn ? marks.torn : 0
      consumption.delivered(delivered)
    } else if (kind === kinds.processed) {
      processed.at = at
      need(facts.member, 'member and group')
      processed.group = facts.group
      processed.record = record
      processed.effect = extra < effects.length ? extra : refuse('extra', `${extra} is no effect`)
      consumption.processed(processed)
    } else if (kind === kinds.believed) gatherer.believed(record)
    else refuse('kind', `${kind} is not known`)

    return true
  }
}

const topicOf = (facts: FileFacts, topic: number, refuse: Refuse): number =>
  facts.topics[topic] ?? refuse('topic', `${topic} is none of the header's topics`)

/** Only a number that `recordNumber` can have made has a name. */
const checkedNumber = (number: number, refuse: Refuse): number => {
  if (Number.isSafeInteger(number) && number >= smallestNumber && identityOf(number).incarnation > 0) return number

  return refuse('record', `${printable(String(number))} is no record's number`)
}

/** Of producer 1, incarnation 1. */
const smallestNumber = 2 ** 40 + 2 ** 32
