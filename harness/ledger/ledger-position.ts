/**
 * Where in a ledger a reader is: what it refuses, it refuses with the file and the place of the line or entry. Everything read has a
 * place in the one order of all files, from 2 on: the first is the run's line.
 */
import type { EntrySource } from './entry-source.ts'
import type { Refuse } from './fields.ts'
import type { Fail } from './gathered-sends.ts'
import { InputError } from './input-error.ts'
import type { LineSource } from './merge.ts'

export interface LedgerPosition {
  /** Goes on by one line or some entries of a source, and answers the place of the first in the one order. */
  readonly at: (source: EntrySource | LineSource, count: number) => number
  /** Nothing is being read any more: what is refused from now on concerns the folder. */
  readonly leave: () => void
  /** A line that was read before stands here, at this place: what comes now comes after it. */
  readonly pass: (order: number) => void
  /** Refuses the current line. */
  readonly refuse: Refuse
  /** Refuses the line or entry that has a place in the one order, if that is being read, else the folder. */
  readonly fail: Fail
}

export const ledgerPosition = (folder: string): LedgerPosition => {
  let current: EntrySource | LineSource | null = null
  let first = 1
  let next = 2

  const placeOf = (order: number): { file: string, line: number } =>
    (current !== null && order >= first && order < next ? { file: current.file, line: current.number + order - first } : { file: folder, line: 0 })

  return {
    at: (source, count) => {
      current = source
      first = next
      next += count

      return first
    },
    leave: () => { current = null },
    pass: order => { next = Math.max(next, order + 1) },
    refuse: (field, problem) => { throw new InputError({ ...placeOf(first), field }, problem) },
    fail: ({ order, field, problem }) => { throw new InputError({ ...placeOf(order), field }, problem) }
  }
}
