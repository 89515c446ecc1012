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
    const elsewhere = acknowledgedElsewhere(facts.evidence)
    for (let partition = 0; partition < facts.evidence.partitions.length; partition++) {
      const acknowledged = acknowledgedIn(facts.evidence, partition, elsewhere)
      if (isSuspected(facts, { partition, acknowledged })) sweep(facts, tally, { partition, acknowledged })
    }
  }
}

const isPlaced = (sends: Evidence['sends'], send: number): boolean =>
  sends.offset[send] !== notKnown

/** Sends whose acknowledgement named another partition than they were sent to. */
const acknowledgedElsewhere = ({ sends }: Evidence): readonly number[] => {
  const rows: number[] = []
  for (let send = 0; send < sends.length; send++) {
    if (isPlaced(sends, send) && sends.acknowledgedPartition[send] !== sends.partition[send]) rows.push(send)
  }

  return rows
}

/** The sends that a partition acknowledged and whose offset is known, in the order in which their acknowledgements came. */
const acknowledgedIn = ({ sends }: Evidence, partition: number, elsewhere: readonly number[]): Int32Array => {
  const strangers = elsewhere.filter(send => sends.acknowledgedPartition[send] === partition)
  const all = new Int32Array(sends.starts[partition + 1]! - sends.starts[partition]! + strangers.length)
  let count = 0
  for (let send = sends.starts[partition]!; send < sends.starts[partition + 1]!; send++) {
    if (isPlaced(sends, send) && sends.acknowledgedPartition[send] === partition) all[count++] = send
  }
  for (const send of strangers) all[count++] = send
  const rows = all.subarray(0, count)
  if (isInOrder(sends, rows)) return rows

  // An array's own sort is quick where most is in order.
  return Int32Array.from(Array.from(rows).sort((left, right) => sends.outcomeAt[left]! - sends.outcomeAt[right]! || left - right))
}

const isInOrder = ({ outcomeAt }: Evidence['sends'], rows: Int32Array): boolean => {
  for (let index = 1; index < rows.length; index++) {
    const [before, after] = [rows[index - 1]!, rows[index]!]
    if (outcomeAt[before]! > outcomeAt[after]! || (outcomeAt[before] === outcomeAt[after] && before > after)) return false
  }

  return true
}

interface Sweep {
  readonly partition: number
  readonly acknowledged: Int32Array
}

/** Whether any record stands below an offset that was acknowledged before it was sent: its own, for all that is looked at here. */
const isSuspected = (facts: Facts, { partition, acknowledged }: Sweep): boolean => {
  const { starts, at, offset, outcomeAt } = facts.evidence.sends
  const firstVisible = facts.firstVisible()
  let next = 0
  let highest = -1
  for (let send = starts[partition]!; send < starts[partition + 1]!; send++) {
    for (; next < acknowledged.length && outcomeAt[acknowledged[next]!]! < at[send]!; next++) {
      if (offset[acknowledged[next]!]! > highest) highest = offset[acknowledged[next]!]!
    }
    if (firstVisible[send]! < highest && firstVisible[send] !== notKnown) return true
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
    for (; next < acknowledged.length && sends.outcomeAt[acknowledged[next]!]! < sends.at[send]!; next++) {
      const earlier = acknowledged[next]!
      if (promises.mayBeLost(earlier)) unpromised.add(earlier)
      else promised.add(earlier)
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
  let second = -1
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
