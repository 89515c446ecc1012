/**
 * Which partitions were audited well enough to prove that something is missing. Where one was not, the judgement says so once,
 * and whatever needs an absence there is left unsaid.
 */
import type { Consumption, Evidence } from '../model/evidence.ts'
import type { Facts } from './facts.ts'
import { provesAbsence } from './partition-log.ts'

/** Why a partition is incompletely audited, or null if it is not. */
export const auditGap = ({ evidence, logs, consumers }: Facts, partition: number): string | null => {
  const log = logs[partition]!
  if (evidence.partitions[partition]!.partition === null) return null
  if (log.bounds === null) return log.rows.length > 0 || isUsed(evidence, consumers[partition]!, partition) ? 'no audit of this partition says how far it read' : null
  if (!log.bounds.complete) return 'the audit of this partition did not reach its end'
  if (!log.complete) return 'the read_committed audit of this partition does not say where the last stable offset is'

  return null
}

const isUsed = ({ sends }: Evidence, consumers: readonly Consumption[], partition: number): boolean =>
  sends.starts[partition + 1]! > sends.starts[partition]! ||
  consumers.some(({ deliveries, commits, moves }) => deliveries.length > 0 || commits.length > 0 || moves.some(({ kind }) => kind === 'assigned'))

/** All partitions of a topic are known, and were completely audited from their first record on. */
export const isWhollyAudited = ({ evidence, logs }: Pick<Facts, 'evidence' | 'logs'>, topic: number): boolean => {
  const partitions = evidence.topics[topic]!.partitions ?? 0
  if (partitions === 0) return false
  const audited = evidence.partitions.filter(({ topic: of, partition }, index) =>
    of === topic && (partition ?? Infinity) < partitions && provesAbsence(logs[index]!))

  return audited.length === partitions
}
