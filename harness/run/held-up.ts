/**
 * Whether the producers of a partition noticed a fault: more sends failed, or were held up longer, than in the calm before it. What
 * the calm shows too, no fault has done.
 *
 * A send counts as held up where it took at least 100 ms and twice the 90th percentile of the calm. Of the calm's answers one in ten
 * may thus be slow, such as those of a first connection or of a pause of the machine, and hides nothing; with fewer than ten answers
 * the percentile is the slowest. So that a fault that did nothing cannot pass by a slow send of the same kind, the sends held up
 * under it must also be beyond what those few of the calm were: they waited half a second in all, and one took twice as long as the
 * slowest, or all of them together waited more than twice as long, in proportion to the time.
 *
 * Example: 100 answers within 20 ms in the calm, and one after 4 s. Under the fault, as long as the calm, four producers' sends
 * wait 5 s each: 20 s are more than twice 4 s, so it was noticed. One send of 5 s would not be: one of 4 s needed no fault.
 */
import { outcomes, type Evidence } from '../model/evidence.ts'
import { isAnnounced } from './announced.ts'
import { isSilent, settledAt } from './settled-at.ts'

const noticeableUs = 100_000
/** What all held-up answers must have waited together: a pause of the machine holds one of them up for a tenth of a second. */
const longUs = 500_000
const calmPercentile = 0.9
const beyondCalm = 2

/** The calm is looked at for as long as this before a fault, but only its last part where another fault healed in it. */
const calmUs = 10_000_000
const leastCalmUs = 3_000_000

interface Span {
  readonly start: number
  readonly end: number
}

export const sendsNoticed = (evidence: Evidence, partition: number, span: Span): boolean => {
  const start = calmStart(evidence, span)
  const calm = sendsIn(evidence, partition, { start, end: span.start }, 'invoked and settled')
  const faulty = sendsIn(evidence, partition, span, 'waiting')
  const proportion = beyondCalm * Math.max(1, (Math.min(span.end, lastSend(evidence, partition)) - span.start) / Math.max(1, span.start - start))
  if (faulty.failed > proportion * calm.failed) return true

  const limit = Math.max(noticeableUs, 2 * percentile(calm.waits, calmPercentile))
  const slowest = greatest(faulty.waits)
  if (slowest < limit) return false

  const together = heldUp(faulty.waits, limit)

  return together >= longUs && (slowest >= beyondCalm * greatest(calm.waits) || together > proportion * heldUp(calm.waits, limit))
}

/** Where the calm before a fault begins. */
export const calmStart = ({ faults }: Evidence, { start }: Span): number => {
  const healedAt = faults.findLast(({ phase, at }) => phase === 'healed' && at < start)?.at ?? 0

  return Math.max(0, start - calmUs, Math.min(healedAt, start - leastCalmUs))
}

/** An open span ends with the last send: there is no more to see. */
const lastSend = ({ sends }: Evidence, partition: number): number => sends.at[(sends.starts[partition + 1] ?? 0) - 1] ?? 0

interface Seen {
  /** How long each answer took, in microseconds: a batch is answered at once, and counts once. */
  readonly waits: readonly number[]
  readonly failed: number
}

/** `waiting`: sends that waited at any time within the span, also those of before. */
const sendsIn = (evidence: Evidence, partition: number, { start, end }: Span, which: 'waiting' | 'invoked and settled'): Seen => {
  const { sends } = evidence
  const answers = new Map<string, number>()
  let failed = 0
  for (let row = sends.starts[partition] ?? 0; row < (sends.starts[partition + 1] ?? 0); row += 1) {
    const at = sends.at[row] ?? 0
    const until = settledAt(evidence, row)
    // One that never had an outcome is met by the fault under which it was invoked, or that came soon after, not by every later one.
    const silent = isSilent(sends, row)
    // Of what was announced and never told of, most was never sent.
    if (silent && isAnnounced(evidence, row)) continue
    const inside = which === 'waiting' ? at <= end && (silent ? at >= start - leastCalmUs : until >= start) : at >= start && (silent ? at < end - leastCalmUs : until < end)
    if (!inside) continue
    if (sends.outcome[row] === outcomes.acknowledged) {
      const answer = `${sends.producer[row]} ${until}`
      answers.set(answer, Math.max(answers.get(answer) ?? 0, until - at))
    } else failed += 1
  }

  return { waits: [...answers.values()], failed }
}

const greatest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0)

/** By nearest rank; 0 of none. */
const percentile = (values: readonly number[], part: number): number => {
  const sorted = values.toSorted((one, other) => one - other)

  return sorted[Math.ceil(part * sorted.length) - 1] ?? 0
}

const heldUp = (waits: readonly number[], limit: number): number =>
  waits.reduce((sum, wait) => wait >= limit ? sum + wait : sum, 0)
