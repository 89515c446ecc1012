/**
 * Which commits were ahead of a record that was there at the time, where a log may be cut off and written again. Walks up the log
 * once: a record speaks against the commits above it that were invoked after it was written, and before it was received.
 *
 * Example: p1:4 stands at offset 4 since 50 and is received at 80. It speaks against a commit of 5 or more at 60, not at 40 or 90.
 */
import type { Commit, Consumption } from '../model/evidence.ts'
import type { Facts } from './facts.ts'
import type { Blame } from './written-by.ts'

export const provenAhead = (facts: Facts, consumption: Consumption, { accused, blame }: {
  /** In the order of time. */
  readonly accused: readonly Commit[]
  readonly blame: (row: number) => Blame
}): ReadonlySet<Commit> => {
  const { rows } = facts.logs[consumption.partition]!
  const { isOwed, receivedAt } = facts.progress(consumption)
  const earliest = accused[0]?.at ?? Infinity
  const end = accused.reduce((highest, { offset }) => Math.max(highest, offset), 0)
  // By commit: the lowest offset that speaks against it. Offsets only rise, so the first one settles it.
  const lowest = new Float64Array(accused.length).fill(Infinity)
  const unsettledFrom = nextUnsettled(accused.length)

  for (let row = 0; row < rows.length && rows.offset[row]! < end; row++) {
    const received = receivedAt[row]!
    if (received <= earliest || !isOwed(row)) continue
    const { after, before } = blame(row)
    const until = Math.min(before, received)
    for (let index = unsettledFrom.find(firstAfter(accused, after)); index < accused.length && accused[index]!.at < until; index = unsettledFrom.find(index)) {
      lowest[index] = rows.offset[row]!
      unsettledFrom.settle(index)
    }
  }

  return new Set(accused.filter(({ offset }, index) => lowest[index]! < offset))
}

const firstAfter = (commits: readonly Commit[], time: number): number => {
  let low = 0
  let high = commits.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (commits[middle]!.at <= time) low = middle + 1
    else high = middle
  }

  return low
}

/** Jumps over what is settled already, by paths that grow shorter each time. */
const nextUnsettled = (count: number): { readonly find: (index: number) => number, readonly settle: (index: number) => void } => {
  const next = Int32Array.from({ length: count + 1 }, (_, index) => index)

  return {
    find: index => {
      let found = index
      while (next[found] !== found) {
        next[found] = next[next[found]!]!
        found = next[found]!
      }

      return found
    },
    settle: index => { next[index] = index + 1 }
  }
}
