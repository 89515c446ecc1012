/**
 * Carries out a plan: a small Kafka, its producers and its groups, one step after the other, until everything that is under way has
 * come to its end. What is not possible when a step's turn comes is left out, so every plan gives a legal run.
 */
import * as consuming from './consuming.ts'
import * as logs from './logs.ts'
import { isTold, own } from './positions.ts'
import * as producing from './producing.ts'
import { end, stepTransaction, takesSends } from './transactions.ts'
import {
  choose, emptyWorld, partitionsOf, placeOf, sharesOf, tell, type Group, type Partition, type Producer, type Send, type World
} from './world.ts'
import type { GroupPlan, Plan, ProducerKind, Step, TopicKind } from './plan.ts'

export const simulate = (plan: Plan): World => {
  const world = begin(plan)
  for (const step of plan.steps) carryOut(world, step)
  finish(world)

  return world
}

const topicContracts: Readonly<Record<TopicKind, Record<string, unknown>>> = {
  strict: { replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: false },
  unsaid: {},
  flushed: { replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: false, flushed: true },
  'min-isr-1': { replicas: 3, minInsyncReplicas: 1, uncleanLeaderElection: false },
  unclean: { replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: true },
  compacted: { replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: false, cleanupPolicy: 'compact' }
}

export const addTopic = (world: World, name: string, { kind, partitions }: Plan['topics'][number]): void => {
  const topic = { name, kind, weak: kind === 'min-isr-1' || kind === 'unclean', compacted: kind === 'compacted', flushed: kind === 'flushed', partitions: [] as Partition[] }
  for (let number = 0; number < partitions; number++) {
    topic.partitions.push({ topic, number, entries: [], end: 0, stable: 0, start: 0, epoch: 0, leader: 1, gap: 'none', lastStableTold: null })
  }
  world.topics.push(topic)
  if (kind !== 'unsaid') world.lines.push({ event: 'topic', topic: name, partitions, ...topicContracts[kind] })
  for (const partition of topic.partitions) tell(world, { event: 'leader', ...placeOf(partition), leader: 1, epoch: 0, isr: [1, 2, 3] })
}

interface GroupParts {
  readonly plan: GroupPlan
  readonly partitions: readonly Partition[]
  readonly members: readonly string[]
}

/** A group and its members; each of the partitions is a share of it. */
export const addGroup = (world: World, name: string, { plan, partitions, members }: GroupParts): Group => {
  const group: Group = { name, plan, members: [...members], shares: [], times: new Map(), processed: new Map() }
  for (const partition of partitions) {
    group.shares.push({ group, partition, owner: null, zombie: null, resume: null, late: null, assignments: [], deliveries: [], commits: [], seeks: [] })
  }
  world.groups.push(group)
  const { isolation, commits, reset } = plan
  const isUsual = isolation === 'read_uncommitted' && commits === 'after-work' && reset === 'earliest'
  if (!isUsual) for (const member of members) world.lines.push({ event: 'member', member, group: name, isolation, commits, reset })

  return group
}

const begin = (plan: Plan): World => {
  const world = emptyWorld(plan)
  for (const [index, topic] of plan.topics.entries()) addTopic(world, `topic ${index}`, topic)
  for (const [index, producer] of plan.producers.entries()) producing.startProducer(world, `p${index + 1}`, producer)
  const gap = choose(partitionsOf(world), plan.audit.start)!
  gap.gap = plan.audit.gap
  for (const [index, groupPlan] of plan.groups.entries()) beginGroup(world, `group ${index}`, legalGroup(groupPlan))

  return world
}

/**
 * What does not go together: effects in transactions count once, a member that nobody sees assigned must stay where it is, and a
 * group without commits that begins at the end again and again must tell where.
 */
const legalGroup = (plan: GroupPlan): GroupPlan => ({
  ...plan,
  ...plan.commits === 'transactional' && plan.effects === 'plain' ? { effects: 'deduplicating' } : {},
  ...plan.assignments === 'untold' ? { members: 1 } : {},
  ...plan.assignments === 'without positions' && plan.commits === 'none' ? { reset: 'earliest' } : {}
})

const beginGroup = (world: World, name: string, plan: GroupPlan): void => {
  const { partitions } = choose(world.topics, plan.topic)!
  const members = Array.from({ length: plan.members }, (_, index) => `c${index + 1} of ${name}`)
  const group = addGroup(world, name, { plan, partitions, members })
  for (const share of group.shares) {
    if (isTold(share)) consuming.assign(world, share, choose(members, share.partition.number)!)
    else own(world, share, members[0]!, 0)
  }
}

const alive = (world: World): readonly Producer[] => world.producers.filter(({ fenced }) => !fenced)

const waitingSends = (world: World): readonly Send[] => world.sends.filter(send => producing.canLand(world, send))
const undecided = (world: World): readonly Send[] => world.sends.filter(({ outcome, producer, transaction }) => outcome === 'none' && !producer.fenced && (transaction?.phase ?? 'begun') === 'begun')

const whenThere = <T>(choice: T | undefined, act: (choice: T) => void): void => { if (choice !== undefined) act(choice) }

const sendSteps = (world: World, [action, first, second, third]: Step): boolean => {
  const partition = choose(partitionsOf(world), second)!
  const producer = choose(alive(world), first)!
  switch (action) {
    case 'send': if (takesSends(producer)) producing.say(world, producer, partition, { number: third }); return true
    case 'write': if (takesSends(producer)) producing.write(world, producer, partition, { number: third }); return true
    case 'land': whenThere(choose(waitingSends(world), first), producing.land); return true
    case 'land again': whenThere(choose(world.sends.filter(({ fate }) => fate === 'landed'), first), producing.landAgain); return true
    case 'acknowledge': whenThere(choose(undecided(world).filter(({ fate, producer: { plan } }) => fate === 'landed' || plan.kind === 'no-acks'), first), send => producing.acknowledge(world, send)); return true
    case 'reject': whenThere(choose(undecided(world).filter(({ fate }) => fate === 'waiting'), first), send => producing.reject(world, send)); return true
    case 'lapse': whenThere(choose(undecided(world), first), send => producing.lapse(world, send, third)); return true
    case 'send again': sendAgain(world, first, third); return true
    case 'believe': whenThere(choose(world.sends.filter(({ outcome }) => outcome !== 'acknowledged'), first), send => producing.believe(world, send)); return true
    case 'restart': producing.startProducer(world, producer.name, producer.plan); return true
    case 'zombie send': producing.sendAsZombie(world, partition, third); return true
    case 'transaction': whenThere(choose(alive(world).filter(({ transaction }) => transaction !== null), first), one => stepTransaction(world, one, { choice: second, silence: third })); return true
    default: return false
  }
}

/** The application has no answer, or a bad one, and sends the same record again. */
const sendAgain = (world: World, first: number, number: number): void => {
  const unsettled = world.sends.filter(send => send.outcome !== 'acknowledged' && send.transaction === null && send.producer.plan.kind !== 'chooser'
    && send.producer.plan.kind !== 'transactional' && producing.latestAttempt(world, send) === send)
  whenThere(choose(unsettled, first), ({ id, attempt, partition, key, tombstone, producer: { name } }) => {
    const producer = alive(world).find(one => one.name === name)!
    const others = partitionsOf(world).filter(({ topic }) => !topic.compacted)
    const elsewhere = number % 6 === 5 && !partition.topic.compacted ? choose(others, number)! : partition
    const again = producing.say(world, producer, elsewhere, { id, attempt: attempt + 1, number, tombstone, ...key === null ? {} : { key } })
    if (number % 2 === 0 && producing.canLand(world, again)) producing.land(again)
    if (number % 4 === 0) producing.acknowledge(world, again)
  })
}

const clusterSteps = (world: World, [action, first, second, third]: Step): boolean => {
  const partition = choose(partitionsOf(world), second)!
  switch (action) {
    case 'elect': logs.elect(world, partition); return true
    case 'truncate': logs.truncate(world, partition, { number: third, poweredOff: false }); return true
    case 'power cut': if (first % 4 === 0) logs.cutPower(world, third); return true
    case 'disturb': logs.disturb(world, third); return true
    case 'foreign': logs.append(partition, 'foreign'); return true
    case 'expire': if (first % 2 === 0) logs.expire(world, partition, third); return true
    case 'compact': logs.compact(partition, third); return true
    default: return false
  }
}

const groupSteps = (world: World, [action, first, second, third]: Step): void => {
  const share = choose(sharesOf(world), first)
  if (share === undefined) return
  const member = choose(share.group.members, second)!
  switch (action) {
    case 'poll':
      if (third % 2 === 0) share.partition.stable = share.partition.end
      consuming.poll(world, share, { count: 1 + second % 4, number: third })
      break
    case 'commit': consuming.commit(world, share, third); break
    case 'commit late': consuming.carryOutLateCommit(share); break
    case 'rebalance': consuming.rebalance(world, share, { member, manner: third }); break
    case 'crash': consuming.crash(world, share.group, member); break
    case 'seek': consuming.seek(world, share, third); break
    default: throw new Error(`No part of the simulation knows the step ${action}.`)
  }
}

const carryOut = (world: World, step: Step): void => {
  if (!sendSteps(world, step) && !clusterSteps(world, step)) groupSteps(world, step)
}

/** What is on its way arrives or never will, transactions end, every log is replicated, and every group reads to the end. */
const finish = (world: World): void => {
  for (const [index, send] of world.sends.entries()) {
    if (producing.canLand(world, send) && (index % 2 === 0 || send.fate === 'landed')) producing.land(send)
    else if (send.fate === 'waiting') send.fate = 'gone'
  }
  for (const transaction of world.transactions) if (transaction.fate === 'open' || transaction.fate === 'committing') end(world, transaction)
  for (const partition of partitionsOf(world)) partition.stable = partition.end
  for (const partition of partitionsOf(world)) if (isWithoutAnswer(world, partition)) settle(world, partition)
  consuming.drain(world, sharesOf(world))
}

/** After everything was healed, records were sent there and none was acknowledged: that would be stalled. */
const isWithoutAnswer = (world: World, partition: Partition): boolean => {
  const late = world.sends.filter(send => send.partition === partition && send.at > world.healed && world.healed !== -1)

  return late.some(({ outcome }) => outcome !== 'rejected') && !late.some(({ outcome }) => outcome === 'acknowledged')
}

const settle = (world: World, partition: Partition): void => {
  producing.write(world, newProducer(world), partition)
  partition.stable = partition.end
}

/** One that has done nothing yet. */
export const newProducer = (world: World, kind: ProducerKind = 'idempotent'): Producer => {
  const others = new Set(world.producers.map(({ name }) => name)).size

  return producing.startProducer(world, `p${others + 1}`, { kind, tellsOffset: true, numbered: others % 2 === 0 })
}
