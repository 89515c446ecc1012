/**
 * What is wrong with somebody's history: the file, the line and the field, in one sentence. Such a file may be hostile, so
 * nothing of it reaches a terminal as it is: control characters are written out, and long values are cut.
 */

import { printable as controlFree } from '../model/printable.ts'

export interface InputPlace {
  readonly file: string
  /** From 1 on; 0 where the file as a whole is wrong. */
  readonly line: number
  /** Null where the line as a whole is wrong. */
  readonly field: string | null
}

/** The history cannot be judged (exit code 2). */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly place: InputPlace

  constructor(place: InputPlace, problem: string) {
    const field = place.field === null ? '' : ` ${printable(place.field)}:`
    const line = place.line === 0 ? '' : `, line ${place.line}`
    super(`${printable(place.file, 500)}${line}:${field} ${problem}`)
    this.place = place
  }
}

const longestShown = 80

/** A text that came from outside, safe to print and not endless. */
export const printable = (text: string, longest = longestShown): string =>
  controlFree(text.length > longest ? `${text.slice(0, longest)}...` : text)

/** A JSON value as messages show it. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') return `"${printable(value)}"`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'

  return printable(String(value))
}
