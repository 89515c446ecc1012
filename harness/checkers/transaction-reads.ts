/**
 * `aborted-read` and `dirty-read`: what a `read_committed` member must never be given: records of a transaction that was
 * aborted, or that nobody had begun to commit.
 *
 * Guilty: delivered at 50, and the transaction's `committing` line is at 60. Innocent: a `read_uncommitted` member.
 */
import { notKnown, type Consumption } from '../model/evidence.ts'
import type { Anomaly } from '../model/judgement.ts'
import { possibleSends } from './attempts.ts'
import { because, type Checker } from './checker.ts'
import type { Facts } from './facts.ts'
import { isAborted } from './resurrected.ts'

const reasons = {
  'aborted-read': because('a read_committed member was given a record of a transaction that was aborted'),
  'dirty-read': because('a read_committed member was given a record before its transaction began to commit')
} as const

export const transactionReads: Checker = {
  name: 'transaction-reads',
  check: (facts, tally) => {
    const { evidence } = facts
    if (evidence.transactions.length === 0) return
    for (const consumption of evidence.consumption) {
      const { deliveries, partition, group } = consumption
      for (let row = 0; row < deliveries.length; row++) {
        const anomaly = anomalyOf(facts, consumption, row)
        if (anomaly === null) continue
        tally.add({
          anomaly,
          level: 'violation',
          partition,
          group,
          reason: reasons[anomaly],
          witness: () => ({
            id: evidence.recordName(deliveries.record[row]!),
            offset: deliveries.offset[row]!,
            at: deliveries.at[row]!,
            member: evidence.members[deliveries.member[row]!]!.name
          })
        })
      }
    }
  }
}

const anomalyOf = ({ evidence }: Facts, { deliveries, partition }: Consumption, row: number): Extract<Anomaly, 'aborted-read' | 'dirty-read'> | null => {
  if (evidence.members[deliveries.member[row]!]!.isolation !== 'read_committed') return null
  const copy = {
    partition, record: deliveries.record[row]!, attempt: deliveries.attempt[row]!, offset: deliveries.offset[row]!
  }
  const possible = possibleSends(evidence, copy)
  if (possible.length === 0) return null
  if (possible.every(send => isAborted(evidence, send))) return 'aborted-read'

  return possible.every(send => isUncommittedAt({ evidence }, send, deliveries.at[row]!)) ? 'dirty-read' : null
}

/** Nobody had begun to commit its transaction, of which there are lines and which was not aborted. */
const isUncommittedAt = ({ evidence: { sends, transactions } }: Pick<Facts, 'evidence'>, send: number, at: number): boolean => {
  if (sends.transaction[send] === notKnown) return false
  const { state, committingAt, committedAt } = transactions[sends.transaction[send]!]!
  if (state === null || state === 'aborted') return false
  const since = committingAt ?? committedAt

  return since === null || at < since
}
