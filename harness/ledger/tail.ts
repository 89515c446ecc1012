/**
 * Follows a ledger while it is being written: how many records were sent, acknowledged, delivered, how far each group has come,
 * and what it was delivered twice, per partition. Each poll reads the new bytes only, and of an entry only what it counts. The live
 * view, the live judge and the drain all look at this: there is no second path of events.
 */
import { closeSync, existsSync, openSync, readSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { acknowledgedIn, type AcknowledgedBeyond, type BeyondQuestion } from './acknowledged-beyond.ts'
import { entryBytes, headerBytes, kinds, type LedgerHeader } from './format.ts'
import { groupPositions, type GroupPosition, type GroupPositions } from './group-positions.ts'
import { noTally, sumOf, type PartitionTally } from './partition-tally.ts'
import { receivedFrom, type Received, type ReceivedCopies } from './received.ts'
import { pageLimit, seenRecords, type PageLimit, type SeenRecords } from './seen-records.ts'

export interface LedgerTail {
  /** Reads what is new. */
  readonly poll: () => void
  /** By `topic-partition`. */
  readonly partitions: () => ReadonlyMap<string, PartitionTally>
  readonly total: () => PartitionTally
  /** How far a group has come, by `topic-partition`. A commit is no delivery: with commits before work it runs ahead of it. */
  readonly positions: (group: string) => ReadonlyMap<string, Readonly<GroupPosition>>
  /** What groups were delivered a second time, at a higher offset, wherever there is any. */
  readonly copies: () => readonly ReceivedCopies[]
  /** Looks back for what was acknowledged at or beyond an offset of a partition, as far as it has been read. */
  readonly acknowledgedBeyond: (question: BeyondQuestion) => AcknowledgedBeyond
  /** Whether records of transactions were sent to a partition, named as `topic-partition`. */
  readonly hasTransactions: (partition: string) => boolean
  readonly close: () => void
}

interface TailedFile {
  readonly descriptor: number
  read: number
  rest: string
  header: LedgerHeader | undefined
  /** By topic and partition, so that no string is made for an entry. */
  readonly places: Map<number, Place>
}

/** What the entries of one partition in one file add to. */
interface Place {
  readonly tally: PartitionTally
  readonly reach: Reach
  /** Only in a group member's file. */
  readonly received: Received | undefined
}

interface Reach {
  highestAcknowledged: number
  transactions: boolean
}

/** How far each file had been read after a poll, and the highest acknowledged offset of each partition then; both in the order of the tail's maps. */
interface Milestone {
  readonly read: readonly number[]
  readonly highest: readonly number[]
}

interface Tail {
  readonly folder: string
  readonly files: Map<string, TailedFile>
  readonly tallies: Map<string, PartitionTally>
  readonly reaches: Map<string, Reach>
  readonly milestones: Milestone[]
  readonly positions: GroupPositions
  /** By group and partition. */
  readonly received: Map<string, Received>
  /** By group and topic, so that memory does not grow with the number of partitions. */
  readonly seen: Map<string, SeenRecords>
  readonly pages: PageLimit
}

const chunk = Buffer.alloc(entryBytes * 32_768)
/** Reads a number several times as fast as a Buffer's own methods do. */
const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
/** Ten minutes of polls, one a second. */
const mostMilestones = 600

export const tailLedger = (folder: string): LedgerTail => {
  const tail: Tail = {
    folder, files: new Map(), tallies: new Map(), reaches: new Map(), milestones: [], positions: groupPositions(),
    received: new Map(), seen: new Map(), pages: pageLimit()
  }

  return {
    poll: () => { poll(tail) },
    partitions: () => tail.tallies,
    total: () => sumOf([...tail.tallies.values()]),
    positions: tail.positions.of,
    copies: () => [...tail.received.values()].flatMap(received => received.copies() ?? []),
    acknowledgedBeyond: question => acknowledgedIn(stretchesOf(tail, question), question),
    hasTransactions: partition => tail.reaches.get(partition)?.transactions ?? false,
    close: () => {
      for (const { descriptor } of tail.files.values()) closeSync(descriptor)
      tail.files.clear()
    }
  }
}

const poll = (tail: Tail): void => {
  for (const name of existsSync(tail.folder) ? readdirSync(tail.folder) : []) {
    if (name.endsWith('.ledger')) readEntries(tail, fileNamed(tail, name))
    if (name.endsWith('.ndjson')) readLines(tail, fileNamed(tail, name))
  }
  tail.milestones.push({ read: [...tail.files.values()].map(({ read }) => read), highest: [...tail.reaches.values()].map(({ highestAcknowledged }) => highestAcknowledged) })
  if (tail.milestones.length > mostMilestones) tail.milestones.shift()
}

/** From the last poll on after which nothing at or beyond the offset was known; it may have been too long ago to be remembered. */
const stretchesOf = ({ files, reaches, milestones }: Tail, { topic, partition, offset }: BeyondQuestion) => {
  const place = [...reaches.keys()].indexOf(`${topic}-${partition}`)
  const before = milestones.findLast(({ highest }) => (highest[place] ?? -1) < offset) ?? (milestones.length < mostMilestones ? undefined : milestones[0])

  return [...files.values()].flatMap(({ descriptor, header, read }, index) => {
    const own = header?.producer === undefined ? -1 : header.topics.indexOf(topic)

    return own === -1 ? [] : [{ descriptor, topic: own, from: Math.max(before?.read[index] ?? 0, headerBytes), to: read }]
  })
}

const fileNamed = ({ folder, files }: Tail, name: string): TailedFile => {
  const known = files.get(name)
  if (known !== undefined) return known

  const file: TailedFile = { descriptor: openSync(join(folder, name), 'r'), read: 0, rest: '', header: undefined, places: new Map() }
  files.set(name, file)

  return file
}

const readEntries = (tail: Tail, file: TailedFile): void => {
  if (file.header === undefined && !readHeader(file)) return

  for (;;) {
    const bytes = readSync(file.descriptor, chunk, 0, chunk.length, file.read)
    const whole = bytes - (bytes % entryBytes)
    countEntries(tail, file, whole)
    file.read += whole
    if (whole < chunk.length) break
  }
  notePositions(tail, file)
}

const readHeader = (file: TailedFile): boolean => {
  const block = Buffer.alloc(headerBytes)
  if (readSync(file.descriptor, block, 0, headerBytes, 0) < headerBytes) return false

  file.header = JSON.parse(block.toString('utf8')) as LedgerHeader
  file.read = headerBytes

  return true
}

/** Entries of one batch follow each other, so that their place is looked up once for each. */
const countEntries = (tail: Tail, file: TailedFile, bytes: number): void => {
  let key = -1
  let place: Place | undefined

  for (let start = 0; start < bytes; start += entryBytes) {
    const own = (chunk[start + 1]! << 16) | view.getUint16(start + 2, true)
    if (own !== key) place = file.places.get(own) ?? placeOf(tail, file, own)
    key = own
    countEntry(place!, start)
  }
}

const countEntry = ({ tally, reach, received }: Place, start: number): void => {
  switch (chunk[start]! & 0x1f) {
    case kinds.send:
      tally.sent += 1
      tally.lastSentAt = Math.max(tally.lastSentAt, timeAt(start))
      if (view.getUint32(start + 4, true) !== 0) reach.transactions = true
      break
    case kinds.acknowledged:
      tally.acknowledged += 1
      tally.lastAcknowledgedAt = Math.max(tally.lastAcknowledgedAt, timeAt(start))
      reach.highestAcknowledged = Math.max(reach.highestAcknowledged, view.getFloat64(start + 24, true))
      break
    case kinds.delivered:
      tally.delivered += 1
      if (received !== undefined) receive(received, start)
      break
    case kinds.rejected: tally.rejected += 1; break
    case kinds.indeterminate: tally.indeterminate += 1; break
    case kinds.believed: tally.believed += 1; break
    case kinds.processed: tally.processed += 1; break
    case kinds.logged: tally.logged += 1; break
  }
}

/** A record whose fingerprint did not match, or was not checked, may be another than it says; one of an unknown attempt may be a second one. */
const receive = (received: Received, start: number): void => {
  const attempt = view.getUint16(start + 14, true)
  const offset = view.getFloat64(start + 24, true)
  if (chunk[start]! > 0x1f || attempt === 0) received.pass(offset)
  else received.add(view.getFloat64(start + 16, true), attempt, offset)
}

const timeAt = (start: number): number => view.getUint32(start + 8, true) + view.getUint16(start + 12, true) * 2 ** 32

const placeOf = (tail: Tail, file: TailedFile, key: number): Place => {
  const name = partitionName(file, key)
  const place: Place = {
    tally: setOnce(tail.tallies, name, noTally),
    reach: setOnce(tail.reaches, name, () => ({ highestAcknowledged: -1, transactions: false })),
    received: receivedOf(tail, file, key)
  }
  file.places.set(key, place)

  return place
}

const setOnce = <Value>(map: Map<string, Value>, key: string, make: () => Value): Value => {
  const value = map.get(key) ?? make()
  map.set(key, value)

  return value
}

const receivedOf = ({ received, seen, pages }: Tail, file: TailedFile, key: number): Received | undefined => {
  const group = file.header?.group
  if (group === undefined) return undefined

  const place = { group, topic: topicName(file, key), partition: key & 0xffff }

  return setOnce(received, `${group} ${place.topic}-${place.partition}`, () =>
    receivedFrom(place, setOnce(seen, `${group} ${place.topic}`, () => seenRecords(pages))))
}

const topicName = ({ header }: TailedFile, key: number): string => header?.topics[key >>> 16] ?? '?'
const partitionName = (file: TailedFile, key: number): string => `${topicName(file, key)}-${key & 0xffff}`

const notePositions = (tail: Tail, file: TailedFile): void => {
  const group = file.header?.group
  if (group === undefined) return

  for (const [key, { received }] of file.places) {
    const next = received?.next() ?? 0
    if (next > 0) tail.positions.raise(group, partitionName(file, key), { next })
  }
}

const readLines = (tail: Tail, file: TailedFile): void => {
  for (;;) {
    const bytes = readSync(file.descriptor, chunk, 0, chunk.length, file.read)
    if (bytes === 0) return

    file.read += bytes
    // The ledger's own lines are ASCII but for names that people chose; a name cut in two by a read would only be missed.
    const lines = (file.rest + chunk.toString('utf8', 0, bytes)).split('\n')
    file.rest = lines.pop() ?? ''
    for (const line of lines) tail.positions.noteLine(line)
  }
}
