/**
 * What is known of one partition's log in the end: the effective audit, which of its records are visible, and how far it
 * proves that something is not there. See the history format, section 3.
 */
import { marks, notKnown, type AuditBounds, type Evidence, type LogRows, type PartitionAudit } from '../model/evidence.ts'
import { possibleSends, soleSend } from './attempts.ts'

/** Whether a found record counts as there; `unknown`: its transaction's fate is not known. */
export const visibilities = { hidden: 0, visible: 1, unknown: 2 } as const

export interface PartitionLog {
  readonly partition: number
  readonly rows: LogRows
  /** Null: no effective audit says how far it read. */
  readonly bounds: AuditBounds | null
  /** By row, one of `visibilities`. A line that repeats another (same offset, same id) is hidden. */
  readonly visibility: Uint8Array
  /** The effective audit read everything that it had to. */
  readonly complete: boolean
  /** The first row at an offset, or -1. */
  readonly rowAt: (offset: number) => number
}

const noRows: LogRows = {
  length: 0, offset: new Int32Array(0), record: new Int32Array(0), attempt: new Int32Array(0), epoch: new Int32Array(0),
  marks: new Int32Array(0)
}

/** By partition. */
export const partitionLogs = (evidence: Evidence): readonly PartitionLog[] => {
  const audits = effectiveAudits(evidence)

  return evidence.partitions.map((_, partition) => partitionLog(evidence, partition, audits.get(partition)))
}

/** By partition: what a client read of it, or what its last known leader had on disk. */
const effectiveAudits = ({ audits, leaders }: Evidence): ReadonlyMap<number, PartitionAudit> => {
  const lastLeader = new Map(leaders.map(({ partition, leader }) => [partition, leader]))
  const effective = new Map<number, PartitionAudit>()
  for (const audit of audits) {
    if (audit.replica === lastLeader.get(audit.partition)) effective.set(audit.partition, audit)
  }
  for (const audit of audits) if (audit.replica === null) effective.set(audit.partition, audit)

  return effective
}

const partitionLog = (evidence: Evidence, partition: number, audit: PartitionAudit | undefined): PartitionLog => {
  const rows = audit?.rows ?? noRows
  const bounds = audit?.line ?? null

  return {
    partition,
    rows,
    bounds,
    visibility: visibilityOf(evidence, { partition, rows, bounds }),
    complete: bounds !== null && bounds.complete && (bounds.isolation === 'read_uncommitted' || bounds.lastStable !== null),
    rowAt: indexByOffset(rows)
  }
}

const visibilityOf = (evidence: Evidence, log: Pick<PartitionLog, 'partition' | 'rows' | 'bounds'>): Uint8Array => {
  const { rows } = log
  const visibility = new Uint8Array(rows.length)
  const readCommitted = log.bounds?.isolation === 'read_committed'
  for (let row = 0; row < rows.length; row++) {
    const mark = rows.marks[row]!
    if (mark & marks.uncommitted) continue
    visibility[row] = mark & marks.committed || readCommitted ? visibilities.visible : visibilityByTransaction(evidence, log, row)
    if (isRepeated(rows, visibility, row)) visibility[row] = visibilities.hidden
  }

  return visibility
}

const isRepeated = (rows: LogRows, visibility: Uint8Array, row: number): boolean => {
  for (let before = row - 1; before >= 0 && rows.offset[before] === rows.offset[row]; before--) {
    if (rows.record[before] === rows.record[row] && visibility[before] !== visibilities.hidden) return true
  }

  return false
}

const visibilityByTransaction = (evidence: Evidence, { partition, rows }: Pick<PartitionLog, 'partition' | 'rows'>, row: number): number => {
  if (evidence.transactions.length === 0) return visibilities.visible
  const record = rows.record[row]!
  const sole = soleSend(evidence, record)
  if (sole !== -1) return visibilityOfSend(evidence, sole)

  const copy = { record, partition, attempt: rows.attempt[row]!, offset: rows.offset[row]! }
  const possible = new Set(possibleSends(evidence, copy).map(send => visibilityOfSend(evidence, send)))
  if (possible.size > 1) return visibilities.unknown

  // A record that nobody sent is in no transaction that anybody knows.
  return [...possible][0] ?? visibilities.visible
}

const visibilityOfSend = ({ sends, transactions }: Evidence, send: number): number => {
  const transaction = sends.transaction[send]!
  if (transaction === notKnown) return visibilities.visible
  const { state } = transactions[transaction]!
  if (state === 'committed') return visibilities.visible

  return state === 'aborted' ? visibilities.hidden : visibilities.unknown
}

/** Logs are dense: most have a row for every offset, some have gaps. A scattered one is searched. */
const indexByOffset = ({ length, offset }: LogRows): ((wanted: number) => number) => {
  if (length === 0) return () => -1
  const first = offset[0]!
  const range = offset[length - 1]! - first + 1
  if (range > length * 8 + 1024) return wanted => search(offset, length, wanted)

  const rows = new Int32Array(range).fill(-1)
  for (let row = length - 1; row >= 0; row--) rows[offset[row]! - first] = row

  return wanted => (wanted < first || wanted >= first + range ? -1 : rows[wanted - first]!)
}

const search = (offset: LogRows['offset'], length: number, wanted: number): number => {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (offset[middle]! < wanted) low = middle + 1
    else high = middle
  }

  return offset[low] === wanted ? low : -1
}

/** The row of a record at an offset, or -1; where several lines show it, one that is not hidden. */
export const rowOf = ({ rows, rowAt, visibility }: PartitionLog, offset: number, record: number): number => {
  let found = -1
  for (let row = rowAt(offset); row !== -1 && rows.offset[row] === offset; row++) {
    if (rows.record[row] !== record) continue
    found = row
    if (visibility[row] !== visibilities.hidden) return row
  }

  return found
}

/** Whether the log proves that something with this offset is not there. */
export const provesAbsenceAt = ({ bounds, complete }: PartitionLog, offset: number): boolean =>
  complete && offset >= bounds!.logStart && !isUndecided(bounds!, offset)

/** Whether the log proves that something, wherever it was, is not there: nothing was deleted either. */
export const provesAbsence = (log: PartitionLog): boolean => isDecided(log) && log.bounds!.logStart === 0

/** Whether the audit saw everything that is in the log now. */
export const isDecided = ({ bounds, complete }: PartitionLog): boolean =>
  complete && !isUndecided(bounds!, bounds!.lastStable ?? 0)

/** A complete read_committed audit knows the last stable offset, and does not see what stands from there on. */
const isUndecided = ({ isolation, lastStable, logEnd }: AuditBounds, offset: number): boolean =>
  isolation === 'read_committed' && offset >= lastStable! && offset < logEnd
