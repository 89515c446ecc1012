/**
 * `reordered`: records of one producer stand in the log in another order than it sent them.
 *
 * Guilty: an idempotent producer sent a, b, and the log has b at 0 and a at 1. Innocent: b is a record that another producer sent.
 */
import { notKnown, outcomes, type Evidence } from '../model/evidence.ts'
import { about, because, permittedOr, type Checker } from './checker.ts'
import type { Facts } from './facts.ts'
import { idempotenceInWords, type Reason } from './promises.ts'
import type { Tally } from './tally.ts'

export const reordered: Checker = {
  name: 'reordered',
  check: (facts, tally) => {
    const { evidence } = facts
    for (const partition of evidence.partitions.keys()) {
      if (keepsOrder(facts, partition)) continue
      for (const sends of sendsByProducer(evidence, partition)) walk(facts, tally, { partition, sends: inSequence(evidence, sends) })
    }
  }
}

/** True where sequences and offsets rise with time, as in nearly every partition: nothing is out of order then. */
const keepsOrder = ({ evidence: { sends, producers }, ...facts }: Facts, partition: number): boolean => {
  const firstVisible = facts.firstVisible()
  const sequences = new Float64Array(producers.length).fill(notKnown)
  const offsets = new Float64Array(producers.length).fill(notKnown)
  for (let send = sends.starts[partition]!; send < sends.starts[partition + 1]!; send++) {
    const producer = sends.producer[send]!
    const sequence = sends.sequence[send]!
    if (sequence < sequences[producer]!) return false
    sequences[producer] = sequence
    const offset = firstVisible[send]!
    if (offset === notKnown) continue
    if (offset < offsets[producer]!) return false
    offsets[producer] = offset
  }

  return true
}

/** Rows of a partition come in the order of time; so do each producer's. */
const sendsByProducer = ({ sends, producers }: Evidence, partition: number): Iterable<Int32Array> => {
  const from = sends.starts[partition]!
  const to = sends.starts[partition + 1]!
  const counts = new Int32Array(producers.length)
  for (let send = from; send < to; send++) counts[sends.producer[send]!]! += 1
  const byProducer = new Map<number, Int32Array>()
  const filled = new Int32Array(producers.length)
  for (let send = from; send < to; send++) {
    const producer = sends.producer[send]!
    let rows = byProducer.get(producer)
    if (rows === undefined) byProducer.set(producer, rows = new Int32Array(counts[producer]!))
    rows[filled[producer]!++] = send
  }

  return byProducer.values()
}

/** By their sequence, if all of them have one; else by time, as they are. */
const inSequence = ({ sends }: Evidence, rows: Int32Array): Int32Array => {
  let sorted = true
  let before = notKnown
  for (const send of rows) {
    const sequence = sends.sequence[send]!
    if (sequence === notKnown) return rows
    if (sequence < before) sorted = false
    before = sequence
  }

  return sorted ? rows : rows.toSorted((left, right) => sends.sequence[left]! - sends.sequence[right]! || left - right)
}

interface Walk {
  readonly partition: number
  readonly sends: Int32Array
}

const walk = (facts: Facts, tally: Tally, { partition, sends: rows }: Walk): void => {
  const { sends } = facts.evidence
  const firstVisible = facts.firstVisible()
  let highest = -1
  for (const send of rows) {
    const offset = firstVisible[send]!
    if (offset === notKnown) continue
    if (highest === -1 || offset >= firstVisible[highest]!) {
      highest = send
      continue
    }
    const { permitted, reason } = judged(facts, { partition, send, highest })
    const before = highest
    tally.add({
      anomaly: 'reordered',
      level: permittedOr(permitted),
      partition,
      reason,
      witness: () => ({
        id: facts.evidence.recordName(sends.record[send]!),
        offset,
        at: sends.at[send]!,
        note: `sent after ${facts.evidence.recordName(sends.record[before]!)}, which is at offset ${firstVisible[before]}`
      })
    })
  }
}

interface Overtaken {
  readonly partition: number
  readonly send: number
  /** The send before it that stands highest. */
  readonly highest: number
}

const judged = ({ evidence, promises }: Facts, { partition, send, highest }: Overtaken): { readonly permitted: boolean, readonly reason: Reason } => {
  const { sends, producers } = evidence
  const producer = producers[sends.producer[send]!]!
  if (promises.mayBeTruncated(partition)) {
    return { permitted: true, reason: about(promises.ofPartition(partition), contract => `${contract}: the log may have been truncated`) }
  }
  if (producer.idempotent) return { permitted: false, reason: because(`${idempotenceInWords(producer)}: sends of one producer keep their order`) }

  const waited = producer.maxInFlight === 1 && sends.outcome[highest] === outcomes.acknowledged && sends.outcomeAt[highest]! < sends.at[send]!

  return {
    permitted: !waited,
    reason: because(waited
      ? `${idempotenceInWords(producer)}, max.in.flight 1: the record was sent after the other had been acknowledged`
      : `${idempotenceInWords(producer)}, max.in.flight ${producer.maxInFlight}: a retry may overtake`)
  }
}
