/**
 * Chooses the records whose stories are told: all of a small run, else short stretches of the audits' files here and there,
 * since a mutation needs a record together with its neighbours.
 */
import { kinds } from '../../ledger/format.ts'
import type { Random } from '../../model/random.ts'
import { countEntries, scanEntries, type Range } from './scan-entries.ts'
import { newStory, type EntryFile, type Story } from './story.ts'

const stretchEntries = 32
const mostStretches = 1024

export interface Sample {
  readonly stories: ReadonlyMap<number, Story>
  /** Who of the sample was read at an offset, by topic and partition. */
  readonly at: (topic: string, partition: number) => ReadonlyMap<number, Story>
}

export const sampleRecords = (files: readonly EntryFile[], random: Random): Sample => {
  const stories = new Map<number, Story>()
  const offsets = new Map<string, Map<number, Story>>()
  const at = (topic: string, partition: number): Map<number, Story> => {
    const key = `${partition} ${topic}`
    const known = offsets.get(key) ?? new Map<number, Story>()
    offsets.set(key, known)

    return known
  }
  const audits = files.filter(isAudit).map(({ path, header }) => ({ path, header, count: countEntries(path) }))
  const total = audits.reduce((sum, { count }) => sum + count, 0)

  for (const { path, header, count } of audits) {
    const wanted = Math.ceil(mostStretches * count / total)
    for (const stretch of stretchesOf(count, { wanted, random })) {
      scanEntries(path, stretch, ({ kind, topic, partition, record, value }) => {
        if (kind !== kinds.logged) return
        const story = stories.get(record) ?? newStory(record)
        stories.set(record, story)
        at(header.topics[topic] ?? '', partition).set(value, story)
      })
    }
  }

  return { stories, at }
}

/** What a client read of the partitions at the end; a replica's own audit is judged on its own. */
const isAudit = ({ header: { producer, group, replica } }: EntryFile): boolean =>
  producer === undefined && group === undefined && replica === undefined

/** Stretches of a file, without overlaps. */
const stretchesOf = (entries: number, { wanted, random }: { readonly wanted: number, readonly random: Random }): readonly Range[] => {
  if (entries <= wanted * stretchEntries) return [{ from: 0, count: entries }]

  const places = Math.floor(entries / stretchEntries)
  const chosen = new Set(Array.from({ length: wanted }, () => random.integer({ from: 0, below: places })))

  return [...chosen].sort((one, other) => one - other).map(place => ({ from: place * stretchEntries, count: stretchEntries }))
}
