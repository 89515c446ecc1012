/**
 * Whether a fault that killed producers cut off what they had begun: a transaction in whose midst its producer was, with records sent
 * and no end asked for; of one that writes without transactions, a send that nobody got an answer to.
 *
 * Example: p1 began `p1.1#7`, sent to two of three partitions, and died: in mid-work. It had asked to commit `p1.1#7`, or was
 * waiting for its time to begin the next one: it was not. Nor does a send tell that was on record before it could happen.
 */
import type { Evidence } from '../model/evidence.ts'
import { isAnnounced } from './announced.ts'
import type { FaultRun } from './fault-run.ts'
import { isSilent } from './settled-at.ts'

/** Undefined: it killed none. */
export const cutOffWriting = (evidence: Evidence, fault: FaultRun): boolean | undefined => {
  const killed = killedIncarnations(evidence, fault)
  if (killed.size === 0) return undefined

  const { sends, transactions } = evidence
  for (let row = 0; row < sends.length; row += 1) {
    if (!killed.has(sends.producer[row] ?? -1)) continue
    const transaction = transactions[sends.transaction[row] ?? -1]
    if (transaction === undefined ? isSilent(sends, row) && !isAnnounced(evidence, row) : transaction.state === 'begun') return true
  }

  return false
}

/** As the evidence numbers them: of each producer the last that had begun when the fault struck. */
const killedIncarnations = ({ producers }: Evidence, { what, clients, injectingAt }: FaultRun): ReadonlySet<number> => {
  if (what !== 'kill-client') return new Set()

  return new Set(clients.flatMap(client => {
    const lives = producers.flatMap(({ name, at, incarnation }, number) => name === client && (at ?? 0) <= injectingAt ? [{ number, incarnation }] : [])

    return lives.toSorted((one, other) => other.incarnation - one.incarnation).slice(0, 1).map(({ number }) => number)
  }))
}
