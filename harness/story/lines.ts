/**
 * The lines of a history as the story reads them. Names that were written as integers are text, and what is null is left
 * out, so that nothing after this has to ask twice.
 */
import type { HistoryLine, Name } from '../model/history.ts'

type PlainValue<V> = Name extends NonNullable<V> ? string | Extract<V, undefined> : Exclude<V, null>

/** A line whose names are strings and whose unknown fields are absent. */
export type Plain<L> = { readonly [K in keyof L]: PlainValue<L[K]> }

type Event = HistoryLine['event']
export type LineOf<E extends Event> = Plain<Extract<HistoryLine, { readonly event: E }>>

export type RawLine = Readonly<Record<string, unknown>>

const names = new Set([
  'run', 'seed', 'tool', 'version', 'id', 'topic', 'producer', 'client', 'transactionalId', 'transaction', 'key', 'member', 'group', 'fault', 'what',
  'whom', 'error', 'cleanupPolicy'
])

/** The line in its plain form, of the type of its event: whoever hands it over has held it against the format. */
export const plain = (raw: RawLine): object => {
  const line: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(raw)) {
    if (value !== null) line[field] = typeof value === 'number' && names.has(field) ? String(value) : value
  }

  return line
}

/** By `at`; lines of equal `at` stay in the file's order. */
export const byTime = <L extends { readonly at: number }>(lines: readonly L[]): readonly L[] => lines.toSorted((one, other) => one.at - other.at)

export interface Place {
  readonly topic: string
  readonly partition: number
}

export const isAt = ({ topic, partition }: Place) => (line: { readonly topic: string, readonly partition?: number | undefined }): boolean =>
  line.topic === topic && line.partition === partition

export const placeName = ({ topic, partition }: { readonly topic: string, readonly partition?: number | undefined }): string =>
  partition === undefined ? topic : `${topic}-${partition}`
