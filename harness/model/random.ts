/**
 * All chance of a run comes from one printed seed. A generator is split by name, so that one part's draws do not shift
 * another's: the schedule stays the same when a producer draws once more.
 */
import { createHash } from 'node:crypto'

export interface Random {
  /** A number in [0, 1). */
  readonly next: () => number
  /** A whole number in [from, below). */
  readonly integer: (range: { readonly from: number, readonly below: number }) => number
  /** One of the choices, each as likely as another. */
  readonly pick: <Choice>(choices: readonly Choice[]) => Choice
  /** A generator of its own for the named part. */
  readonly split: (name: string) => Random
}

/** xoshiro128** (Blackman and Vigna), its state taken from the SHA-256 of the seed. */
export const randomFrom = (seed: string): Random => {
  const digest = createHash('sha256').update(seed).digest()
  const state = new Uint32Array([0, 4, 8, 12].map(start => digest.readUInt32LE(start)))

  const next = (): number => nextWord(state) / 2 ** 32
  const integer: Random['integer'] = ({ from, below }) => from + Math.floor(next() * (below - from))

  return {
    next,
    integer,
    pick: choices => {
      const choice = choices[integer({ from: 0, below: choices.length })]
      if (choice === undefined) throw new Error('There was nothing to pick from.')

      return choice
    },
    split: name => randomFrom(`${seed}/${name}`)
  }
}

const nextWord = (state: Uint32Array): number => {
  const [a = 0, b = 0, c = 0, d = 0] = state
  const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0

  const third = c ^ a
  const fourth = d ^ b
  state[1] = b ^ third
  state[0] = a ^ fourth
  state[2] = third ^ (b << 9)
  state[3] = rotate(fourth, 11)

  return result
}

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))
