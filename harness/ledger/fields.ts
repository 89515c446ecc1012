/**
 * Reads the fields of one line of a history, each held against its type. Written by hand rather than by a schema, because
 * it runs for each field of millions of lines. It also counts the fields that it read, which tells at the price of one
 * comparison whether a line has any that nobody knows.
 */
import { notKnown } from '../model/evidence.ts'
import { shown } from './input-error.ts'

/** The line as JSON gave it: anything at all. */
export type Line = Readonly<Record<string, unknown>>

/** Stops the import at the current line. */
export type Refuse = (field: string | null, problem: string) => never

export interface Fields {
  /** How many fields of the current line were there and known. */
  readonly read: () => number
  readonly startLine: () => void
  readonly integer: (value: unknown, field: string) => number
  /** `notKnown` where it is absent or null. */
  readonly optionalInteger: (value: unknown, field: string) => number
  readonly integerOrNull: (value: unknown, field: string) => number | null
  readonly integers: (value: unknown, field: string) => readonly number[] | null
  readonly name: (value: unknown, field: string) => string
  readonly optionalName: (value: unknown, field: string) => string | null
  readonly boolean: (value: unknown, field: string) => boolean
  readonly optionalBoolean: (value: unknown, field: string) => boolean | null
  readonly oneOf: <T extends string>(values: readonly T[], value: unknown, field: string) => T
  readonly optionalOneOf: <T extends string | number>(values: readonly T[], value: unknown, field: string) => T | null
  readonly object: (value: unknown, field: string) => Line | null
  /** A string, false, or null. */
  readonly evidence: (value: unknown, field: string) => string | false | null
}

export const fields = (refuse: Refuse): Fields => {
  let read = 0

  const isAbsent = (value: unknown): value is null | undefined => {
    if (value === undefined) return true
    read += 1

    return value === null
  }

  const required = (value: unknown, field: string): void => {
    if (isAbsent(value)) refuse(field, 'is required, but is missing')
  }

  const asInteger = (value: unknown, field: string): number => {
    if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) return value

    return refuse(field, `must be an integer from 0 to 2^53 - 1, but is ${shown(value)}`)
  }

  const asName = (value: unknown, field: string): string => {
    if (typeof value === 'string') return value
    if (typeof value === 'number') return String(asInteger(value, field))

    return refuse(field, `must be a string or an integer, but is ${shown(value)}`)
  }

  const asBoolean = (value: unknown, field: string): boolean =>
    typeof value === 'boolean' ? value : refuse(field, `must be true or false, but is ${shown(value)}`)

  const asOneOf = <T extends string | number>(values: readonly T[], value: unknown, field: string): T =>
    values.includes(value as T) ? value as T : refuse(field, `must be one of ${values.join(', ')}, but is ${shown(value)}`)

  return {
    read: () => read,
    startLine: () => { read = 0 },
    integer: (value, field) => {
      required(value, field)

      return asInteger(value, field)
    },
    optionalInteger: (value, field) => (isAbsent(value) ? notKnown : asInteger(value, field)),
    integerOrNull: (value, field) => (isAbsent(value) ? null : asInteger(value, field)),
    integers: (value, field) => {
      if (isAbsent(value)) return null
      if (!Array.isArray(value)) return refuse(field, `must be a list of integers, but is ${shown(value)}`)

      return value.map(one => asInteger(one, field))
    },
    name: (value, field) => {
      required(value, field)

      return asName(value, field)
    },
    optionalName: (value, field) => (isAbsent(value) ? null : asName(value, field)),
    boolean: (value, field) => {
      required(value, field)

      return asBoolean(value, field)
    },
    optionalBoolean: (value, field) => (isAbsent(value) ? null : asBoolean(value, field)),
    oneOf: (values, value, field) => {
      required(value, field)

      return asOneOf(values, value, field)
    },
    optionalOneOf: (values, value, field) => (isAbsent(value) ? null : asOneOf(values, value, field)),
    object: (value, field) => {
      if (isAbsent(value)) return null
      if (typeof value !== 'object' || Array.isArray(value)) return refuse(field, `must be an object, but is ${shown(value)}`)

      return value as Line
    },
    evidence: (value, field) => {
      if (isAbsent(value) || value === false || typeof value === 'string') return value ?? null

      return refuse(field, `must be a string or false, but is ${shown(value)}`)
    }
  }
}
