/**
 * Completes what a history tells of a contract with what the history format assumes where it is silent: the strictest value
 * that Kafka's defaults make plausible. What was assumed is listed, so that a finding's reason can say so.
 */
import type { MemberContract, ProducerContract, TopicContract } from '../model/evidence.ts'
import type { CommitMode, Isolation, ResetPolicy } from '../model/history.ts'

/** What the `topic` line said; null: not known. */
export interface ToldTopic {
  readonly partitions: number | null
  readonly replicas: number | null
  readonly minInsyncReplicas: number | null
  readonly uncleanLeaderElection: boolean | null
  readonly cleanupPolicy: string | null
  readonly flushed: boolean | null
}

export interface ToldProducer {
  readonly at: number | null
  readonly acks: 'all' | '1' | '0' | null
  readonly idempotent: boolean | null
  readonly transactionalId: string | null
  readonly maxInFlight: number | null
  readonly client: string | null
}

export interface ToldMember {
  readonly isolation: Isolation | null
  readonly commits: CommitMode | null
  readonly reset: ResetPolicy | null
}

export const untoldTopic: ToldTopic = {
  partitions: null, replicas: null, minInsyncReplicas: null, uncleanLeaderElection: null, cleanupPolicy: null, flushed: null
}

export const untoldProducer: ToldProducer = {
  at: null, acks: null, idempotent: null, transactionalId: null, maxInFlight: null, client: null
}

export const untoldMember: ToldMember = { isolation: null, commits: null, reset: null }

const usualReplicas = 3
const usualMinInsyncReplicas = 2
const usualMaxInFlight = 5

export const completeTopic = (name: string, told: ToldTopic): TopicContract => {
  const replicas = told.replicas ?? usualReplicas

  return {
    name,
    replicas,
    partitions: told.partitions,
    minInsyncReplicas: told.minInsyncReplicas ?? Math.min(usualMinInsyncReplicas, replicas),
    uncleanLeaderElection: told.uncleanLeaderElection ?? false,
    compacted: isCompacted(told.cleanupPolicy ?? 'delete'),
    flushed: told.flushed ?? false,
    assumed: untold(told)
  }
}

/** `compact`, and any list with it, such as `compact,delete`. */
const isCompacted = (policy: string): boolean => policy.toLowerCase().split(/[^a-z]+/).includes('compact')

export const completeProducer = (
  identity: Pick<ProducerContract, 'name' | 'incarnation' | 'lastAt'>,
  told: ToldProducer
): ProducerContract => {
  const acks = told.acks ?? 'all'

  return {
    name: identity.name,
    incarnation: identity.incarnation,
    lastAt: identity.lastAt,
    at: told.at,
    acks,
    idempotent: told.idempotent ?? (told.transactionalId !== null || acks === 'all'),
    transactionalId: told.transactionalId,
    maxInFlight: told.maxInFlight ?? usualMaxInFlight,
    client: told.client,
    assumed: untold(told)
  }
}

export const completeMember = (identity: Pick<MemberContract, 'name' | 'group'>, told: ToldMember): MemberContract => ({
  name: identity.name,
  group: identity.group,
  isolation: told.isolation ?? 'read_uncommitted',
  commits: told.commits ?? 'after-work',
  reset: told.reset ?? 'earliest',
  assumed: untold(told)
})

const untold = (told: object): ReadonlySet<string> =>
  new Set(Object.entries(told).filter(([, value]) => value === null).map(([field]) => field))
