/** Gathers what audits read: a table of rows for each partition and replica, by offset, and how far each audit went. */
import { notKnown, type AuditBounds, type PartitionAudit } from '../model/evidence.ts'
import { column, type Column } from './columns.ts'
import { pushValues, type Batch, type Fail, type GatheredSends } from './gathered-sends.ts'
import { groupRows, rearranged, sortedWithinGroups, type Grouping } from './grouping.ts'
import { pairs, type Pairs } from './interning.ts'

/** One logged record. Reused from line to line. */
export interface LoggedRow {
  order: number
  partition: number
  replica: number
  offset: number
  record: number
  attempt: number
  epoch: number
  marks: number
}

export interface AuditRow extends AuditBounds {
  readonly order: number
  readonly partition: number
  readonly replica: number
}

/** How far each audit went: known of all partitions at once, whichever records are gathered. */
export interface GatheredAudits {
  /** A partition and the replica that was read. */
  readonly logs: Pairs
  readonly audit: (row: AuditRow) => void
  readonly boundsOf: (log: number) => AuditBounds | null
}

export const gatherAudits = (fail: Fail): GatheredAudits => {
  const logs = pairs()
  const lines = new Map<number, AuditBounds>()

  return {
    logs,
    boundsOf: log => lines.get(log) ?? null,
    audit: ({ order, partition, replica, ...bounds }) => {
      const log = logs.numberOf({ first: partition, second: replica })
      if (lines.has(log)) fail({ order, field: 'partition', problem: 'a second audit of this partition and replica' })
      if (bounds.logStart > bounds.logEnd) {
        fail({ order, field: 'logStart', problem: `${bounds.logStart} is above logEnd, ${bounds.logEnd}` })
      }
      lines.set(log, bounds)
    }
  }
}

export interface GatheredLogs {
  readonly logged: (row: LoggedRow) => void
  /** Records that have all but identity and offset in common. */
  readonly loggedBatch: (row: LoggedRow, batch: Batch) => void
  readonly finish: (sends: GatheredSends) => readonly PartitionAudit[]
}

/** `expected`: how many logged records will come, if that is known. */
export const gatherLogs = ({ logs, boundsOf }: GatheredAudits, fail: Fail, expected?: number): GatheredLogs => {
  const columns = {
    log: column(expected), order: column(expected), offset: column(expected), record: column(expected), attempt: column(expected),
    epoch: column(expected), marks: column(expected)
  }

  return {
    logged: row => {
      columns.log.push(logs.numberOf({ first: row.partition, second: row.replica }))
      columns.order.push(row.order)
      columns.offset.push(row.offset)
      columns.record.push(row.record)
      columns.attempt.push(row.attempt)
      columns.epoch.push(row.epoch)
      columns.marks.push(row.marks)
    },
    loggedBatch: (row, batch) => {
      const { count, records } = batch
      columns.log.pushRun(logs.numberOf({ first: row.partition, second: row.replica }), count)
      columns.order.pushRun(row.order, count)
      pushValues(columns.offset, batch)
      columns.record.pushAll(records, count)
      columns.attempt.pushRun(row.attempt, count)
      columns.epoch.pushRun(row.epoch, count)
      columns.marks.pushRun(row.marks, count)
    },
    finish: sends => {
      const grouping = sortedWithinGroups(groupRows(columns.log.finish(), logs.all.length), columns.offset.finish())
      const table = arrange(columns, grouping)
      checkAttempts(table, sends, fail)

      return logs.all.map(({ first: partition, second: replica }, log) => {
        const rows = slice(table, grouping.starts[log]!, grouping.starts[log + 1]!)
        const line = boundsOf(log)
        if (line !== null) checkRange(rows, line, fail)

        return { partition, replica: replica === notKnown ? null : replica, line, rows }
      })
    }
  }
}

type Table = ReturnType<typeof arrange>

const arrange = (columns: Readonly<Record<'order' | 'offset' | 'record' | 'attempt' | 'epoch' | 'marks', Column>>, grouping: Grouping) => ({
  order: rearranged(columns.order.take(), grouping),
  offset: rearranged(columns.offset.take(), grouping),
  record: rearranged(columns.record.take(), grouping),
  attempt: rearranged(columns.attempt.take(), grouping),
  epoch: rearranged(columns.epoch.take(), grouping),
  marks: rearranged(columns.marks.take(), grouping)
})

const slice = (table: Table, from: number, to: number) => ({
  length: to - from,
  order: table.order.subarray(from, to),
  offset: table.offset.subarray(from, to),
  record: table.record.subarray(from, to),
  attempt: table.attempt.subarray(from, to),
  epoch: table.epoch.subarray(from, to),
  marks: table.marks.subarray(from, to)
})

const checkRange = (rows: ReturnType<typeof slice>, line: AuditBounds, fail: Fail): void => {
  // Rows are in the order of their offsets: only the ends can be outside.
  for (const row of [0, rows.length - 1]) {
    const offset = rows.offset[row]
    if (offset === undefined || (offset >= line.logStart && offset < line.logEnd)) continue

    fail({
      order: rows.order[row]!,
      field: 'offset',
      problem: `${offset} is outside its audit's range, ${line.logStart} up to ${line.logEnd}`
    })
  }
}

/** A record that was sent can only be found as one of its attempts. */
export const checkAttempts = (rows: Pick<Table, 'order' | 'record' | 'attempt'>, sends: GatheredSends, fail: Fail): void => {
  for (let row = 0; row < rows.record.length; row++) {
    const attempt = rows.attempt[row]!
    const record = rows.record[row]!
    if (attempt === notKnown || sends.hasAttempt(record, attempt) || !sends.hasSend(record)) continue

    fail({ order: rows.order[row]!, field: 'attempt', problem: `attempt ${attempt} of this id was never sent` })
  }
}
