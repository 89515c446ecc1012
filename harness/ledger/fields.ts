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

/** Each check of a type: the value as that type, or a refusal. */
const checksOf = (refuse: Refuse) => {
  const integer = (value: unknown, field: string): number => {
    if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) return value

    return refuse(field, `must be an integer from 0 to 2^53 - 1, but is ${shown(value)}`)
  }

  return {
    integer,
    integers: (value: unknown, field: string): readonly number[] =>
      (Array.isArray(value) ? value.map(one => integer(one, field)) : refuse(field, `must be a list of integers, but is ${shown(value)}`)),
    name: (value: unknown, field: string): string => {
      if (typeof value === 'string') return value
      if (typeof value === 'number') return String(integer(value, field))

      return refuse(field, `must be a string or an integer, but is ${shown(value)}`)
    },
    boolean: (value: unknown, field: string): boolean =>
      (typeof value === 'boolean' ? value : refuse(field, `must be true or false, but is ${shown(value)}`)),
    oneOf: <T extends string | number>(values: readonly T[], value: unknown, field: string): T =>
      (values.includes(value as T) ? value as T : refuse(field, `must be one of ${values.join(', ')}, but is ${shown(value)}`)),
    object: (value: unknown, field: string): Line =>
      (typeof value === 'object' && !Array.isArray(value) ? value as Line : refuse(field, `must be an object, but is ${shown(value)}`)),
    evidence: (value: unknown, field: string): string | false =>
      (value === false || typeof value === 'string' ? value : refuse(field, `must be a string or false, but is ${shown(value)}`))
  }
}

export const fields = (refuse: Refuse): Fields => {
  const checks = checksOf(refuse)
  let read = 0

  const isAbsent = (value: unknown): value is null | undefined => {
    if (value === undefined) return true
    read += 1

    return value === null
  }

  const required = <T>(check: (value: unknown, field: string) => T) => (value: unknown, field: string): T =>
    (isAbsent(value) ? refuse(field, 'is required, but is missing') : check(value, field))

  const optional = <T>(check: (value: unknown, field: string) => T) => (value: unknown, field: string): T | null =>
    (isAbsent(value) ? null : check(value, field))

  return {
    read: () => read,
    startLine: () => { read = 0 },
    integer: required(checks.integer),
    optionalInteger: (value, field) => (isAbsent(value) ? notKnown : checks.integer(value, field)),
    integerOrNull: optional(checks.integer),
    integers: optional(checks.integers),
    name: required(checks.name),
    optionalName: optional(checks.name),
    boolean: required(checks.boolean),
    optionalBoolean: optional(checks.boolean),
    oneOf: (values, value, field) =>
      (isAbsent(value) ? refuse(field, 'is required, but is missing') : checks.oneOf(values, value, field)),
    optionalOneOf: (values, value, field) => (isAbsent(value) ? null : checks.oneOf(values, value, field)),
    object: optional(checks.object),
    evidence: optional(checks.evidence)
  }
}
