/** Names and pairs as numbers, in the order in which they first appeared: what columns hold instead of strings. */

export interface Names {
  readonly numberOf: (name: string) => number
  /** The number of a name that appeared before, or undefined. */
  readonly find: (name: string) => number | undefined
  readonly all: readonly string[]
}

export const names = (): Names => {
  const numbers = new Map<string, number>()
  const all: string[] = []
  // Neighbouring lines mostly name the same thing.
  let lastName: string | undefined
  let lastNumber = 0

  return {
    all,
    find: name => numbers.get(name),
    numberOf: name => {
      if (name === lastName) return lastNumber
      let number = numbers.get(name)
      if (number === undefined) {
        number = all.push(name) - 1
        numbers.set(name, number)
      }
      lastName = name
      lastNumber = number

      return number
    }
  }
}

export interface Pair {
  readonly first: number
  readonly second: number
}

export interface Pairs {
  readonly numberOf: (pair: Pair) => number
  readonly all: readonly Pair[]
}

/** Pairs as numbers: a small number first (a topic, a group), then one of any size. */
export const pairs = (): Pairs => {
  const numbers: Map<number, number>[] = []
  const all: Pair[] = []
  let lastFirst = -1
  let lastSecond = -1
  let last = -1

  return {
    all,
    numberOf: ({ first, second }) => {
      if (first === lastFirst && second === lastSecond && last !== -1) return last

      const inner = (numbers[first] ??= new Map())
      let number = inner.get(second)
      if (number === undefined) {
        number = all.push({ first, second }) - 1
        inner.set(second, number)
      }
      lastFirst = first
      lastSecond = second
      last = number

      return number
    }
  }
}
