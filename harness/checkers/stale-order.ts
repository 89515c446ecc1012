/**
 * `stale-order`: a record stands below another that had been acknowledged before it was sent, whoever sent them: time ran
 * backwards in the log.
 *
 * Guilty: a acknowledged at offset 5; later b is sent, and is at offset 3. Innocent: b was sent before a's acknowledgement came.
 */
import { notKnown, type Evidence } from '../model/evidence.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import type { Facts } from './facts.ts'
import type { Tally } from './tally.ts'

export const staleOrder: Checker = {
  name: 'stale-order',
  check: (facts, tally) => {
    for (const partition of facts.evidence.partitions.keys()) {
      const order = { partition, acknowledged: inOrder(facts, partition) }
      if (mayBeStale(facts, order)) sweep(facts, tally, order)
    }
  }
}

/** Neighbouring rows of sends that were acknowledged at one moment, as the records of one batch are. */
interface Run {
  readonly from: number
  to: number
  /** The highest of the offsets at which they were acknowledged. */
  highest: number
}

/** What was acknowledged, in the order in which the acknowledgements came. */
const inOrder = ({ evidence: { sends: { outcomeAt, offset } }, placed }: Facts, partition: number): readonly Run[] => {
  const runs: Run[] = []
  let last: Run = { from: -1, to: -1, highest: -1 }
  placed()(partition, send => {
    if (send !== last.to || outcomeAt[send] !== outcomeAt[last.from]) runs.push(last = { from: send, to: send, highest: -1 })
    last.to += 1
    if (offset[send]! > last.highest) last.highest = offset[send]!
  })

  return runs.sort((left, right) => outcomeAt[left.from]! - outcomeAt[right.from]!)
}

interface Sweep {
  readonly partition: number
  readonly acknowledged: readonly Run[]
}

/** False where nothing stands below anything that had been acknowledged before, as in nearly every partition. */
const mayBeStale = ({ evidence: { sends }, ...facts }: Facts, { partition, acknowledged }: Sweep): boolean => {
  const firstVisible = facts.firstVisible()
  let highest = -1
  let next = 0
  for (let send = sends.starts[partition]!; send < sends.starts[partition + 1]!; send++) {
    for (; next < acknowledged.length && sends.outcomeAt[acknowledged[next]!.from]! < sends.at[send]!; next++) {
      highest = Math.max(highest, acknowledged[next]!.highest)
    }
    if (firstVisible[send] !== notKnown && firstVisible[send]! < highest) return true
  }

  return false
}

const sweep = ({ evidence, promises, ...facts }: Facts, tally: Tally, { partition, acknowledged }: Sweep): void => {
  const { sends } = evidence
  const firstVisible = facts.firstVisible()
  const promised = highestOfTwo(evidence)
  const unpromised = highestOfTwo(evidence)
  let next = 0
  for (let send = sends.starts[partition]!; send < sends.starts[partition + 1]!; send++) {
    for (; next < acknowledged.length && sends.outcomeAt[acknowledged[next]!.from]! < sends.at[send]!; next++) {
      for (let earlier = acknowledged[next]!.from; earlier < acknowledged[next]!.to; earlier++) {
        if (promises.mayBeLost(earlier)) unpromised.add(earlier)
        else promised.add(earlier)
      }
    }
    const offset = firstVisible[send]!
    if (offset === notKnown) continue
    const strong = promised.above(offset, sends.record[send]!)
    const earlier = strong === -1 ? unpromised.above(offset, sends.record[send]!) : strong
    if (earlier === -1) continue

    const permitted = strong === -1
    tally.add({
      anomaly: 'stale-order',
      level: permittedOr(permitted),
      partition,
      reason: about(promises.ofSend(earlier), contract =>
        `${contract}: ${permitted ? 'the earlier record may have been lost and its offset written again' : 'a record lies below one that was acknowledged before it was sent'}`),
      witness: () => ({
        id: evidence.recordName(sends.record[send]!),
        offset,
        at: sends.at[send]!,
        note: `${evidence.recordName(sends.record[earlier]!)} was acknowledged at offset ${sends.offset[earlier]} before`
      })
    })
  }
}

/** The highest acknowledged offset so far, and the highest of any other record: a record is not compared with itself. */
const highestOfTwo = ({ sends }: Evidence) => {
  let first = -1
  let second = first
  const isHigher = (send: number, than: number): boolean => than === -1 || sends.offset[send]! > sends.offset[than]!

  return {
    add: (send: number): void => {
      if (first !== -1 && sends.record[send] === sends.record[first]) {
        if (isHigher(send, first)) first = send
      } else if (isHigher(send, first)) {
        second = first
        first = send
      } else if (isHigher(send, second)) second = send
    },
    /** A send of another record that was acknowledged above an offset, or -1. */
    above: (offset: number, record: number): number => {
      const candidate = first !== -1 && sends.record[first] === record ? second : first

      return candidate !== -1 && sends.offset[candidate]! > offset ? candidate : -1
    }
  }
}
