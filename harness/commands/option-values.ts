/**
 * The values of options, from the text that somebody typed. Each either has its meaning or is refused with the option, the
 * value and an example of what would do; nothing is guessed and nothing is silently ignored.
 */
import { type Duration, milliseconds } from '../model/duration.ts'
import { UsageError } from '../model/errors.ts'
import type { Configuration } from '../model/metadata.ts'
import { printable } from '../model/printable.ts'

const malformed = (option: string, value: string, expected: string): UsageError =>
  new UsageError({ happened: `'${printable(value)}' is not ${expected}`, where: option })

/** A seed is part of a folder's name and of a command line, so it is kept to characters that need no quoting. */
export const seedFrom = (value: string): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)) {
    throw malformed('--seed', value, 'a seed: up to 64 letters, digits, dots, dashes and underscores, as in 4711.')
  }

  return value
}

/** A whole number of at least so much and at most a million. */
export const countFrom = (option: string, { least }: { readonly least: number }) => (value: string): number => {
  const count = Number(value)
  if (!/^\d+$/.test(value) || count < least || count > 1_000_000) {
    throw malformed(option, value, `a whole number from ${least} to 1,000,000.`)
  }

  return count
}

const units = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }
const isUnit = (text: string): text is keyof typeof units => Object.hasOwn(units, text)

/** `90s`, `5m`, `1500ms`, `2h`, `1.5m`. */
export const durationFrom = (option: string) => (value: string): Duration => {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/.exec(value) ?? []
  const length = isUnit(unit) ? Number(number) * units[unit] : Number.NaN
  // setTimeout fires at once for anything that does not fit into 31 bits.
  if (!(length > 0) || length >= 2 ** 31) throw malformed(option, value, 'a duration, as in 90s, 5m or 1h.')

  return milliseconds(length)
}

/** `3.9.2,4.3.0`. */
export const versionsFrom = (value: string): readonly string[] => {
  const versions = value.split(',').map(version => version.trim())
  const wrong = versions.find(version => !/^\d+\.\d+\.\d+(-[A-Za-z0-9.]+)?$/.test(version))
  if (wrong !== undefined) throw malformed('--versions', wrong, 'a Kafka version, as in 4.3.0 or 3.9.2,4.3.0.')

  return [...new Set(versions)]
}

/** For an option that may be given again and again: `--broker-config log.flush.interval.messages=1`. */
export const keyValueInto = (option: string) => (value: string, earlier: Configuration): Configuration => {
  const [, key = '', setting = ''] = /^([A-Za-z][A-Za-z0-9._-]*)=(.*)$/s.exec(value) ?? []
  if (key === '') throw malformed(option, value, 'of the form key=value, as in min.insync.replicas=1.')

  return { ...earlier, [key]: setting }
}

/** For an option that may be given again and again, or once with commas. */
export const namesInto = (value: string, earlier: readonly string[]): readonly string[] =>
  [...earlier, ...value.split(',').map(name => name.trim()).filter(name => name !== '')]
