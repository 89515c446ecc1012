/**
 * `torn-transaction`: a part of a transaction is there, and an acknowledged part of it is not.
 *
 * Guilty: a committed transaction of two acknowledged sends, one of which is in the log. Innocent: the transaction was aborted.
 */
import { notKnown, outcomes, type Evidence } from '../model/evidence.ts'
import { possibleSends, soleSend } from './attempts.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import { partitionOfSends, type Facts } from './facts.ts'
import { absenceProof } from './lost-records.ts'
import { visibilities } from './partition-log.ts'

export const tornTransaction: Checker = {
  name: 'torn-transaction',
  check: (facts, tally) => {
    const { evidence, promises } = facts
    if (evidence.transactions.length === 0) return
    const visible = transactionsSeen(facts)
    const sendsOf = sendsByTransaction(evidence)
    for (const [transaction, missing] of missingByTransaction(facts, visible)) {
      const blamed = missing.find(send => !promises.mayBeLost(send))
      const permitted = blamed === undefined
      const send = blamed ?? missing[0]!
      tally.add({
        anomaly: 'torn-transaction',
        level: permittedOr(permitted),
        partition: partitionOfSends(evidence, sendsOf.get(transaction)!),
        reason: about(promises.ofSend(send), contract =>
          `${contract}: a part of a transaction is visible and an acknowledged part is not${permitted ? ', which this contract permits' : ''}`),
        witness: () => ({
          id: evidence.recordName(evidence.sends.record[send]!),
          offset: evidence.sends.offset[send] === notKnown ? null : evidence.sends.offset[send]!,
          at: evidence.sends.outcomeAt[send]!,
          transaction: evidence.transactions[transaction]!.name
        })
      })
    }
  }
}

/** Transactions of which a send is visible for sure; `notKnown` if a send in none is. */
const transactionsSeen = ({ evidence, logs }: Facts): ReadonlySet<number> => {
  const seen = new Set<number>()
  for (const { partition, rows, visibility } of logs) {
    for (let row = 0; row < rows.length; row++) {
      if (visibility[row] !== visibilities.visible) continue
      const copy = { partition, offset: rows.offset[row]!, record: rows.record[row]!, attempt: rows.attempt[row]! }
      const transactions = new Set(possibleSends(evidence, copy).map(send => evidence.sends.transaction[send]!))
      if (transactions.size === 1) seen.add([...transactions][0]!)
    }
  }

  return seen
}

/** By transaction that is seen and not aborted: its acknowledged sends that are provably not visible. */
const missingByTransaction = (facts: Facts, seen: ReadonlySet<number>): ReadonlyMap<number, readonly number[]> => {
  const { evidence, compaction } = facts
  const { sends, transactions } = evidence
  const absence = absenceProof(facts)
  const missing = new Map<number, number[]>()
  for (let send = 0; send < sends.length; send++) {
    const transaction = sends.transaction[send]!
    if (transaction === notKnown || sends.outcome[send] !== outcomes.acknowledged || !seen.has(transaction)) continue
    if (transactions[transaction]!.state === 'aborted' || compaction.isCompacted(sends.partition[send]!)) continue
    if (mayBeVisible(facts, send) || !absence.isProven(send)) continue
    const known = missing.get(transaction)
    if (known === undefined) missing.set(transaction, [send])
    else known.push(send)
  }

  return missing
}

/** Some copy that is visible, or may be, could be this attempt. */
const mayBeVisible = (facts: Facts, send: number): boolean => {
  const record = facts.evidence.sends.record[send]!
  if (soleSend(facts.evidence, record) !== -1) return facts.presence[record] !== 0

  return (facts.copiesOfRetried().get(record) ?? []).some(({ possible }) => possible.includes(send))
}

const sendsByTransaction = ({ sends }: Evidence): ReadonlyMap<number, readonly number[]> => {
  const byTransaction = new Map<number, number[]>()
  for (let send = 0; send < sends.length; send++) {
    const transaction = sends.transaction[send]!
    if (transaction === notKnown) continue
    const known = byTransaction.get(transaction)
    if (known === undefined) byTransaction.set(transaction, [send])
    else known.push(send)
  }

  return byTransaction
}
