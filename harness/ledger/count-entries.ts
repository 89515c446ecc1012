/** Counts the entries of a ledger by bundles of partitions, and notes where each record is at home and what ties bundles together. */
import { notKnown } from '../model/evidence.ts'
import { bundleTies, type BundleTies } from './bundle-ties.ts'
import { anyBundle, entryIndex, type EntryIndex } from './entry-index.ts'
import { keyAt } from './entry-source.ts'
import { filesFacts, type FileFacts, type FilesFacts } from './file-facts.ts'
import { kinds, noPartition } from './format.ts'
import type { Expected, GatheredRun } from './gatherer.ts'
import type { LedgerProcess } from './ledger-folder.ts'
import type { NumberRange } from './number-pages.ts'
import { bundleOf, bundles, homeless, recordHomes, type RecordHomes } from './record-homes.ts'
import { rangeEnd, type Stretch } from './stretch.ts'

export interface Counted {
  readonly filesFacts: FilesFacts
  readonly homes: Pick<RecordHomes, 'homeOf'>
  readonly indexOf: (process: LedgerProcess) => EntryIndex
  /** By bundle. */
  readonly sizes: readonly Expected[]
  /** The bundles whose partitions have to be judged together, and with what is at home nowhere. */
  readonly tied: ReadonlySet<number>
  /** By producer: when its last send, or outcome of a send, was written. */
  readonly lastAt: (producer: number) => number
}

export interface EntryCount {
  readonly filesFacts: FilesFacts
  readonly count: (stretch: Stretch) => void
  /** False: producers share what should be one's own, or a store was counted, and the ledger has to be read whole. */
  readonly isDividable: () => boolean
  readonly counted: () => Counted
}

interface CountedFile {
  readonly index: EntryIndex
  /** The latest key that it has come to. */
  highest: number
}

/** An outcome of an attempt whose send had not come yet. */
interface EarlyOutcome {
  readonly number: number
  readonly attempt: number
  readonly at: number
}

interface Counting {
  readonly run: GatheredRun
  readonly files: Map<LedgerProcess, CountedFile>
  readonly factsOf: FilesFacts
  readonly homes: RecordHomes
  readonly sizes: readonly { -readonly [K in keyof Expected]: number }[]
  readonly ties: BundleTies
  readonly lastAt: number[]
  readonly early: EarlyOutcome[]
  oneProducerEach: boolean
  /** What a group's store holds says something of the group in all partitions. */
  storeCounted: boolean
}

export const countEntries = (run: GatheredRun): EntryCount => {
  const counting: Counting = {
    run,
    files: new Map(),
    factsOf: filesFacts(run),
    homes: recordHomes(),
    sizes: Array.from({ length: bundles }, () => ({ sends: 0, logged: 0, delivered: 0 })),
    ties: bundleTies(),
    lastAt: [],
    early: [],
    oneProducerEach: true,
    storeCounted: false
  }
  const { homes, factsOf, sizes, ties, lastAt } = counting

  return {
    filesFacts: factsOf,
    isDividable: () => counting.oneProducerEach && !counting.storeCounted,
    count: stretch => { countStretch(counting, stretch) },
    counted: () => {
      for (const { number, attempt, at } of counting.early) {
        const producer = homes.senderOf({ first: number, count: 1 }, attempt)
        if (producer !== notKnown) seen(counting, producer, at)
      }

      return { filesFacts: factsOf, homes, sizes, tied: ties.tied, indexOf: process => fileOf(counting, process).index, lastAt: producer => lastAt[producer] ?? 0 }
    }
  }
}

const fileOf = ({ files }: Counting, process: LedgerProcess): CountedFile => {
  const file = files.get(process) ?? { index: entryIndex(), highest: 0 }
  files.set(process, file)

  return file
}

const seen = ({ lastAt }: Counting, producer: number, at: number): void => { lastAt[producer] = Math.max(lastAt[producer] ?? 0, at) }

/** Entries that say where their record is. */
const placing: ReadonlySet<number> = new Set([kinds.send, kinds.acknowledged, kinds.delivered, kinds.logged])
const settling: ReadonlySet<number> = new Set([kinds.acknowledged, kinds.rejected, kinds.indeterminate])

const countStretch = (counting: Counting, stretch: Stretch): void => {
  const { kind, source, from, until } = stretch
  const file = fileOf(counting, source.process)
  noteKey(file, stretch)
  if (kind === 0) return

  if (kind === kinds.effect) counting.storeCounted = true
  const facts = counting.factsOf(source.process)
  // A send whose client chooses is in the topic's partition that is not known, and tied to where it was acknowledged.
  const isPlaced = placing.has(kind) && (stretch.partition !== noPartition || kind === kinds.send)
  const partition = isPlaced ? facts.partitionOf(stretch.topic, stretch.partition) : notKnown
  const bundle = isPlaced ? bundleOf(partition) : homeless
  if (isPlaced) notePlace(counting, stretch, file.index, bundle)
  else noteHomes(counting, stretch, file.index)

  const size = counting.sizes[bundle]!
  if (settling.has(kind)) noteOutcomes(counting, stretch)
  if (kind === kinds.send) {
    noteSends(counting, stretch, facts, bundle)
    size.sends += until - from
  }
  if (kind === kinds.logged) {
    counting.run.audits.logs.numberOf({ first: partition, second: facts.replica })
    size.logged += until - from
  }
  if (kind === kinds.delivered) {
    counting.run.groups.streamOf({ group: facts.group, partition })
    size.delivered += until - from
  }
}

/** All entries of a stretch have one key. */
const noteKey = (file: CountedFile, { source, from, until }: Stretch): void => {
  const key = keyAt(source.block, from)
  if (key < file.highest) file.index.late(source.number - 1 + from - source.place, until - from, file.highest)
  else file.highest = key
}

const visitRanges = (stretch: Stretch, visit: (range: NumberRange) => void): void => {
  const { doubles } = stretch.source.block
  for (let place = stretch.from; place < stretch.until;) {
    const end = rangeEnd(stretch, place, stretch.until)
    visit({ first: doubles[place * 4 + 2]!, count: end - place })
    place = end
  }
}

const notePlace = ({ homes, ties }: Counting, stretch: Stretch, index: EntryIndex, bundle: number): void => {
  const { source, from, until } = stretch
  index.note(source.number - 1 + from - source.place, until - from, bundle)
  visitRanges(stretch, range => { homes.place(range, bundle, home => { ties.tie(home, bundle) }) })
}

const noteHomes = ({ homes }: Counting, { source, from, until }: Stretch, index: EntryIndex): void => {
  const { doubles } = source.block
  for (let place = from; place < until; place++) {
    const home = homes.homeOf(doubles[place * 4 + 2]!)
    index.note(source.number - 1 + place - source.place, 1, home === homeless ? anyBundle : home)
  }
}

const noteSends = (counting: Counting, stretch: Stretch, facts: FileFacts, bundle: number): void => {
  const { at, attempt, extra } = stretch
  seen(counting, facts.producer, at)
  visitRanges(stretch, range => {
    if (!counting.homes.sent(range, attempt, facts.producer)) counting.oneProducerEach = false
  })
  if (extra !== 0) counting.ties.wrote(facts.transactionOf(extra), bundle)
}

const noteOutcomes = (counting: Counting, stretch: Stretch): void => {
  const { at, attempt } = stretch
  const note = ({ first, count }: NumberRange): void => {
    const producer = counting.homes.senderOf({ first, count }, attempt)
    if (producer !== notKnown) seen(counting, producer, at)
    else if (count === 1) counting.early.push({ number: first, attempt, at })
    else for (let index = 0; index < count; index++) note({ first: first + index, count: 1 })
  }
  visitRanges(stretch, note)
}
