/**
 * One pass over all entries of a ledger: tells the stories of the sampled records, and for every partition what lies at its
 * end and what its groups were handed. Memory grows with the sample, not with the run.
 */
import { kinds } from '../../ledger/format.ts'
import type { LedgerFolder } from '../../ledger/ledger-folder.ts'
import type { Random } from '../../model/random.ts'
import { watchHeights, watchOrder, type AcknowledgedHeights, type OrderWatch } from './order-watch.ts'
import { groupOf, mentionOffset, type GroupFacts, type PartitionFacts } from './partition-facts.ts'
import { readRareLines, type RareLines } from './rare-lines.ts'
import { sampleRecords, type Sample } from './sample.ts'
import { countEntries, scanEntries, type EntryFields } from './scan-entries.ts'
import type { EntryFile, Story } from './story.ts'

export interface Survey extends RareLines {
  readonly stories: ReadonlyMap<number, Story>
  /** Undefined: no record of that partition is suspected to be out of order. */
  readonly heightsOf: (facts: PartitionFacts) => AcknowledgedHeights | undefined
  readonly producers: readonly ProducerFile[]
  /** The files of replicas' logs. */
  readonly replicas: readonly EntryFile[]
}

/** What the next record of a producer's incarnation would be, and when the last entry of its file was written. */
export interface ProducerFile {
  readonly file: EntryFile
  nextRecord: number
  nextSequence: number
  lastAt: number
}

/** What is kept while the entries of one partition in one file stream by. */
interface Stream {
  readonly facts: PartitionFacts
  readonly sampled: ReadonlyMap<number, Story>
  readonly watch: OrderWatch
  readonly heights: AcknowledgedHeights | undefined
  readonly group: GroupFacts | undefined
  previousOffset: number | undefined
}

export interface SurveyOptions {
  readonly random: Random
  /** Whether records of the partition were found out of their order, so that who is must be told exactly. */
  readonly isDisordered: (facts: PartitionFacts) => boolean
}

export const surveyLedger = (folder: LedgerFolder, { random, isDisordered }: SurveyOptions): Survey => {
  const files = folder.processes.flatMap(({ entries }): EntryFile[] => (entries === null ? [] : [{ path: entries.file, header: entries.header }]))
  const rare = readRareLines(folder)
  const sample = sampleRecords(files, random)
  const watchesOf = watchesByPartition(isDisordered)
  const producers: ProducerFile[] = []

  for (const file of files) {
    const { header } = file
    if (header.replica !== undefined) continue
    if (header.producer !== undefined) producers.push(surveyProducer(file))
    surveyFile(file, sample, (topic, partition) => {
      const facts = rare.factsOf(header.topics[topic] ?? '', partition)
      const group = header.group === undefined ? undefined : groupOf(facts, header.group)

      return { facts, group, sampled: sample.at(facts.topic, partition), ...watchesOf(facts), previousOffset: undefined }
    })
  }

  return { ...rare, producers, replicas: files.filter(({ header }) => header.replica !== undefined), stories: sample.stories, heightsOf: facts => watchesOf(facts).heights }
}

type Watches = Pick<Stream, 'watch' | 'heights'>

const watchesByPartition = (isDisordered: (facts: PartitionFacts) => boolean): ((facts: PartitionFacts) => Watches) => {
  const watches = new Map<PartitionFacts, Watches>()

  return facts => {
    const known = watches.get(facts) ?? { watch: watchOrder(), heights: isDisordered(facts) ? watchHeights() : undefined }
    watches.set(facts, known)

    return known
  }
}

const surveyFile = (file: EntryFile, { stories }: Sample, open: (topic: number, partition: number) => Stream): void => {
  const streams: Stream[][] = []

  scanEntries(file.path, { from: 0, count: countEntries(file.path) }, (entry, index) => {
    const ofTopic = (streams[entry.topic] ??= [])
    const stream = (ofTopic[entry.partition] ??= open(entry.topic, entry.partition))
    const story = stories.get(entry.record)
    const { previousOffset } = stream
    observe(stream, entry, { file, story })
    if (story !== undefined) story.sightings.push({ ...entry, file, index, where: stream.facts, previousOffset })
  })
}

interface Observed {
  readonly file: EntryFile
  readonly story: Story | undefined
}

const observe = (stream: Stream, entry: EntryFields, { file, story }: Observed): void => {
  const { facts, group } = stream
  const { kind, value, at, record, topic } = entry
  const placed = kind === kinds.acknowledged || kind === kinds.logged || kind === kinds.delivered
  if (!placed || value < 0) return

  mentionOffset(facts, value)
  const sampled = stream.sampled.get(value)
  if (sampled !== undefined && sampled.record !== record) sampled.disputed = true
  if (kind === kinds.acknowledged) stream.heights?.acknowledged(value, at)
  if (kind === kinds.logged) {
    stream.watch.logged(record, story)
    if (value >= (facts.last?.offset ?? -1)) facts.last = { file: file.path, topic, offset: value, epoch: entry.extra }
  }
  if (kind === kinds.delivered && group !== undefined) {
    stream.previousOffset = value
    group.readers.add(file.header.member ?? '')
    group.lastDeliveryAt = Math.max(group.lastDeliveryAt, at)
    if (at < (group.firstDelivery?.at ?? Infinity)) group.firstDelivery = { at, offset: value }
  }
}

const surveyProducer = (file: EntryFile): ProducerFile => {
  const producer: ProducerFile = { file, nextRecord: 0, nextSequence: 0, lastAt: 0 }
  scanEntries(file.path, { from: 0, count: countEntries(file.path) }, ({ kind, record, value, at }) => {
    producer.lastAt = Math.max(producer.lastAt, at)
    producer.nextRecord = Math.max(producer.nextRecord, record + 1)
    if (kind === kinds.send) producer.nextSequence = Math.max(producer.nextSequence, value + 1)
  })

  return producer
}
