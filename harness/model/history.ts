/**
 * The events of a history, as `history-format.md` defines them (section 2): one line each. Whoever writes a history or the
 * rare lines of a ledger writes these; the import holds what it reads against the same lists of values. Optional fields
 * may be absent or null, and both mean "not known".
 */

export const acksValues = ['all', '1', '0', '-1', 1, 0, -1] as const
export const transactionPhases = ['begun', 'committing', 'aborting', 'committed', 'aborted', 'indeterminate'] as const
export const isolationLevels = ['read_uncommitted', 'read_committed'] as const
export const commitModes = ['automatic', 'after-work', 'before-work', 'transactional', 'none'] as const
export const resetPolicies = ['earliest', 'latest', 'none'] as const
export const processedEffects = ['applied', 'recognised', 'dead-lettered', 'failed'] as const
export const commitOutcomes = ['acknowledged', 'rejected', 'indeterminate'] as const
export const seekReasons = ['application', 'out-of-range', 'reset'] as const
export const faultPhases = ['injecting', 'injected', 'healing', 'healed'] as const

export type TransactionPhase = (typeof transactionPhases)[number]
export type Isolation = (typeof isolationLevels)[number]
export type CommitMode = (typeof commitModes)[number]
export type ResetPolicy = (typeof resetPolicies)[number]
export type ProcessedEffect = (typeof processedEffects)[number]
export type CommitOutcome = (typeof commitOutcomes)[number]
export type SeekReason = (typeof seekReasons)[number]
export type FaultPhase = (typeof faultPhases)[number]

/** Names of things (records, topics, members, ...), errors, versions and seeds: an integer means its decimal digits. */
export type Name = string | number

type Maybe<T> = T | null | undefined

interface Attempt {
  readonly id: Name
  readonly attempt?: Maybe<number>
}

interface AtPartition {
  readonly topic: Name
  readonly partition: number
}

interface ByMember {
  readonly member: Name
  readonly group: Name
}

export interface RunLine {
  readonly event: 'run'
  readonly format: 1
  readonly run: Name
  readonly seed?: Maybe<Name>
  readonly tool?: Maybe<Name>
  readonly version?: Maybe<Name>
  readonly objectives?: Maybe<{ readonly unavailableMs?: Maybe<number> }>
}

export interface TopicLine {
  readonly event: 'topic'
  readonly topic: Name
  readonly partitions: number
  readonly replicas?: Maybe<number>
  readonly minInsyncReplicas?: Maybe<number>
  readonly uncleanLeaderElection?: Maybe<boolean>
  readonly cleanupPolicy?: Maybe<string>
  /** Every record is on disk before it is acknowledged (`flush.messages=1`). */
  readonly flushed?: Maybe<boolean>
}

export interface ProducerLine {
  readonly event: 'producer'
  readonly producer: Name
  /** For a transactional producer: when its initialisation had returned. */
  readonly at?: Maybe<number>
  readonly incarnation?: Maybe<number>
  readonly acks?: Maybe<(typeof acksValues)[number]>
  readonly idempotent?: Maybe<boolean>
  readonly transactionalId?: Maybe<Name>
  readonly maxInFlight?: Maybe<number>
  readonly client?: Maybe<Name>
}

export interface SendLine extends Attempt {
  readonly event: 'send'
  readonly at: number
  readonly producer: Name
  readonly incarnation?: Maybe<number>
  readonly topic: Name
  readonly partition?: Maybe<number>
  readonly sequence?: Maybe<number>
  readonly transaction?: Maybe<Name>
  readonly key?: Maybe<Name>
  readonly tombstone?: Maybe<boolean>
}

export interface AcknowledgedLine extends Attempt {
  readonly event: 'acknowledged'
  readonly at: number
  readonly offset?: Maybe<number>
  readonly topic?: Maybe<Name>
  readonly partition?: Maybe<number>
}

export interface UnwrittenLine extends Attempt {
  readonly event: 'rejected' | 'indeterminate'
  readonly at: number
  readonly error?: Maybe<Name>
}

export interface BelievedLine {
  readonly event: 'believed'
  readonly at: number
  readonly id: Name
}

export interface TransactionLine {
  readonly event: 'transaction'
  readonly at: number
  readonly transaction: Name
  readonly producer: Name
  readonly incarnation?: Maybe<number>
  readonly phase: TransactionPhase
}

export interface MemberLine extends ByMember {
  readonly event: 'member'
  readonly at?: Maybe<number>
  readonly isolation?: Maybe<Isolation>
  readonly commits?: Maybe<CommitMode>
  readonly reset?: Maybe<ResetPolicy>
}

export interface AssignedLine extends ByMember, AtPartition {
  readonly event: 'assigned'
  readonly at: number
  /** The first offset that the member will read. */
  readonly position?: Maybe<number>
}

export interface RevokedLine extends ByMember, AtPartition {
  readonly event: 'revoked'
  readonly at: number
}

export interface DeliveredLine extends ByMember, AtPartition, Attempt {
  readonly event: 'delivered'
  readonly at: number
  readonly offset: number
  readonly leaderEpoch?: Maybe<number>
  readonly intact?: Maybe<boolean>
}

export interface ProcessedLine extends ByMember {
  readonly event: 'processed'
  readonly at: number
  readonly id: Name
  readonly effect: ProcessedEffect
}

export interface EffectLine {
  readonly event: 'effect'
  readonly id: Name
  readonly times: number
  readonly group?: Maybe<Name>
}

export interface OffsetCommitLine extends ByMember, AtPartition {
  readonly event: 'offset-commit'
  /** The invocation. */
  readonly at: number
  /** The completion; absent: `at`. */
  readonly until?: Maybe<number>
  /** The next offset to read. */
  readonly offset: number
  readonly outcome: CommitOutcome
  readonly transaction?: Maybe<Name>
}

export interface SeekLine extends ByMember, AtPartition {
  readonly event: 'seek'
  readonly at: number
  readonly offset: number
  readonly reason?: Maybe<SeekReason>
}

export interface LeaderLine extends AtPartition {
  readonly event: 'leader'
  readonly at: number
  readonly leader: number
  readonly epoch?: Maybe<number>
  readonly isr?: Maybe<readonly number[]>
}

export interface FaultLine {
  readonly event: 'fault'
  readonly at: number
  readonly fault: Name
  readonly phase: FaultPhase
  readonly what?: Maybe<Name>
  readonly whom?: Maybe<Name>
  readonly brokers?: Maybe<readonly number[]>
  /** On `injected`: what proved that it bit; false: looked for, and not found. */
  readonly evidence?: Maybe<string | false>
}

export interface LoggedLine extends AtPartition, Attempt {
  readonly event: 'logged'
  readonly offset: number
  readonly leaderEpoch?: Maybe<number>
  /** The broker whose disk was read; absent: a client read the partition. */
  readonly replica?: Maybe<number>
  readonly committed?: Maybe<boolean>
  readonly intact?: Maybe<boolean>
}

export interface AuditLine extends AtPartition {
  readonly event: 'audit'
  readonly logStart: number
  readonly logEnd: number
  readonly complete: boolean
  readonly replica?: Maybe<number>
  readonly isolation?: Maybe<Isolation>
  readonly lastStable?: Maybe<number>
  /** How many records that are not of this run were left out. */
  readonly foreign?: Maybe<number>
}

export type HistoryLine =
  | RunLine | TopicLine | ProducerLine | SendLine | AcknowledgedLine | UnwrittenLine | BelievedLine | TransactionLine
  | MemberLine | AssignedLine | RevokedLine | DeliveredLine | ProcessedLine | EffectLine | OffsetCommitLine | SeekLine
  | LeaderLine | FaultLine | LoggedLine | AuditLine
