/**
 * Columns that grow while evidence comes in. A column starts with 8 bits a value and widens to 16, to 32 and to doubles with the
 * first value that needs it: most columns of a real run (attempts, partitions, outcomes) stay narrow, and the numbers of a hostile
 * history only cost memory.
 */
import type { Numbers } from '../model/evidence.ts'

export interface Column {
  readonly push: (value: number) => void
  /** The same value, several times. */
  readonly pushRun: (value: number, count: number) => void
  /** A value, and those that follow it one by one. */
  readonly pushSeries: (first: number, count: number) => void
  /** The first `count` of some values. */
  readonly pushAll: (values: Int32Array | Float64Array, count: number) => void
  readonly set: (row: number, value: number) => void
  readonly get: (row: number) => number
  readonly length: () => number
  /** The values so far, without the spare room. */
  readonly finish: () => Numbers
  /** The same, and the column is empty from now on, so that its memory is free as soon as the values are. */
  readonly take: () => Numbers
}

const firstCapacity = 1024

/** Each kind of array, the narrowest first, with what it holds. */
const kinds = [
  { make: (length: number): Numbers => new Int8Array(length), on: (buffer: ArrayBuffer): Numbers => new Int8Array(buffer), low: -(2 ** 7), high: 2 ** 7 - 1 },
  { make: (length: number): Numbers => new Int16Array(length), on: (buffer: ArrayBuffer): Numbers => new Int16Array(buffer), low: -(2 ** 15), high: 2 ** 15 - 1 },
  { make: (length: number): Numbers => new Int32Array(length), on: (buffer: ArrayBuffer): Numbers => new Int32Array(buffer), low: -(2 ** 31), high: 2 ** 31 - 1 },
  { make: (length: number): Numbers => new Float64Array(length), on: (buffer: ArrayBuffer): Numbers => new Float64Array(buffer), low: -Infinity, high: Infinity }
] as const

const boundsOf = (values: Numbers, count: number): readonly [number, number] => {
  let lowest = Infinity
  let highest = -Infinity
  for (let index = 0; index < count; index++) {
    const value = values[index]!
    if (value < lowest) lowest = value
    if (value > highest) highest = value
  }

  return [lowest, highest]
}

/** `expected`: how many values will come, if that is known; the column then never has to move. */
export const column = (expected = firstCapacity): Column => {
  let kind = 0
  let values: Numbers = kinds[0].make(Math.max(1, expected))
  let low: number = kinds[0].low
  let high: number = kinds[0].high
  let length = 0

  const widen = (value: number): void => {
    while (value < kinds[kind]!.low || value > kinds[kind]!.high) kind += 1
    const wide = kinds[kind]!.make(values.length)
    wide.set(values.subarray(0, length))
    values = wide
    low = kinds[kind]!.low
    high = kinds[kind]!.high
  }

  const grow = (least: number): void => {
    // Moves the pages where it can, instead of copying what they hold.
    const factor = 2 ** Math.max(1, Math.ceil(Math.log2(least / values.length)))
    values = kinds[kind]!.on((values.buffer as ArrayBuffer).transfer(values.byteLength * factor))
  }

  return {
    push: value => {
      if (value < low || value > high) widen(value)
      if (length === values.length) grow(length + 1)
      values[length++] = value
    },
    pushRun: (value, count) => {
      if (value < low || value > high) widen(value)
      if (length + count > values.length) grow(length + count)
      values.fill(value, length, length + count)
      length += count
    },
    pushSeries: (first, count) => {
      if (first < low) widen(first)
      if (first + count - 1 > high) widen(first + count - 1)
      if (length + count > values.length) grow(length + count)
      for (let index = 0; index < count; index++) values[length + index] = first + index
      length += count
    },
    pushAll: (more, count) => {
      if (length + count > values.length) grow(length + count)
      if (values.BYTES_PER_ELEMENT < more.BYTES_PER_ELEMENT) {
        const [lowest, highest] = boundsOf(more, count)
        if (lowest < low) widen(lowest)
        if (highest > high) widen(highest)
      }
      values.set(count === more.length ? more : more.subarray(0, count), length)
      length += count
    },
    set: (row, value) => {
      if (value < low || value > high) widen(value)
      values[row] = value
    },
    get: row => values[row]!,
    length: () => length,
    finish: () => values.subarray(0, length),
    take: () => {
      const taken = values.subarray(0, length)
      kind = 0
      values = kinds[0].make(firstCapacity)
      low = kinds[0].low
      high = kinds[0].high
      length = 0

      return taken
    }
  }
}

/** As many numbers of 32 bits as anybody asks for, all 0 until they are set. */
export interface Slots {
  readonly values: Int32Array
  /** Makes room for the slots below a number. */
  readonly reach: (length: number) => void
}

export const slots = (expected = firstCapacity): Slots => {
  const all = {
    values: new Int32Array(Math.max(1, expected)),
    reach: (length: number): void => {
      if (length <= all.values.length) return
      const capacity = Math.max(length, all.values.length * 2)
      all.values = new Int32Array(all.values.buffer.transfer(capacity * Int32Array.BYTES_PER_ELEMENT))
    }
  }

  return all
}
