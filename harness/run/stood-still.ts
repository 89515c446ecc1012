/**
 * Whether producers that a fault stopped or killed stood still. Such a fault need hold up nobody's send: a producer that had none in
 * flight just ceases. It was noticed if the producer, which had sent to a partition steadily, sent nothing to it for as long as the fault
 * was in force: half a second at least, and twice as long as it ever paused in the calm before.
 *
 * Example: p1 sends to orders-0 every 20 ms. Frozen from 10 s to 20 s it sends nothing there, so the fault was noticed; had it sent
 * something at 15 s, or only every 6 s before, it would not have been. Of sends that are announced it is their acknowledgements that count.
 */
import { outcomes, type Evidence } from '../model/evidence.ts'
import { isAnnounced } from './announced.ts'
import type { FaultRun } from './fault-run.ts'

const calmUs = 5_000_000
const longUs = 500_000
const beyondCalm = 2

/** Of one partition. */
export const producersStoodStill = (evidence: Evidence, partition: number, { clients, injectingAt, injectedAt, healingAt }: FaultRun): boolean => {
  if (injectedAt === undefined || healingAt === undefined || healingAt - injectedAt < longUs) return false

  return clients.some(client => {
    const times = sendsOf(evidence, partition, client).filter(at => at >= injectingAt - calmUs)
    const calm = times.filter(at => at < injectingAt)
    const sentMeanwhile = times.some(at => at > injectedAt && at < healingAt)

    return !sentMeanwhile && calm.length > 1 && healingAt - injectedAt >= beyondCalm * longestPause([...calm, injectingAt])
  })
}

const sendsOf = (evidence: Evidence, partition: number, name: string): readonly number[] => {
  const { sends, producers } = evidence
  const times: number[] = []
  for (let row = sends.starts[partition] ?? 0; row < (sends.starts[partition + 1] ?? 0); row += 1) {
    if (producers[sends.producer[row] ?? 0]?.name !== name) continue
    if (!isAnnounced(evidence, row)) times.push(sends.at[row] ?? 0)
    else if (sends.outcome[row] === outcomes.acknowledged) times.push(sends.outcomeAt[row] ?? 0)
  }

  return times.toSorted((one, other) => one - other)
}

const longestPause = (times: readonly number[]): number =>
  times.reduce((longest, at, index) => Math.max(longest, at - (times[index - 1] ?? at)), 0)
