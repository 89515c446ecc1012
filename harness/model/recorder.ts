/**
 * What the behaviours of a workload put on record, in the words of the history. The worker implements it with the ledger;
 * a fake of it tests every behaviour. All times are microseconds since the run began.
 */
import type { ProcessedEffect, TransactionPhase } from './history.ts'
import type { Acks } from './workload.ts'

/** Records of one producer's incarnation that go to one partition in one send; their sequences follow each other. */
export interface RecordBatch {
  readonly topic: string
  /** `noPartition`: the client chooses one for each. */
  readonly partition: number
  readonly firstSequence: number
  readonly count: number
  readonly attempt: number
  /** The transaction that they belong to. */
  readonly transaction?: string
}

export type Outcome =
  | { readonly kind: 'acknowledged', /** The first record's; undefined where the broker tells none (acks 0). */ readonly baseOffset: number | undefined }
  | { readonly kind: 'rejected', readonly error: string }
  | { readonly kind: 'indeterminate', readonly error: string }

/** One incarnation of a producer: what it sends belongs to it for good. */
export interface ProducerRecorder {
  readonly producer: number
  readonly incarnation: number
  /** Puts the invocations on record. They have reached the kernel when this returns: only then may the client be called. */
  readonly sent: (batch: RecordBatch, at: number) => void
  readonly settled: (batch: RecordBatch, outcome: Outcome, at: number) => void
  /** The application goes on as if these records were written. */
  readonly believed: (batch: RecordBatch, at: number) => void
  /** A transaction of this incarnation came to a phase. */
  readonly transaction: (name: string, phase: TransactionPhase, at: number) => void
  readonly close: () => void
}

/** Records of one incarnation whose client counts them itself and chooses their partition; their sequences follow each other. */
export interface CountedRecords {
  readonly firstSequence: number
  readonly count: number
}

/** One incarnation of a producer whose client makes its records itself, and tells of each only afterwards. */
export interface CountingRecorder extends Pick<ProducerRecorder, 'producer' | 'incarnation' | 'close'> {
  /** Puts invocations on record before they can happen; they have reached the kernel when this returns. `partition`: where they can only go. */
  readonly announced: (records: CountedRecords & { readonly partition?: number }, at: number) => void
  /** `partition`: where the client says that it put them. */
  readonly told: (records: CountedRecords & { readonly partition: number | undefined }, outcome: Outcome, at: number) => void
}

/** What is known of a producer when it starts: the history's `producer` line. */
export interface ProducerContract {
  readonly acks: Acks
  readonly idempotent: boolean
  readonly maxInFlight: number
  readonly client: string
  readonly transactionalId?: string
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface Delivery extends TopicPartition {
  readonly offset: number
  readonly leaderEpoch: number | undefined
  readonly record: number
  readonly attempt: number
  /** Undefined: the record has no fingerprint. */
  readonly intact: boolean | undefined
  /** Nobody can process it. */
  readonly poison?: boolean
}

/** One commit of one partition. */
export interface CommitOfOffset extends TopicPartition {
  /** The next offset to read. */
  readonly offset: number
  readonly at: number
  readonly until: number
  readonly outcome: 'acknowledged' | 'rejected' | 'indeterminate'
  readonly error?: string
  /** The transaction that it is a part of. */
  readonly transaction?: string
}

export interface MemberRecorder {
  readonly assigned: (partition: TopicPartition & { readonly at: number, readonly position?: number }) => void
  readonly revoked: (partition: TopicPartition & { readonly at: number }) => void
  readonly sought: (move: TopicPartition & { readonly at: number, readonly offset: number, readonly reason?: 'application' | 'out-of-range' | 'reset' }) => void
  /** Gathers in memory until `flush`. */
  readonly delivered: (delivery: Delivery, at: number) => void
  /** Gathers in memory until `flush`. */
  readonly processed: (delivery: Delivery, effect: ProcessedEffect, at: number) => void
  /** A commit is about to be asked for. What was not `committed` when the process dies may have taken effect, or may yet. */
  readonly committing: (commit: Omit<CommitOfOffset, 'until' | 'outcome' | 'error' | 'transaction'>) => void
  readonly committed: (commit: CommitOfOffset) => void
  /** A record that no producer of this run wrote: counted, and left out of the history. */
  readonly foreign: (partition: TopicPartition) => void
  readonly flush: () => void
  readonly close: () => void
}
