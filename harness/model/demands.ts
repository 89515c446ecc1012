/**
 * What a claim can demand of a judgement, by name. Every run is judged for every anomaly; naming some says what the claim is
 * about, and `recoversWithin` sets the objective that makes an outage a finding.
 */
import { describeDuration, type Duration } from './duration.ts'
import type { Checker } from './experiment.ts'

const demand = (name: string, description: string, anomalies: readonly string[]): Checker => ({ name, description, anomalies })

export const noLostWrites = demand('noLostWrites', 'no acknowledged record is missing from the log', ['lost', 'vanished', 'misplaced'])
export const noDuplicates = demand('noDuplicates', 'no record is in the log twice', ['duplicated'])
export const noReordering = demand('noReordering', 'the log holds records in the order in which they were sent', ['reordered', 'stale-order'])
export const noSkippedRecords = demand('noSkippedRecords', 'no group passes a record that it did not receive', ['skipped', 'poll-skip', 'undelivered'])
export const everyEffectOnce = demand('everyEffectOnce', 'the effect of each record that a group received is in its store once, unless the record was dead-lettered', ['effect-missing', 'effect-repeated'])
export const noCorruption = demand('noCorruption', 'every record has the bytes that were sent, and none was never sent', ['corrupted', 'phantom', 'offset-conflict'])

export const wholeTransactions = demand('wholeTransactions', 'transactions are written and read whole or not at all, none by who was fenced, and none stays open',
  ['torn-transaction', 'aborted-read', 'dirty-read', 'resurrected', 'zombie-write', 'stuck-transaction'])

/** A member that is away and comes back costs the others of its group no rebalance. */
export const othersKeepPartitions: Checker = {
  ...demand('othersKeepPartitions', 'no other member of a group gives up a partition, or is given one, because a fault hit a member', []),
  othersKeepPartitions: true
}

/** No partition may go longer without an acknowledgement while sends wait for one. */
export const recoversWithin = (limit: Duration): Checker => ({
  ...demand('recoversWithin', `each partition acknowledges again within ${describeDuration(limit)}`, ['unavailable', 'stalled']),
  unavailableMs: limit.milliseconds
})
