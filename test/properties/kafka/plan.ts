/**
 * What fast-check draws: the contracts of a small run, and the steps that happen in it. Both are plain data, so that a history
 * that disproves a checker shrinks to the few steps that do. A step's numbers choose among whatever is there when its turn comes.
 */
import fc from 'fast-check'

export const topicKinds = ['strict', 'unsaid', 'flushed', 'min-isr-1', 'unclean', 'compacted'] as const
export const producerKinds = ['idempotent', 'unsaid', 'plain', 'one-in-flight', 'leader-only', 'no-acks', 'transactional', 'chooser'] as const

export type TopicKind = (typeof topicKinds)[number]
export type ProducerKind = (typeof producerKinds)[number]

export interface TopicPlan {
  readonly kind: TopicKind
  readonly partitions: number
}

export interface ProducerPlan {
  readonly kind: ProducerKind
  readonly tellsOffset: boolean
  readonly numbered: boolean
}

export interface GroupPlan {
  readonly topic: number
  readonly commits: 'automatic' | 'after-work' | 'before-work' | 'transactional' | 'none'
  readonly isolation: 'read_uncommitted' | 'read_committed'
  readonly reset: 'earliest' | 'latest'
  readonly members: number
  readonly effects: 'none' | 'plain' | 'deduplicating'
  /** Whether its history tells who owned what. */
  readonly assignments: 'told' | 'without positions' | 'untold'
}

export interface AuditPlan {
  readonly isolation: 'read_uncommitted' | 'read_committed'
  readonly tellsCommitted: boolean
  readonly tellsAttempts: boolean
  readonly tellsEpochs: boolean
  readonly tellsLastStable: boolean
  readonly replicas: 'none' | 'beside' | 'instead'
  /** Partitions that were not read to their end, or not at all, by number. */
  readonly gap: 'none' | 'incomplete' | 'absent'
  readonly start: number
}

export const actions = [
  'send', 'send', 'send', 'send', 'send', 'write', 'write', 'write', 'land', 'land', 'land', 'acknowledge', 'acknowledge', 'acknowledge', 'reject', 'lapse', 'land again',
  'send again', 'send again', 'believe', 'restart', 'zombie send', 'elect', 'truncate', 'power cut', 'disturb', 'transaction', 'transaction', 'transaction', 'poll', 'poll', 'poll', 'poll', 'poll', 'poll', 'poll',
  'commit', 'commit', 'commit', 'commit', 'commit', 'commit late', 'rebalance', 'rebalance', 'crash', 'crash', 'seek', 'seek', 'foreign', 'expire', 'compact'
] as const

export type Action = (typeof actions)[number]

export type Step = readonly [action: Action, first: number, second: number, third: number]

export interface Plan {
  readonly topics: readonly TopicPlan[]
  readonly producers: readonly ProducerPlan[]
  readonly groups: readonly GroupPlan[]
  readonly audit: AuditPlan
  readonly unavailableMs: number | null
  readonly steps: readonly Step[]
}

const number = fc.nat({ max: 23 })

const topicPlan = fc.record<TopicPlan>({ kind: fc.constantFrom(...topicKinds), partitions: fc.integer({ min: 1, max: 2 }) })

const producerPlan = fc.record<ProducerPlan>({ kind: fc.constantFrom(...producerKinds), tellsOffset: fc.constantFrom(true, true, true, false), numbered: fc.boolean() })

const groupPlan = fc.record<GroupPlan>({
  topic: fc.nat({ max: 1 }),
  commits: fc.constantFrom('automatic', 'after-work', 'after-work', 'before-work', 'transactional', 'none'),
  isolation: fc.constantFrom('read_uncommitted', 'read_committed'),
  reset: fc.constantFrom('earliest', 'earliest', 'latest'),
  members: fc.integer({ min: 1, max: 3 }),
  effects: fc.constantFrom('none', 'plain', 'deduplicating'),
  assignments: fc.constantFrom('told', 'told', 'told', 'without positions', 'untold')
})

const auditPlan = fc.record<AuditPlan>({
  isolation: fc.constantFrom('read_uncommitted', 'read_uncommitted', 'read_committed'),
  tellsCommitted: fc.boolean(),
  tellsAttempts: fc.boolean(),
  tellsEpochs: fc.boolean(),
  tellsLastStable: fc.boolean(),
  replicas: fc.constantFrom('none', 'none', 'none', 'beside', 'instead'),
  gap: fc.constantFrom('none', 'none', 'none', 'none', 'incomplete', 'absent'),
  start: fc.nat({ max: 23 })
})

/** A run of at most so many steps. */
export const plans = (longest: number): fc.Arbitrary<Plan> => fc.record<Plan>({
  topics: fc.array(topicPlan, { minLength: 1, maxLength: 2 }),
  producers: fc.array(producerPlan, { minLength: 1, maxLength: 3 }),
  groups: fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 5, arbitrary: fc.array(groupPlan, { minLength: 1, maxLength: 2 }) }),
  audit: auditPlan,
  unavailableMs: fc.constantFrom(null, 1000),
  steps: fc.array(fc.tuple(fc.constantFrom(...actions), number, number, number), { maxLength: longest, size: 'max' })
})
