/**
 * How long a run's checking may take before it counts as hung: it grows with the evidence, which is read whole several times (to be
 * judged, exported, planted in, and judged again).
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const leastMs = 10 * 60_000
/** Several times what a busy core takes. */
const msInGigabyte = 5 * 60_000

export const checkDeadlineMs = (ledger: string): number => {
  const bytes = readdirSync(ledger).reduce((sum, file) => sum + statSync(join(ledger, file)).size, 0)

  return leastMs + Math.ceil(bytes / 1e9 * msInGigabyte)
}
