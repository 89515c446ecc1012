/**
 * `stalled`: after everything was healed, a partition still acknowledged nothing, or a group still received nothing that it
 * was owed.
 *
 * A system owes progress only while few enough of its parts are broken: a fault that is still in force at the end may forbid it, so
 * that a silence under it has an innocent explanation, and nothing is judged.
 *
 * Guilty: healed at 50, sends at 60 and 70, and no acknowledgement of them. Innocent: both were rejected; or another fault, injected
 * at 40, was never healed.
 */
import { outcomes, type FaultEvidence } from '../model/evidence.ts'
import { because, type Checker } from './checker.ts'
import type { Facts } from './facts.ts'
import { missedRows } from './receipt.ts'
import type { Tally } from './tally.ts'

export const stalled: Checker = {
  name: 'stalled',
  check: (facts, tally) => {
    const healedAt = facts.evidence.faults.findLast(({ phase }) => phase === 'healed')?.at
    if (healedAt === undefined || isInForce(facts.evidence.faults)) return
    checkPartitions(facts, tally, healedAt)
    checkGroups(facts, tally, healedAt)
  }
}

/** Whether a fault that bit, as far as is known, was not healed since. Lines come in the order of time. */
const isInForce = (faults: readonly FaultEvidence[]): boolean => {
  const open = new Set<string>()
  for (const { fault, phase, evidence } of faults) {
    if (phase === 'injected' && evidence !== false) open.add(fault)
    if (phase === 'healed') open.delete(fault)
  }

  return open.size > 0
}

const checkPartitions = ({ evidence }: Facts, tally: Tally, healedAt: number): void => {
  const { sends, partitions, recordName } = evidence
  for (let partition = 0; partition < partitions.length; partition++) {
    if (partitions[partition]!.partition === null) continue
    const waiting = waitingSend(evidence, partition, healedAt)
    if (waiting === -1) continue
    tally.add({
      anomaly: 'stalled',
      level: 'liveness',
      partition,
      reason: because('no send was acknowledged after the last fault had healed'),
      witness: () => ({ id: recordName(sends.record[waiting]!), offset: null, at: sends.at[waiting]! })
    })
  }
}

/** The first send after a time that was not rejected, if none of those after that time was acknowledged; else -1. */
const waitingSend = ({ sends }: Facts['evidence'], partition: number, after: number): number => {
  let waiting = -1
  for (let send = sends.starts[partition + 1]! - 1; send >= sends.starts[partition]! && sends.at[send]! > after; send--) {
    if (sends.outcome[send] === outcomes.acknowledged) return -1
    if (sends.outcome[send] !== outcomes.rejected) waiting = send
  }

  return waiting
}

const checkGroups = (facts: Facts, tally: Tally, healedAt: number): void => {
  const { evidence, logs } = facts
  for (const consumption of evidence.consumption) {
    const { partition, group, deliveries } = consumption
    if ((deliveries.at[deliveries.length - 1] ?? -Infinity) > healedAt) continue
    const [first] = missedRows(facts, consumption).undelivered
    if (first === undefined) continue
    const { rows } = logs[partition]!
    tally.add({
      anomaly: 'stalled',
      level: 'liveness',
      partition,
      group,
      reason: because('the group received nothing after the last fault had healed, and records wait for it'),
      witness: () => ({ id: evidence.recordName(rows.record[first]!), offset: rows.offset[first]!, at: null })
    })
  }
}
