/**
 * What producers and consumers do, as data: each client's plan goes to a process of its own. A workload knows its topics,
 * its clients, and which mutations of its evidence must be possible, so that the verifier's self-test cannot be empty.
 */
import type { EffectPlan } from './effect.ts'
import type { Isolation, ResetPolicy } from './history.ts'
import type { TopicPlan } from './topic.ts'

export type Acks = 'all' | '1' | '0'

/**
 * How an application uses its client that knows none of its weak spots. `across-partitions`: each send has records for all partitions.
 * `keyless`: so it has, and the client chooses where each goes. `concurrent`: several sends of one producer are under way at once. What
 * a send's promise says, the application believes.
 */
export type ClientUsage = 'across-partitions' | 'keyless' | 'concurrent'

/** A producer that writes numbered, self-describing records to the partitions of one topic. */
export interface ProducerPlan {
  readonly kind: 'producer'
  /** Number 1 is `p1`; unique in the run. */
  readonly number: number
  readonly topic: TopicPlan
  readonly acks: Acks
  readonly idempotent: boolean
  /** Batches in flight at once; when idempotent, at most one in a partition. */
  readonly maxInFlight: number
  /** How often the client library may retry one send; undefined: without end when idempotent, else its default of this harness. */
  readonly retries: number | undefined
  readonly recordBytes: number
  readonly batchRecords: number
  /** Undefined: flat out. */
  readonly recordsPerSecond: number | undefined
  /** What the application does with a send that failed: `stop believing` is right; `believe` goes on as if it were written. */
  readonly onError: 'record' | 'believe'
  /** Each so many records one that nobody can process; absent: none. */
  readonly poisonEvery?: number
  /** Absent: it writes without transactions. */
  readonly transactions?: TransactionPlan
  /** Absent: with every care that its client needs. */
  readonly usage?: ClientUsage
  /** Absent: as large as the driver has it. */
  readonly buffer?: BufferPlan
}

/** What a producer holds that no broker has answered for yet. A send that finds no room fails at once, or after a second. */
export interface BufferPlan {
  /** At most. */
  readonly records: number
  /** After which a record that is in it has failed, tried or not. */
  readonly deliveryTimeoutMs: number
}

/** A producer's transactions, one after the other, each spread over all partitions of its topic. */
export interface TransactionPlan {
  /** The records of one transaction. */
  readonly records: number
  /** Every so many-th is aborted on purpose; undefined: none. */
  readonly abortEvery: number | undefined
  /** After which the coordinator aborts one that was left open. */
  readonly timeoutMs: number
  /** So long it stays open between its last send and its end. Absent: not at all. */
  readonly openMs?: number
}

/** `classic`: the members share the partitions out among themselves. `consumer`: the coordinator does (KIP-848). */
export type RebalanceProtocol = 'classic' | 'consumer'

/**
 * `static`: each member has a `group.instance.id` (KIP-345), under which its next process is the same member: its partitions wait for
 * it until its session ends. `dynamic`: each process is a new member.
 */
export type Membership = 'dynamic' | 'static'

/** What the classic protocol takes from its members at each rebalance. `eager`: all that they own; `cooperative`: what another is to have (KIP-429). */
export type Rebalancing = 'eager' | 'cooperative'

/**
 * What a member does with a record that it cannot process. `stop` tries it again and again, and goes no further; `skip` leaves it out;
 * `dead-letter` writes it to a topic of its own, as this producer, and goes on once that is acknowledged.
 */
export type PoisonPlan =
  | { readonly kind: 'stop' }
  | { readonly kind: 'skip' }
  | { readonly kind: 'dead-letter', readonly topic: TopicPlan, readonly producer: number }

/** `transactional`: with what it writes, in one transaction; see `TransformPlan`. */
export type CommitMode = 'after-work' | 'before-work' | 'automatic' | 'transactional'

/**
 * Which answers to its commits a member waits for, before it goes on: each one's (`sync`), none (`async`), or the last one's of each
 * fetched batch, which it asks for once more (`combined`).
 */
export type CommitCalls = 'sync' | 'async' | 'combined'

/**
 * Whose transactional id a member writes with. `per-partition`: that of the input partition, which whoever takes the partition over
 * takes over before it asks where to begin, so that the former owner is fenced. `per-member`: its own, which fences nobody else.
 * `none`: it writes without transactions.
 */
export type TransactionalIds = 'per-partition' | 'per-member' | 'none'

/** A member that makes one record from each that it reads: the same partition of another topic has them. */
export interface TransformPlan {
  readonly to: TopicPlan
  readonly transactionalIds: TransactionalIds
  /** After which the coordinator aborts a transaction that was left open. */
  readonly timeoutMs: number
  /** What it makes of input partition 3 is written by the producer of this number + 3. */
  readonly firstProducer: number
}

/** After every so many records of a partition a member seeks back by so many records. */
export interface ReplayPlan {
  readonly every: number
  readonly records: number
}

/** A member of a consumer group that works through whole topics. */
export interface MemberPlan {
  readonly kind: 'member'
  /** Number 1 is `c1`; unique in the run. */
  readonly number: number
  readonly group: string
  readonly topics: readonly TopicPlan[]
  readonly commits: CommitMode
  /** Absent: `sync`. */
  readonly commitCalls?: CommitCalls
  readonly isolation: Isolation
  /** Where it begins if its group has no commit, or one that the log does not reach. Absent: `earliest`. */
  readonly reset?: ResetPolicy
  /** What the work on one record takes, in microseconds; 0: nothing. */
  readonly workMicroseconds: number
  /** Commit after (or before) at most so many records. */
  readonly commitEvery: number
  readonly autoCommitIntervalMs: number
  readonly sessionTimeoutMs: number
  readonly rebalanceProtocol: RebalanceProtocol
  /** Absent: `eager`. With the protocol `consumer` there is no choice. */
  readonly rebalancing?: Rebalancing
  /** Absent: `dynamic`. */
  readonly membership?: Membership
  /** `handed-on`: fetched records go to another task, and the client library may commit them before that has worked on them. */
  readonly work: 'in-line' | 'handed-on'
  /** What it does with a record for good; absent: nothing that anybody counts. */
  readonly effect?: EffectPlan
  /** Absent: `stop`. */
  readonly onPoison?: PoisonPlan
  /** Absent: it reads on. */
  readonly replays?: ReplayPlan
  /** Absent: it writes nothing. */
  readonly transform?: TransformPlan
}

export type ClientPlan = ProducerPlan | MemberPlan

export interface Workload {
  readonly description: string
  readonly topics: readonly TopicPlan[]
  readonly clients: readonly ClientPlan[]
  /** The planted anomalies that this workload's evidence must have room for. */
  readonly mutations: readonly string[]
}

/** The topics that clients write to with every step of their work, each once. */
export const topicsWritten = (plans: readonly ClientPlan[]): readonly TopicPlan[] =>
  [...new Map(plans.flatMap(plan => plan.kind === 'producer' ? plan.topic : plan.transform?.to ?? []).map(topic => [topic.name, topic])).values()]

/** Those of them that are written to in transactions. */
export const topicsWithTransactions = (plans: readonly ClientPlan[]): ReadonlySet<string> => new Set(topicsWritten(plans.filter(plan =>
  plan.kind === 'producer' ? plan.transactions !== undefined : plan.transform !== undefined && plan.transform.transactionalIds !== 'none')).map(({ name }) => name))

/** `p1`, `c2`: the name under which people, files and the history know a client. */
export const clientName = (plan: ClientPlan): string => `${plan.kind === 'producer' ? 'p' : 'c'}${plan.number}`
