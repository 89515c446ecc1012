/** Options: what is understood, and that whatever is not names the option and the value. */
import { describe, expect, it } from 'vitest'
import { editDistance, nearestNames } from '../../harness/commands/nearest-names.ts'
import { countFrom, durationFrom, keyValueInto, namesInto, seedFrom, versionsFrom } from '../../harness/commands/option-values.ts'

describe('an option', () => {
  it.each([['90s', 90_000], ['5m', 300_000], ['1500ms', 1500], ['2h', 7_200_000], ['1.5m', 90_000], ['10 s', 10_000]])('reads %s as a duration', (text, milliseconds) => {
    expect(durationFrom('--timeout')(text)).toEqual({ milliseconds })
  })

  it.each(['', '90', '-5s', '0s', '5 years', '1e3s', 's', '700h'])('refuses %j as a duration', text => {
    expect(() => durationFrom('--timeout')(text)).toThrow(`--timeout: '${text}' is not a duration`)
  })

  it.each(['', ' ', 'a/b', '../x', '-1', 'a b', 'ü', 'x'.repeat(65), '\u001b[2J'])('refuses %j as a seed', text => {
    expect(() => seedFrom(text)).toThrow(/^--seed: '.*' is not a seed/)
    expect(() => seedFrom(text)).not.toThrow('\u001b')
  })

  it('reads seeds, counts and versions', () => {
    expect(seedFrom('4711-2')).toBe('4711-2')
    expect(countFrom('--repeat', { least: 1 })('3')).toBe(3)
    expect(versionsFrom('3.9.2, 4.3.0,3.9.2')).toEqual(['3.9.2', '4.3.0'])
  })

  it.each(['0', '-1', '1.5', 'two', '', '1000001'])('refuses %j as a count', text => {
    expect(() => countFrom('--repeat', { least: 1 })(text)).toThrow(`--repeat: '${text}' is not a whole number`)
  })

  it.each(['', '4', '4.3', 'latest', '4.3.0,,'])('refuses %j as versions', text => {
    expect(() => versionsFrom(text)).toThrow(/^--versions: /)
  })

  it('gathers settings, the last word winning, with everything after the first equals sign', () => {
    const gather = keyValueInto('--broker-config')

    expect(gather('a.b=2', gather('a.b=1', {}))).toEqual({ 'a.b': '2' })
    expect(gather('a=b=c', {})).toEqual({ a: 'b=c' })
    expect(gather('a=', {})).toEqual({ a: '' })
    expect(() => gather('a', {})).toThrow('--broker-config: \'a\' is not of the form key=value')
    expect(() => gather('=b', {})).toThrow('key=value')
  })

  it('gathers names, repeated or with commas', () => {
    expect(namesInto('a, b', namesInto('c', []))).toEqual(['c', 'a', 'b'])
  })
})

describe('nearest names', () => {
  it('counts slips of the finger', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('', 'abc')).toBe(3)
    expect(editDistance('same', 'same')).toBe(0)
  })

  it('offers what is near, nearest first, and nothing for what is not', () => {
    const known = ['leader-sigkill', 'leader-sigterm', 'null-run', 'hidden-record']

    expect(nearestNames('leader-sigkil', known)[0]).toBe('leader-sigkill')
    expect(nearestNames('sigterm', known)).toEqual(['leader-sigterm'])
    expect(nearestNames('completely-else', known)).toEqual([])
  })
})
