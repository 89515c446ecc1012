/**
 * The evidence of one run as checkers see it, whichever way it came in: from a history that anything wrote, or from the
 * harness's own ledger. It is columnar, because a run has millions of records: one number a row and column, names
 * interned to numbers and made on demand. Sends stand in one table, ordered by partition and within it by time; logs and
 * consumption have a table a partition. Contracts are complete: what was not known has been assumed, and says so.
 */
import type { CommitMode, CommitOutcome, FaultPhase, Isolation, ResetPolicy, SeekReason, TransactionPhase } from './history.ts'

/** One column, as narrow as its values allow. */
export type Numbers = Int8Array | Int16Array | Int32Array | Float64Array

/** In a column: the value is not known, or there is none. */
export const notKnown = -1

/** What is known of a send's fate; a send without an outcome line is indeterminate too. */
export const outcomes = { silent: 0, acknowledged: 1, rejected: 2, indeterminate: 3 } as const

/** Bits of `marks`, for a logged or delivered record. */
export const marks = { torn: 1, committed: 2, uncommitted: 4 } as const

/** A topic's partition. `partition` null: of sends whose client chose one and never said which. */
export interface TopicPartition {
  readonly topic: number
  readonly partition: number | null
}

/** The broker side of the contract. `assumed` names the fields that no line told. */
export interface TopicContract {
  readonly name: string
  readonly partitions: number | null
  readonly replicas: number
  readonly minInsyncReplicas: number
  readonly uncleanLeaderElection: boolean
  readonly compacted: boolean
  readonly flushed: boolean
  readonly assumed: ReadonlySet<string>
}

/** One incarnation of a producer. */
export interface ProducerContract {
  readonly name: string
  readonly incarnation: number
  readonly at: number | null
  readonly acks: 'all' | '1' | '0'
  readonly idempotent: boolean
  readonly transactionalId: string | null
  readonly maxInFlight: number
  readonly client: string | null
  /** When the last line of this incarnation was written, outcomes of its sends included. */
  readonly lastAt: number
  readonly assumed: ReadonlySet<string>
}

/** A member of one group. */
export interface MemberContract {
  readonly name: string
  readonly group: number
  readonly isolation: Isolation
  readonly commits: CommitMode
  readonly reset: ResetPolicy
  readonly assumed: ReadonlySet<string>
}

export interface TransactionEvidence {
  readonly name: string
  /** The phase of its last line; null: it has no line. */
  readonly state: TransactionPhase | null
  /** When its first `committing` and its first `committed` lines were written. */
  readonly committingAt: number | null
  readonly committedAt: number | null
  /** When its client first held it for committed, for aborted, or for one of which nobody knows. */
  readonly endedAt: number | null
}

/** All sends, a row each: those of partition `p` are the rows from `starts[p]` up to `starts[p + 1]`, by time. */
export interface Sends {
  readonly length: number
  readonly starts: Int32Array
  /** The partition it was sent to: the send's own, else the acknowledgement's, else one whose `partition` is null. */
  readonly partition: Numbers
  readonly at: Numbers
  readonly record: Numbers
  readonly attempt: Numbers
  readonly producer: Numbers
  readonly sequence: Numbers
  readonly transaction: Numbers
  readonly key: Numbers
  /** 1: sent with `tombstone`. */
  readonly tombstone: Numbers
  readonly outcome: Numbers
  readonly outcomeAt: Numbers
  /** Where it was acknowledged; an offset is known only with its partition. */
  readonly offset: Numbers
  readonly acknowledgedPartition: Numbers
  /** By record: its first row here, or -1; by row: the next row of the same record, or -1. */
  readonly firstOf: Int32Array
  readonly nextOf: Int32Array
}

/** What one audit read of one partition, by offset. */
export interface LogRows {
  readonly length: number
  readonly offset: Numbers
  readonly record: Numbers
  readonly attempt: Numbers
  readonly epoch: Numbers
  readonly marks: Numbers
}

/** One audit of a partition. `line` null: there are logged records, and no line says how far it read. */
export interface PartitionAudit {
  readonly partition: number
  readonly replica: number | null
  readonly line: AuditBounds | null
  readonly rows: LogRows
}

export interface AuditBounds {
  readonly logStart: number
  readonly logEnd: number
  readonly complete: boolean
  readonly isolation: Isolation
  readonly lastStable: number | null
  readonly foreign: number
}

/** Deliveries to one group from one partition, by time. */
export interface Deliveries {
  readonly length: number
  readonly at: Numbers
  /** The line's place, which orders lines of equal `at`. */
  readonly order: Numbers
  readonly member: Numbers
  readonly offset: Numbers
  readonly record: Numbers
  readonly attempt: Numbers
  readonly epoch: Numbers
  readonly marks: Numbers
}

export interface Commit {
  readonly at: number
  readonly order: number
  readonly until: number
  readonly member: number
  readonly offset: number
  /** With its transaction's state taken into account. */
  readonly outcome: CommitOutcome
  /** Its line's own: in a transaction that was aborted, `rejected` only if the commit itself was refused. */
  readonly told: CommitOutcome
  /** When it took effect for sure: its own completion, or its transaction's. */
  readonly completedAt: number
}

/** A change of what a member owns, or of where it reads. */
export type Move =
  | { readonly kind: 'assigned', readonly at: number, readonly order: number, readonly member: number, readonly position: number | null }
  | { readonly kind: 'revoked', readonly at: number, readonly order: number, readonly member: number }
  | { readonly kind: 'seek', readonly at: number, readonly order: number, readonly member: number, readonly offset: number, readonly reason: SeekReason | null }

/** All that one group did with one partition; each list by time. */
export interface Consumption {
  readonly group: number
  readonly partition: number
  readonly deliveries: Deliveries
  readonly commits: readonly Commit[]
  readonly moves: readonly Move[]
}

/** What a group did with records, by time. `effect` is an index into `processedEffects`. */
export interface Processed {
  readonly group: number
  readonly record: Numbers
  readonly effect: Numbers
}

export interface EffectEvidence {
  readonly record: number
  readonly times: number
  /** Null: for every group. */
  readonly group: number | null
}

export interface FaultEvidence {
  readonly at: number
  readonly order: number
  readonly fault: string
  readonly phase: FaultPhase
  readonly what: string | null
  readonly brokers: readonly number[] | null
  readonly evidence: string | false | null
}

export interface LeaderEvidence {
  readonly at: number
  readonly order: number
  readonly partition: number
  readonly leader: number
  readonly epoch: number | null
}

export interface Evidence {
  readonly run: string
  /** The longest time without an acknowledgement that the run's objectives allow. */
  readonly unavailableMs: number | null
  readonly warnings: readonly string[]
  readonly recordCount: number
  readonly recordName: (record: number) => string
  readonly topics: readonly TopicContract[]
  readonly partitions: readonly TopicPartition[]
  readonly producers: readonly ProducerContract[]
  readonly groups: readonly string[]
  readonly members: readonly MemberContract[]
  readonly transactions: readonly TransactionEvidence[]
  readonly sends: Sends
  /** The records that the application took for written, once a line. */
  readonly believed: Numbers
  readonly audits: readonly PartitionAudit[]
  readonly consumption: readonly Consumption[]
  readonly processed: readonly Processed[]
  readonly effects: readonly EffectEvidence[]
  /** By time. */
  readonly faults: readonly FaultEvidence[]
  readonly leaders: readonly LeaderEvidence[]
  /**
   * The partitions of which this is all the evidence, where it is a part of the run's: of others there are only contracts, leaders and
   * the bounds of audits. Absent: it is all there is.
   */
  readonly within?: ReadonlySet<number>
}
