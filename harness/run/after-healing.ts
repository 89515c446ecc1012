/**
 * Work after the last fault has healed: a run in which no client worked any more does not show that what was broken works again.
 * So the load goes on until each partition has acknowledged something that was sent after the healing, and the evidence must hold it.
 * Where sends waited in vain the judgement says so (`stalled`), which nobody may hide behind a run that shows nothing.
 */
import type { DriverFacts } from '../clients/driver.ts'
import { outcomes, type Evidence } from '../model/evidence.ts'
import type { Judgement } from '../model/judgement.ts'
import { DeadlineError } from '../model/deadline.ts'
import { topicsWritten } from '../model/workload.ts'
import { aheadMs } from './announced.ts'
import type { RunContext } from './run-context.ts'
import { pause, untilNothingIsMissing } from './waiting.ts'

/** A client that backs off tries again within this. */
const workingMs = 45_000
/** What was in flight at the healing has its answer by then, so that a later one is of a later send. */
const settlingMs = 1000

/** What the ledger's tail counts, by `topic-partition`. */
interface AcknowledgementCounts {
  readonly poll: () => void
  readonly partitions: () => ReadonlyMap<string, { readonly acknowledged: number }>
}

/** Waits, in vain if need be: the judges see from the evidence what did not come. */
export const untilAcknowledgedAgain = async (context: Pick<RunContext, 'clients' | 'schedule' | 'signal'> & { readonly driver: Pick<DriverFacts, 'name'> }, tail: AcknowledgementCounts): Promise<void> => {
  if (context.schedule.length === 0) return

  const acknowledged = (): ReadonlyMap<string, number> => {
    tail.poll()

    return new Map([...tail.partitions()].map(([key, tally]) => [key, tally.acknowledged]))
  }
  await pause(settlingMs + aheadMs(context.driver.name), context.signal)
  const before = acknowledged()
  await untilNothingIsMissing(() => {
    const now = acknowledged()
    const idle = partitionsWrittenTo(context).filter(key => (now.get(key) ?? 0) <= (before.get(key) ?? 0))

    return Promise.resolve(idle.length === 0 ? undefined : `an acknowledgement in ${idle.join(', ')}`)
  }, { what: 'work after the healing', deadlineMs: workingMs, everyMs: 100, signal: context.signal }).catch((error: unknown) => {
    if (!(error instanceof DeadlineError)) throw error
  })
}

const partitionsWrittenTo = ({ clients }: Pick<RunContext, 'clients'>): readonly string[] => {
  return topicsWritten(clients).flatMap(({ name, partitions }) => Array.from({ length: partitions }, (_, partition) => `${name}-${partition}`))
}

/** The partitions with sends, of which none was invoked after the last healing and acknowledged; not those that have stalled. */
export const idleAfterHealing = (evidence: Evidence, judgement: Pick<Judgement, 'findings'>): readonly string[] => {
  const healedAt = evidence.faults.findLast(({ phase }) => phase === 'healed')?.at
  if (healedAt === undefined) return []

  return evidence.partitions.flatMap(({ topic, partition }, index) => {
    const name = evidence.topics[topic]?.name ?? ''
    const stalled = judgement.findings.some(finding => finding.anomaly === 'stalled' && finding.topic === name && finding.partition === partition && finding.group === null)
    const written = evidence.sends.starts[index + 1] !== evidence.sends.starts[index]

    return partition === null || stalled || !written || acknowledgedAfter(evidence, index, healedAt)
      ? []
      : [`Nothing that was sent to ${name}-${partition} after the last fault had healed was acknowledged, so nothing shows that it works again.`]
  })
}

const acknowledgedAfter = ({ sends }: Evidence, partition: number, healedAt: number): boolean => {
  for (let row = (sends.starts[partition + 1] ?? 0) - 1; row >= (sends.starts[partition] ?? 0) && (sends.at[row] ?? 0) > healedAt; row -= 1) {
    if (sends.outcome[row] === outcomes.acknowledged) return true
  }

  return false
}
