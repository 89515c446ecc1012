/**
 * When a group first came past an offset, as far as its lines tell: the earliest of an acknowledged commit above it, a delivery at
 * or above it, and an assigned position above it.
 *
 * Example: offset 3 delivered at 40, 5 committed at 50. The group passed 3 at 40, and 4 at 50.
 */
import type { Consumption } from '../model/evidence.ts'

/** By offset; Infinity: it was never passed. */
export const firstPassing = ({ commits, deliveries, moves }: Consumption): ((offset: number) => number) => {
  const acknowledged = commits.filter(({ outcome }) => outcome === 'acknowledged')
  const positions = moves.map(move => (move.kind === 'assigned' ? move.position ?? 0 : 0))
  const searches = [
    firstAbove(acknowledged.length, { end: index => acknowledged[index]!.offset, at: index => acknowledged[index]!.at }),
    firstAbove(deliveries.length, { end: index => deliveries.offset[index]! + 1, at: index => deliveries.at[index]! }),
    firstAbove(moves.length, { end: index => positions[index]!, at: index => moves[index]!.at })
  ]

  return offset => Math.min(...searches.map(search => search(offset)))
}

/** Lines in the order of time, each of which passes everything below its `end`. */
interface Lines {
  readonly end: (index: number) => number
  readonly at: (index: number) => number
}

const firstAbove = (length: number, { end, at }: Lines): ((offset: number) => number) => {
  const highest = new Float64Array(length)
  for (let index = 0; index < length; index++) highest[index] = Math.max(index === 0 ? 0 : highest[index - 1]!, end(index))

  return offset => {
    let low = 0
    let high = length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (highest[middle]! <= offset) low = middle + 1
      else high = middle
    }

    return low < length ? at(low) : Infinity
  }
}
