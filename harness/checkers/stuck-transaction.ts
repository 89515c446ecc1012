/**
 * `stuck-transaction`: the last stable offset did not reach the end of the log: a transaction hangs, and `read_committed`
 * consumers wait for it.
 *
 * Guilty: `audit ... logEnd 20, lastStable 12`. Innocent: `lastStable` absent, which means that nobody asked.
 */
import { because, type Checker } from './checker.ts'

export const stuckTransaction: Checker = {
  name: 'stuck-transaction',
  check: ({ logs }, tally) => {
    for (const { partition, bounds } of logs) {
      if (bounds === null || bounds.lastStable === null || bounds.lastStable >= bounds.logEnd) continue
      const { lastStable, logEnd } = bounds
      tally.add({
        anomaly: 'stuck-transaction',
        level: 'liveness',
        partition,
        reason: because(`the last stable offset is ${lastStable}, and the log ends at ${logEnd}`),
        witness: () => ({ id: null, offset: lastStable, at: null })
      })
    }
  }
}
