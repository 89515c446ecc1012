/** Which records a control's findings may be about where they are the doing of a group: what it was given twice, failed at, or had in hand when it died. */
import type { Evidence } from '../model/evidence.ts'
import { processedEffects } from '../model/history.ts'
import type { FaultRun } from './fault-run.ts'
import { cutOffs, type CutOff } from './killed-members.ts'

/** The last record that each killed member had been delivered of each partition that it owned: it worked on one of them, if on any. */
export const interruptedByKills = (evidence: Evidence, faults: readonly FaultRun[]): ReadonlySet<string> =>
  new Set(faults.flatMap(fault => cutOffs(evidence, fault)).flatMap(lastDelivered).map(evidence.recordName))

const lastDelivered = ({ consumption: { deliveries }, assignment: { member, from }, diedAt }: CutOff): readonly number[] => {
  let last: number | undefined
  let lastAt = from.at
  for (let row = 0; row < deliveries.length; row += 1) {
    const at = deliveries.at[row] ?? 0
    if (deliveries.member[row] !== member || at < lastAt || at > diedAt) continue
    lastAt = at
    last = deliveries.record[row]
  }

  return last === undefined ? [] : [last]
}

/** Those of the ids that some group was delivered more than once. */
export const redeliveredOf = (evidence: Evidence, ids: ReadonlySet<string>): ReadonlySet<string> => {
  const redelivered = new Set<string>()
  for (const { deliveries } of evidence.consumption) {
    const seen = new Set<number>()
    for (const record of deliveries.record) {
      const id = seen.has(record) ? evidence.recordName(record) : undefined
      if (id !== undefined && ids.has(id)) redelivered.add(id)
      seen.add(record)
    }
  }

  return redelivered
}

const failed = processedEffects.indexOf('failed')

/** Those of the ids that lie in a partition behind a record on which some group's work failed. */
export const behindFailedWork = (evidence: Evidence, ids: ReadonlySet<string>): ReadonlySet<string> => {
  const unworkable = failedWork(evidence)
  const behind = new Set<string>()
  for (const { rows, replica } of evidence.audits) {
    if (replica !== null) continue
    const names = [...rows.record].map(evidence.recordName)
    const first = names.reduce((lowest, name, row) => unworkable.has(name) ? Math.min(lowest, rows.offset[row] ?? Infinity) : lowest, Infinity)
    for (const [row, name] of names.entries()) if ((rows.offset[row] ?? 0) > first && ids.has(name)) behind.add(name)
  }

  return behind
}

/** The records on which a group's work failed at least once. */
export const failedWork = (evidence: Evidence): ReadonlySet<string> =>
  new Set(evidence.processed.flatMap(({ record, effect }) => [...record].filter((_, row) => effect[row] === failed)).map(evidence.recordName))
