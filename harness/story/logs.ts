/**
 * What the final audits say of one record: which copies count, and where an absence is proven. The rules are those of the
 * history format, section 3, for the lines of one record.
 */
import type { TransactionPhase } from '../model/history.ts'
import type { LineOf, Place } from './lines.ts'
import { isAt } from './lines.ts'
import type { RecordLines, Surroundings } from './record-lines.ts'

export type Visibility = 'visible' | 'invisible' | 'not known'

export interface Copy {
  readonly line: LineOf<'logged'>
  readonly visibility: Visibility
}

export interface RecordLogs {
  /** In effective audits, by place and offset. */
  readonly copies: readonly Copy[]
  readonly visible: readonly LineOf<'logged'>[]
  /** Copies on brokers' disks. */
  readonly onDisks: readonly LineOf<'logged'>[]
}

export interface Fates {
  /** The state of a transaction; undefined: no line tells it. */
  readonly stateOf: (transaction: string) => TransactionPhase | undefined
}

export const recordLogs = (record: RecordLines, surroundings: Surroundings, { stateOf }: Fates): RecordLogs => {
  const copies = record.logged.filter(line => isEffective(line, surroundings)).map((line): Copy => ({
    line, visibility: visibilityOf(line, { record, surroundings, stateOf })
  })).sort((one, other) => one.line.offset - other.line.offset)

  return {
    copies,
    visible: copies.filter(({ visibility }) => visibility === 'visible').map(({ line }) => line),
    onDisks: record.logged.filter(({ replica }) => replica !== undefined)
  }
}

/** The audit that counts for a partition: a client's, else that of the broker that was last seen to lead. */
export const effectiveAudit = (place: Place, surroundings: Surroundings): LineOf<'audit'> | undefined => {
  const audits = surroundings.audits.filter(isAt(place))
  const client = audits.find(({ replica }) => replica === undefined)
  if (client !== undefined) return client

  const leader = lastLeader(place, surroundings)

  return audits.find(({ replica }) => replica === leader)
}

const lastLeader = (place: Place, { leaders }: Surroundings): number | undefined =>
  leaders.filter(isAt(place)).toSorted((one, other) => one.at - other.at).at(-1)?.leader

const isEffective = (line: LineOf<'logged'>, surroundings: Surroundings): boolean => {
  const audit = effectiveAudit(line, surroundings)

  return audit === undefined ? line.replica === undefined : line.replica === audit.replica
}

interface Context extends Fates {
  readonly record: RecordLines
  readonly surroundings: Surroundings
}

const visibilityOf = (line: LineOf<'logged'>, { record, surroundings, stateOf }: Context): Visibility => {
  if (line.committed !== undefined) return line.committed ? 'visible' : 'invisible'
  if (effectiveAudit(line, surroundings)?.isolation === 'read_committed') return 'visible'

  const possible = record.sends.filter(send => line.attempt === undefined || (send.attempt ?? 1) === line.attempt)
  const seen = new Set(possible.map(({ transaction }): Visibility => {
    if (transaction === undefined) return 'visible'
    const state = stateOf(transaction)

    return state === 'aborted' ? 'invisible' : state === 'committed' ? 'visible' : 'not known'
  }))
  const [only = 'visible'] = seen

  return seen.size > 1 ? 'not known' : only
}

export type Absence = 'proven' | 'not audited' | 'audit incomplete' | 'before log start' | 'behind last stable'

/** Whether the effective audit of a partition shows that something is not there; at an offset, where one is given. */
export const absenceAt = (place: Place, offset: number | null, surroundings: Surroundings): Absence => {
  const audit = effectiveAudit(place, surroundings)
  if (audit === undefined) return 'not audited'
  const unread = audit.isolation === 'read_committed' ? audit.lastStable : audit.logEnd
  if (!audit.complete || unread === undefined) return 'audit incomplete'
  if (offset === null ? audit.logStart > 0 : offset < audit.logStart) return 'before log start'

  return (offset === null ? unread < audit.logEnd : offset >= unread && offset < audit.logEnd) ? 'behind last stable' : 'proven'
}

export const isCompacted = (topic: string, { topics }: Surroundings): boolean =>
  topics.find(line => line.topic === topic)?.cleanupPolicy?.includes('compact') === true
