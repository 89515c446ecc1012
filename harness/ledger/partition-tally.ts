/** The counts of one partition, as the ledger's tail keeps them. */

/** What happened in one partition so far. Times are microseconds since the run began; 0: never. */
export interface PartitionTally {
  sent: number
  acknowledged: number
  rejected: number
  indeterminate: number
  believed: number
  delivered: number
  processed: number
  logged: number
  lastSentAt: number
  lastAcknowledgedAt: number
}

export const noTally = (): PartitionTally => ({
  sent: 0, acknowledged: 0, rejected: 0, indeterminate: 0, believed: 0, delivered: 0, processed: 0, logged: 0, lastSentAt: 0, lastAcknowledgedAt: 0
})

export const sumOf = (tallies: readonly PartitionTally[]): PartitionTally => tallies.reduce((sum, tally) => ({
  sent: sum.sent + tally.sent,
  acknowledged: sum.acknowledged + tally.acknowledged,
  rejected: sum.rejected + tally.rejected,
  indeterminate: sum.indeterminate + tally.indeterminate,
  believed: sum.believed + tally.believed,
  delivered: sum.delivered + tally.delivered,
  processed: sum.processed + tally.processed,
  logged: sum.logged + tally.logged,
  lastSentAt: Math.max(sum.lastSentAt, tally.lastSentAt),
  lastAcknowledgedAt: Math.max(sum.lastAcknowledgedAt, tally.lastAcknowledgedAt)
}), noTally())
