/**
 * Watches the order of a partition's log while it streams by, to tell which sampled records no order finding hangs on: a
 * reordered record is found against the highest one before it, so taking out a record that is part of any inversion could
 * change how many are found.
 */
import type { Story } from './story.ts'

const sequences = 2 ** 32

interface Incarnation {
  highest: number
  /** Sampled records that nothing later has undercut yet, ascending. */
  readonly pending: { readonly sequence: number, readonly story: Story }[]
}

export interface OrderWatch {
  /** For each logged record, by rising offset. */
  readonly logged: (record: number, story: Story | undefined) => void
}

export const watchOrder = (): OrderWatch => {
  const incarnations = new Map<number, Incarnation>()

  return {
    logged: (record, story) => {
      const number = Math.floor(record / sequences)
      const sequence = record % sequences
      let incarnation = incarnations.get(number)
      if (incarnation === undefined) incarnations.set(number, incarnation = { highest: -1, pending: [] })

      const { pending, highest } = incarnation
      for (let last = pending.at(-1); last !== undefined && last.sequence > sequence; last = pending.at(-1)) {
        last.story.inOrder = false
        pending.pop()
      }
      if (story !== undefined) {
        if (sequence > highest) pending.push({ sequence, story })
        else story.inOrder = false
      }
      incarnation.highest = Math.max(highest, sequence)
    }
  }
}

/** The highest offsets that a partition's acknowledgements had come to, by time. */
export interface AcknowledgedHeights {
  readonly acknowledged: (offset: number, at: number) => void
  /** The highest offset acknowledged up to a moment, rounded up to the end of its interval. */
  readonly until: (at: number) => number
}

/** Short against the time that a send takes, so that few records are under suspicion without a cause. */
const intervalMicroseconds = 2 ** 10

export const watchHeights = (): AcknowledgedHeights => {
  const heights: number[] = []
  let accumulated = false

  return {
    acknowledged: (offset, at) => {
      const interval = Math.floor(at / intervalMicroseconds)
      while (heights.length <= interval) heights.push(-1)
      heights[interval] = Math.max(heights[interval] ?? -1, offset)
    },
    until: at => {
      if (!accumulated) accumulate(heights)
      accumulated = true

      return heights[Math.min(Math.floor(at / intervalMicroseconds), heights.length - 1)] ?? -1
    }
  }
}

const accumulate = (heights: number[]): void => {
  for (let interval = 1; interval < heights.length; interval += 1) {
    heights[interval] = Math.max(heights[interval] ?? -1, heights[interval - 1] ?? -1)
  }
}
