/**
 * `inconclusive`: where evidence is missing, nobody can say that nothing is. One finding a partition, whether or not anything
 * else was found there.
 */
import { auditGap } from './audited.ts'
import { because, type Checker } from './checker.ts'

export const incompletelyAudited: Checker = {
  name: 'incompletely-audited',
  check: (facts, tally) => {
    const { undecided } = facts.lost()
    for (let partition = 0; partition < facts.evidence.partitions.length; partition++) {
      const gap = auditGap(facts, partition) ?? (undecided.has(partition)
        ? 'records at the beginning of the log were deleted, and the offset of an acknowledged record that is not there is not known'
        : null)
      if (gap === null) continue
      tally.add({ anomaly: 'inconclusive', level: 'inconclusive', partition, reason: because(gap), witness: null })
    }
  }
}
