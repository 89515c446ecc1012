/** Members of one consumer group that work through whole topics and commit in one of three manners. */
import { milliseconds, type Duration } from '../model/duration.ts'
import { commitMutations, groupMutations } from '../model/mutations.ts'
import type { TopicPlan } from '../model/topic.ts'
import type { CommitMode, MemberPlan, RebalanceProtocol, Workload } from '../model/workload.ts'

export interface GroupReads {
  readonly from: TopicPlan | readonly TopicPlan[]
  readonly group: string
  readonly members: number
  /** `after-work`: at least once. `before-work`: at most once. `automatic`: the library commits, by its own clock. */
  readonly commits: CommitMode
  /** What the work on one record takes. Default: nothing. */
  readonly workPerRecord?: Duration
  /** Commit at most so many records at once, and at the end of each fetched batch. Default 500. */
  readonly commitEvery?: number
  /** Default 5 s, as in Kafka's own client. */
  readonly autoCommitInterval?: Duration
  /** After how long without a heartbeat a member counts as dead. Default 6 s. */
  readonly sessionTimeout?: Duration
  /** Default `classic`. `consumer` is that of KIP-848; not every client has it. */
  readonly rebalanceProtocol?: RebalanceProtocol
  /** `handed-on`: another task does the work, and an automatic commit may run ahead of it. Default: in line. */
  readonly work?: 'in-line' | 'handed-on'
  /** The number of the first member, where a run has several groups. Default 1. */
  readonly firstMember?: number
}

export const groupReads = (reads: GroupReads): Workload => {
  if (!Number.isInteger(reads.members) || reads.members < 1) throw new Error(`members is ${reads.members}; it must be 1 or more.`)
  if (reads.work === 'handed-on' && reads.commits !== 'automatic') {
    throw new Error(`work is "handed-on" and commits is "${reads.commits}"; only automatic commits leave the work to another task.`)
  }
  const topics = isList(reads.from) ? reads.from : [reads.from]

  return {
    description: `${reads.members} ${reads.members === 1 ? 'member' : 'members'} of ${reads.group} reading ${topics.map(({ name }) => name).join(', ')}, commits ${reads.commits}`,
    topics,
    clients: Array.from({ length: reads.members }, (_, index) => memberPlan(reads, topics, (reads.firstMember ?? 1) + index)),
    mutations: [...groupMutations, ...commitMutations]
  }
}

const isList = (from: TopicPlan | readonly TopicPlan[]): from is readonly TopicPlan[] => Array.isArray(from)

const memberPlan = (reads: GroupReads, topics: readonly TopicPlan[], number: number): MemberPlan => ({
  kind: 'member',
  number,
  group: reads.group,
  topics,
  commits: reads.commits,
  workMicroseconds: Math.round((reads.workPerRecord ?? milliseconds(0)).milliseconds * 1000),
  commitEvery: reads.commitEvery ?? 500,
  autoCommitIntervalMs: (reads.autoCommitInterval ?? milliseconds(5000)).milliseconds,
  sessionTimeoutMs: (reads.sessionTimeout ?? milliseconds(6000)).milliseconds,
  rebalanceProtocol: reads.rebalanceProtocol ?? 'classic',
  work: reads.work ?? 'in-line'
})
