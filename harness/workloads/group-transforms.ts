/**
 * Members of one consumer group that make one record from each that they read, in the same partition of another topic, and commit how
 * far they have come together with what they wrote: consume, transform, produce, exactly once. How often each input's output is there
 * is counted after the run, from the committed records of the output topic.
 */
import { milliseconds, seconds, type Duration } from '../model/duration.ts'
import type { Isolation } from '../model/history.ts'
import { commitMutations, effectMutations, groupMutations, transactionMutations } from '../model/mutations.ts'
import type { TopicPlan } from '../model/topic.ts'
import type { MemberPlan, TransactionalIds, Workload } from '../model/workload.ts'

export interface GroupTransforms {
  readonly from: TopicPlan
  /** With as many partitions as `from`, and of this group alone. */
  readonly to: TopicPlan
  readonly group: string
  readonly members: number
  /**
   * `per-partition`, the default: the transactional id belongs to the input partition, and whoever takes the partition over fences its
   * former owner, before it asks where to begin. `per-member`: each member has its own, and fences nobody. `none`: outputs first, then the
   * commit, without transactions.
   */
  readonly transactionalIds?: TransactionalIds
  /** The inputs of one transaction (or of one commit) at most. Default 50. */
  readonly recordsPerTransaction?: number
  /** What the work on one record takes. Default: nothing. */
  readonly workPerRecord?: Duration
  /** After how long the coordinator aborts a transaction that was left open. Default 10 s; Kafka's own is a minute. */
  readonly transactionTimeout?: Duration
  /** Default `read_committed`. */
  readonly isolation?: Isolation
  /** After how long without a heartbeat a member counts as dead. Default 6 s. */
  readonly sessionTimeout?: Duration
  /** The number of the first member, where a run has several groups. Default 1. */
  readonly firstMember?: number
}

/** Beside all numbers that other producers are likely to have, dead letters' and the self-test's among them. */
const firstProducer = 2000
const mostPartitions = 64
const mostMembers = 90

export const groupTransforms = (transforms: GroupTransforms): Workload => {
  const { from, to, group, members, transactionalIds = 'per-partition', firstMember = 1 } = transforms
  refuseNumbers(transforms)
  if (from.name === to.name) throw new Error(`from and to are both ${to.name}; what a group reads and what it writes are two topics.`)
  if (from.partitions !== to.partitions) throw new Error(`${from.name} has ${from.partitions} partitions and ${to.name} ${to.partitions}; each output goes to its input's partition, so give them as many.`)

  return {
    description: `${members} ${members === 1 ? 'member' : 'members'} of ${group} making ${to.name} from ${from.name}, ${words[transactionalIds]}`,
    topics: [from, to],
    clients: Array.from({ length: members }, (_, index) => memberPlan(transforms, firstMember + index)),
    mutations: [...groupMutations, ...commitMutations, ...effectMutations, ...transactionalIds === 'none' ? [] : transactionMutations]
  }
}

const words: Readonly<Record<TransactionalIds, string>> = {
  'per-partition': 'in transactions, an id for each partition', 'per-member': 'in transactions, an id for each member', 'none': 'without transactions'
}

const refuseNumbers = ({ from, members, recordsPerTransaction = 1, firstMember = 1 }: GroupTransforms): void => {
  if (!Number.isInteger(members) || members < 1) throw new Error(`members is ${members}; it must be 1 or more.`)
  if (firstMember + members - 1 > mostMembers) throw new Error(`members is ${members} from number ${firstMember}; ${mostMembers} is the last number.`)
  if (from.partitions > mostPartitions) throw new Error(`${from.name} has ${from.partitions} partitions; ${mostPartitions} is the most here.`)
  if (!Number.isInteger(recordsPerTransaction) || recordsPerTransaction < 1) throw new Error(`recordsPerTransaction is ${recordsPerTransaction}; it must be 1 or more.`)
}

const memberPlan = (transforms: GroupTransforms, number: number): MemberPlan => {
  const { from, to, group, transactionalIds = 'per-partition', transactionTimeout = seconds(10), sessionTimeout = seconds(6), workPerRecord = milliseconds(0) } = transforms

  return {
    kind: 'member',
    number,
    group,
    topics: [from],
    commits: transactionalIds === 'none' ? 'after-work' : 'transactional',
    isolation: transforms.isolation ?? 'read_committed',
    workMicroseconds: Math.round(workPerRecord.milliseconds * 1000),
    commitEvery: transforms.recordsPerTransaction ?? 50,
    autoCommitIntervalMs: 5000,
    sessionTimeoutMs: sessionTimeout.milliseconds,
    rebalanceProtocol: 'classic',
    work: 'in-line',
    transform: { to, transactionalIds, timeoutMs: transactionTimeout.milliseconds, firstProducer: firstProducer + (number - 1) * mostPartitions }
  }
}
