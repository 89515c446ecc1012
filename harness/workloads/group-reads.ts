/** Members of one consumer group that work through whole topics and commit in one of three manners. */
import { milliseconds, type Duration } from '../model/duration.ts'
import type { EffectPlan } from '../model/effect.ts'
import type { Isolation, ResetPolicy } from '../model/history.ts'
import { commitMutations, effectMutations, groupMutations } from '../model/mutations.ts'
import type { TopicPlan } from '../model/topic.ts'
import type { CommitCalls, CommitMode, MemberPlan, Membership, PoisonPlan, RebalanceProtocol, Rebalancing, ReplayPlan, Workload } from '../model/workload.ts'

export interface GroupReads {
  readonly from: TopicPlan | readonly TopicPlan[]
  readonly group: string
  readonly members: number
  /** `after-work`: at least once. `before-work`: at most once. `automatic`: the library commits, by its own clock. */
  readonly commits: Exclude<CommitMode, 'transactional'>
  /** Which answers to commits after work a member waits for. Default `sync`: each one's. */
  readonly commitCalls?: CommitCalls
  /** Default `read_uncommitted`, Kafka's own. */
  readonly isolation?: Isolation
  /**
   * Where a member begins if the group has no commit, or one that the log does not reach. Default `earliest`. `latest` passes over what is
   * there; with `none` it does not begin at all. Not every client has each.
   */
  readonly reset?: ResetPolicy
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
  /** Default `eager`: at each rebalance a member gives up all that it owns. `cooperative`: only what another is to have; not every client has it. */
  readonly rebalancing?: Rebalancing
  /** Default `dynamic`. `static`: with a `group.instance.id`, so that a member's partitions wait for its next process; not every client has it. */
  readonly membership?: Membership
  /** `handed-on`: another task does the work, and an automatic commit may run ahead of it. Default: in line. */
  readonly work?: 'in-line' | 'handed-on'
  /** What the group does with a record for good, counted after the run. Default: nothing. */
  readonly effect?: EffectPlan
  /** What a member does with a record that it cannot process: `stop` is the default, as in every client that nobody told otherwise. */
  readonly onPoison?: 'stop' | 'skip' | DeadLetter
  /** After every so many records of a partition the application seeks back by so many, and works on those once more. Default: it reads on. */
  readonly replays?: ReplayPlan
  /** The number of the first member, where a run has several groups. Default 1. */
  readonly firstMember?: number
}

/** Records that cannot be processed go to this topic, and the partition goes on. */
export interface DeadLetter {
  readonly deadLetter: TopicPlan
}

export const deadLetter = (to: TopicPlan): DeadLetter => ({ deadLetter: to })

export const groupReads = (reads: GroupReads): Workload => {
  if (!Number.isInteger(reads.members) || reads.members < 1) throw new Error(`members is ${reads.members}; it must be 1 or more.`)
  if (reads.work === 'handed-on' && reads.commits !== 'automatic') {
    throw new Error(`work is "handed-on" and commits is "${reads.commits}"; only automatic commits leave the work to another task.`)
  }
  if (reads.work === 'handed-on' && reads.onPoison !== undefined) {
    throw new Error('work is "handed-on" and onPoison is set; only work in line can stop, or wait for a dead letter.')
  }
  if (reads.commitCalls !== undefined && reads.commits !== 'after-work') {
    throw new Error(`commitCalls is "${reads.commitCalls}" and commits is "${reads.commits}"; only commits after work need not be waited for.`)
  }
  if (reads.rebalancing !== undefined && reads.rebalanceProtocol === 'consumer') {
    throw new Error(`rebalancing is "${reads.rebalancing}" and rebalanceProtocol is "consumer"; only the classic protocol has a choice.`)
  }
  if (reads.replays !== undefined) refuseReplays(reads.replays, reads.commits)
  const topics = isList(reads.from) ? reads.from : [reads.from]

  return {
    description: `${reads.members} ${reads.members === 1 ? 'member' : 'members'} of ${reads.group} reading ${topics.map(({ name }) => name).join(', ')}, commits ${reads.commits}${reads.commitCalls === undefined ? '' : ` (${reads.commitCalls})`}${groupWords(reads)}${effectWords(reads)}`,
    topics: [...topics, ...deadLetterTopic(reads)],
    clients: Array.from({ length: reads.members }, (_, index) => memberPlan(reads, topics, (reads.firstMember ?? 1) + index)),
    mutations: [...groupMutations, ...commitMutations, ...reads.effect === undefined ? [] : effectMutations]
  }
}

const refuseReplays = ({ every, records }: ReplayPlan, commits: CommitMode): void => {
  if (commits === 'automatic') throw new Error('replays is set and commits is "automatic"; only who commits itself goes back here.')
  if (!Number.isInteger(records) || records < 1) throw new Error(`replays.records is ${records}; it must be 1 or more.`)
  if (!Number.isInteger(every)) throw new Error(`replays.every is ${every}; it must be a whole number.`)
  if (every <= records) throw new Error(`replays.every is ${every} and replays.records ${records}; who goes back by as many as it has read never comes to the end.`)
}

const isList = (from: TopicPlan | readonly TopicPlan[]): from is readonly TopicPlan[] => Array.isArray(from)

const memberPlan = (reads: GroupReads, topics: readonly TopicPlan[], number: number): MemberPlan => ({
  kind: 'member',
  number,
  group: reads.group,
  topics,
  commits: reads.commits,
  isolation: reads.isolation ?? 'read_uncommitted',
  workMicroseconds: Math.round((reads.workPerRecord ?? milliseconds(0)).milliseconds * 1000),
  commitEvery: reads.commitEvery ?? 500,
  autoCommitIntervalMs: (reads.autoCommitInterval ?? milliseconds(5000)).milliseconds,
  sessionTimeoutMs: (reads.sessionTimeout ?? milliseconds(6000)).milliseconds,
  rebalanceProtocol: reads.rebalanceProtocol ?? 'classic',
  work: reads.work ?? 'in-line',
  ...reads.reset === undefined ? {} : { reset: reads.reset },
  ...reads.rebalancing === undefined ? {} : { rebalancing: reads.rebalancing },
  ...reads.membership === undefined ? {} : { membership: reads.membership },
  ...reads.commitCalls === undefined ? {} : { commitCalls: reads.commitCalls },
  ...reads.effect === undefined ? {} : { effect: reads.effect },
  ...reads.onPoison === undefined ? {} : { onPoison: poisonPlan(reads.onPoison, number) },
  ...reads.replays === undefined ? {} : { replays: reads.replays }
})

/** Beside all numbers that producers of their own are likely to have. */
const firstDeadLetterProducer = 1000

const poisonPlan = (onPoison: NonNullable<GroupReads['onPoison']>, member: number): PoisonPlan =>
  typeof onPoison === 'string' ? { kind: onPoison } : { kind: 'dead-letter', topic: onPoison.deadLetter, producer: firstDeadLetterProducer + member }

const deadLetterTopic = ({ onPoison }: GroupReads): readonly TopicPlan[] => typeof onPoison === 'object' ? [onPoison.deadLetter] : []

const groupWords = ({ membership, rebalancing, rebalanceProtocol, reset, replays }: GroupReads): string => [
  ...replays === undefined ? [] : [`, back by ${replays.records} after every ${replays.every}`],
  ...reset === undefined ? [] : [`, reset ${reset}`],
  ...membership === undefined ? [] : [`, ${membership} membership`],
  ...rebalancing === undefined ? [] : [`, ${rebalancing} rebalancing`],
  ...rebalanceProtocol === 'consumer' ? [', protocol consumer'] : []
].join('')

const effectWords = ({ effect, onPoison }: GroupReads): string => [
  ...effect === undefined ? [] : [`, effects ${effect.kind}${effect.store === undefined ? '' : ` in ${effect.store}`}`],
  ...onPoison === undefined ? [] : [`, poison pills ${typeof onPoison === 'string' ? onPoison : `to ${onPoison.deadLetter.name}`}`]
].join('')
