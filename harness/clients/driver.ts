/**
 * What a workload may ask of a Kafka client, whichever library it is. A driver is one folder beside this file; it turns
 * the library's errors into outcomes by a tested table, says what it cannot do, and never lets a promise hang without end.
 */
import type { Isolation, ResetPolicy } from '../model/history.ts'
import type { Outcome, TopicPartition } from '../model/recorder.ts'
import type { Acks, BufferPlan, ClientPlan, RebalanceProtocol, Rebalancing } from '../model/workload.ts'

/** What is known of a driver before it is used. */
export interface DriverFacts {
  readonly name: string
  readonly version: string
  readonly capabilities: DriverCapabilities
  /** What of this plan it cannot do, each as a sentence with its reason; absent: it can do all that its capabilities do not exclude. */
  readonly cannot?: (plan: ClientPlan) => readonly string[]
  /** Faults upon client processes that would not reach it, by their kind (`freeze-client`), each with the reason. */
  readonly outOfReach?: Readonly<Record<string, string>>
}

export interface Driver extends DriverFacts {
  readonly openProducer: (options: ProducerOptions) => Promise<ProducerClient>
  readonly openMember: (options: MemberOptions, listener: MemberListener) => Promise<MemberClient>
  /** Absent: it is only used with care. */
  readonly openUnguarded?: (options: ProducerOptions) => Promise<UnguardedClient>
  /** Absent: the library has no transactions. */
  readonly openTransactional?: (options: TransactionalOptions) => Promise<TransactionalClient>
  /** Present: its producers make their records themselves, and `openProducer` is not called. */
  readonly openCounting?: (options: CountingOptions, listener: CountingListener) => Promise<CountingProducer>
  /** Present: its members work and commit by themselves, and `openMember` is not called. */
  readonly openTelling?: (options: TellingOptions, listener: TellingListener) => Promise<TellingMember>
}

export interface DriverCapabilities {
  /** How many sends an idempotent producer may have in flight without breaking its own sequence numbers. */
  readonly inFlightWhenIdempotent: number
  readonly rebalanceProtocols: readonly RebalanceProtocol[]
  /** The protocols with which its members can have a `group.instance.id`. Absent: none. */
  readonly staticMembership?: readonly RebalanceProtocol[]
  /** With the classic protocol its members can keep, at a rebalance, what no other is to have. */
  readonly cooperative?: true
  /** Whether a fetched batch's checksum is verified. */
  readonly checksChecksums: boolean
  /** Its members can go on before a commit was answered. */
  readonly asyncCommits?: true
  /** Its producers can be used without the care that its bugs ask for, to show these (`ProducerPlan.usage`). */
  readonly unguarded?: true
  /** Its producers have a buffer of their own, which can be made small: a send that finds no room in it fails, and never left. */
  readonly buffers?: true
  /** Its producers can write in transactions. */
  readonly transactions?: true
  /** Its members can leave out what was aborted, or is not decided yet. */
  readonly readsCommitted?: true
  /** Where its members can begin if there is no usable commit, and then tell where. Absent: `earliest` only. */
  readonly resets?: readonly ResetPolicy[]
}

export interface ProducerOptions {
  readonly clientId: string
  readonly bootstrap: readonly string[]
  readonly acks: Acks
  readonly idempotent: boolean
  /** How often one send is tried again; undefined: without end when idempotent, else 5 times. */
  readonly retries: number | undefined
  /** Absent: the driver's, which is never full. */
  readonly buffer?: BufferPlan
}

/** Values for one partition, in their order. */
export interface SendBatch extends TopicPartition {
  readonly values: readonly Buffer[]
}

export interface ProducerClient {
  /** Never rejects: what went wrong is an outcome. The values may be overwritten once it has resolved. */
  readonly send: (batch: SendBatch) => Promise<Outcome>
  /** True after a send that makes this instance's next acknowledgement worthless: it takes no more; open another, as a new incarnation. */
  readonly spent: () => boolean
  /** Returns after two seconds at the latest. */
  readonly close: () => Promise<void>
}

/** Records of one call, each for a partition of its own; undefined: the library is to choose. */
export interface UnguardedSend {
  readonly topic: string
  readonly records: readonly { readonly partition: number | undefined, readonly value: Buffer }[]
}

/** Of all records of a call. By partition: the offset that a broker told of the first record there, where one did. */
export type UnguardedOutcome =
  | { readonly kind: 'acknowledged', readonly offsets: ReadonlyMap<number, number> }
  | { readonly kind: 'indeterminate', readonly error: string }

/** A producer as applications use it that know nothing of its weak spots: a call that does not fail is success, whatever it was answered. */
export interface UnguardedClient {
  /** Never rejects; any number at a time. No value may be overwritten, ever: the library may still hold it. */
  readonly send: (send: UnguardedSend) => Promise<UnguardedOutcome>
  /** As of a `ProducerClient`. */
  readonly spent: () => boolean
  /** What the library did that an application does not see, a sentence each: whose doing a loss or a copy is. */
  readonly remarks: () => readonly string[]
  /** Returns after two seconds at the latest. */
  readonly close: () => Promise<void>
}

/** A producer that makes, counts and paces its records itself; their values are text (see `model/text-record.ts`). */
export interface CountingOptions extends ProducerOptions {
  readonly topic: string
  /** What it writes before each number. */
  readonly prefix: number
  readonly maxInFlight: number
  /** Undefined: flat out. */
  readonly recordsPerSecond: number | undefined
}

/** What is known in the end of one record. */
export interface ToldRecord {
  readonly value: string
  /** Undefined: it does not say. */
  readonly partition: number | undefined
  readonly outcome: Outcome
}

export interface CountingListener {
  /** In the order told. The producer is held up until this returns. */
  readonly told: (records: readonly ToldRecord[]) => void
}

export interface CountingProducer {
  /** How many records it can have sent, at any time, beyond those of which it has told. */
  readonly mostUnheard: number
  /** Lets it send. */
  readonly start: () => void
  /** It sends no more; resolves when it has told all that it will. The caller sets the deadline. */
  readonly stop: () => Promise<void>
  /** SIGKILL; resolves when it has told all that it had said, and rejects where nobody can know that. */
  readonly kill: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface TransactionalOptions {
  readonly clientId: string
  readonly bootstrap: readonly string[]
  readonly transactionalId: string
  /** After which the coordinator aborts a transaction of which it has heard nothing more (`transaction.timeout.ms`). */
  readonly timeoutMs: number
}

/** Its producer id is initialised once it is open: whoever held the transactional id before is fenced. */
export interface TransactionalClient {
  /** One at a time: the one before has been committed or aborted. Rejects if the library could not begin it: then nothing was sent. */
  readonly begin: () => Promise<OpenTransaction>
  /** True once what has happened makes the next transaction worthless: open another, which initialises the id again. */
  readonly spent: () => boolean
  /** Returns after two seconds at the latest. An open transaction is left to the coordinator. */
  readonly close: () => Promise<void>
}

/** Nothing here rejects. One call at a time. */
export interface OpenTransaction {
  readonly send: (batch: SendBatch) => Promise<Outcome>
  /** Commits `offset` as the group's next in this partition, if and when the transaction is committed. Absent: the driver cannot. */
  readonly sendOffset?: (commit: OffsetInTransaction) => Promise<CommitResult>
  readonly commit: () => Promise<TransactionEnd>
  readonly abort: () => Promise<TransactionEnd>
}

export interface OffsetInTransaction extends TopicPartition {
  readonly group: string
  readonly offset: number
  /** Of the batch that it is committed for (see `BatchControl`). */
  readonly membership: unknown
}

/** How a transaction ended, as its client knows. A coordinator that did not answer may have ended it either way. */
export type TransactionEnd =
  | { readonly phase: 'committed' | 'aborted' }
  | { readonly phase: 'indeterminate', readonly error: string }

export interface MemberOptions {
  readonly clientId: string
  readonly bootstrap: readonly string[]
  readonly group: string
  readonly topics: readonly string[]
  /** With the protocol `consumer` the broker decides (`group.consumer.session.timeout.ms`). */
  readonly sessionTimeoutMs: number
  readonly rebalanceProtocol: RebalanceProtocol
  /** Absent: `eager`, or what the protocol `consumer` has instead. */
  readonly rebalancing?: Rebalancing
  /** The `group.instance.id`. Absent: a dynamic member. */
  readonly groupInstanceId?: string
  /** Set: the library commits by itself what the listener has returned from. */
  readonly autoCommitIntervalMs: number | undefined
  readonly isolation: Isolation
  /** Absent: `earliest`. */
  readonly reset?: ResetPolicy
}

export interface DeliveredRecord {
  readonly offset: number
  readonly leaderEpoch: number | undefined
  readonly value: Buffer
}

/** Consecutive records of one partition, in the order of their offsets. */
export interface DeliveredBatch extends TopicPartition {
  readonly records: readonly DeliveredRecord[]
}

export interface CommitResult {
  readonly outcome: 'acknowledged' | 'rejected' | 'indeterminate'
  readonly error?: string
}

/** What the application may do while it works on a batch. Nothing here rejects. */
export interface BatchControl {
  /** False once the assignment that the batch came by has ended: stop working on it at once. */
  readonly current: () => boolean
  /** True once the client has met an error that it must act upon (a rebalance): finish what was begun, then return. */
  readonly failing: () => boolean
  /** Commits `offset` as the partition's next. */
  readonly commit: (offset: number) => Promise<CommitResult>
  /** Who reads, in the driver's own terms, for a transaction to tell the coordinator. Absent: the driver's transactions tell nobody. */
  readonly membership?: unknown
  /** Everything up to and with this offset is done: a re-fetch starts behind it. */
  readonly done: (offset: number) => void
  /** With automatic commits: lets the library commit if its interval has passed. */
  readonly commitIfDue: () => Promise<void>
  /** Keeps the membership; call it at least every few hundred milliseconds. */
  readonly heartbeat: () => Promise<void>
}

/** What a member tells the application. Times are for the listener to take, except where one is given. */
export interface MemberListener {
  readonly assigned: (partitions: readonly TopicPartition[]) => void
  /** The first offset that will be read in an assigned partition, once it is known: before its first batch, or never. */
  readonly positioned: (partition: TopicPartition, position: number) => void
  readonly revoked: (partitions: readonly TopicPartition[]) => void
  /** The client moved its position by itself, because what it asked for was not in the log. */
  readonly sought: (partition: TopicPartition, offset: number) => void
  readonly batch: (batch: DeliveredBatch, control: BatchControl) => Promise<void>
  /** An automatic commit of the library: when it may have begun, and what is known to have become of it. */
  readonly committed: (commit: TopicPartition & { readonly offset: number, readonly beganMsAgo: number } & CommitResult) => void
  /** The library gave up; the driver starts it anew. */
  readonly failed: (error: string) => void
}

export interface MemberClient {
  /** Leaves the group; returns after five seconds at the latest. */
  readonly close: () => Promise<void>
}

/** A member that works on records and commits them by itself, and tells of it afterwards. */
export interface TellingOptions extends MemberOptions {
  /** Microseconds since the run began: what it tells is dated so. */
  readonly now: () => number
  /** It commits at most so many records at once. */
  readonly commitEvery: number
}

/** One thing that a member did, with the time at which it did. */
export type ToldByMember = TopicPartition & { readonly at: number } & (
  | { readonly did: 'assigned' | 'revoked' }
  /** It reads on from here: first where its assignment begins, then where the client moved to by itself. */
  | { readonly did: 'position', readonly offset: number }
  | { readonly did: 'delivered', readonly record: DeliveredRecord }
  /** `at`: when it can have asked for it at the earliest; `until`: when it knew what had become of it. */
  | { readonly did: 'committed', readonly offset: number, readonly until: number } & CommitResult
)

export interface TellingListener {
  /** In the order in which things happened. */
  readonly told: (events: readonly ToldByMember[]) => void
}

export interface TellingMember {
  /** It leaves its group; resolves when it has told all that it did, and rejects where nobody can know that. The caller sets the deadline. */
  readonly stop: () => Promise<void>
  /** SIGKILL; as `stop` otherwise. */
  readonly kill: () => Promise<void>
  readonly close: () => Promise<void>
}
