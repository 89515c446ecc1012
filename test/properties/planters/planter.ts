/**
 * What every planter works with: a partition of a finished legal run in which nothing was found, or a new one, and legal acts that
 * prepare a crime there: records that everybody is given, and groups that come to read.
 */
import type { Level, Place, Sum } from '../expected/findings.ts'
import { placeIn } from '../expected/findings.ts'
import { look, mayBeLost, mayBeTruncated } from '../expected/visible.ts'
import { assign, deliver, work } from '../kafka/consuming.ts'
import { readable } from '../kafka/logs.ts'
import type { GroupPlan, Plan, ProducerKind } from '../kafka/plan.ts'
import { acknowledge, land, say, write, type SendOptions } from '../kafka/producing.ts'
import { addGroup, newProducer } from '../kafka/simulate.ts'
import {
  choose, nextName, sharesOfPartition, type Entry, type Line, type Partition, type Producer, type Send, type Share, type World
} from '../kafka/world.ts'

export interface Ground {
  readonly world: World
  readonly partition: Partition
  /** What the judge has to say; a planter adds what its crime comes to, by the table of the history format. */
  readonly sum: Sum
  /** From 1 to 3. */
  readonly count: number
  /** For choices; any number from 0. */
  readonly variant: number
}

export interface Planter {
  readonly anomaly: string
  /** What the run must be like. */
  readonly plan?: (plan: Plan) => Plan
  readonly suits?: (world: World, partition: Partition) => boolean
  readonly plant: (ground: Ground) => void
}

export const notCompacted = (_: World, { topic }: Partition): boolean => !topic.compacted
export const withoutReaders = (world: World, partition: Partition): boolean => sharesOfPartition(world, partition).length === 0

/** The audits of brokers' disks repeat what a client's audit shows, which would count some crimes twice. */
export const oneAudit = (plan: Plan): Plan => ({ ...plan, audit: { ...plan.audit, replicas: 'none' } })

export const times = (count: number, act: (index: number) => void): void => { for (let index = 0; index < count; index++) act(index) }

/** Everybody who owns the partition is given what is new in it. */
export const handOut = (world: World, partition: Partition, working: 'working' | 'idle' = 'working'): void => {
  partition.stable = partition.end
  for (const share of sharesOfPartition(world, partition)) {
    if (share.owner !== null) readOn(world, share, readable(partition, share.owner.position, share.group.plan.isolation), working)
  }
}

/** The owner is given these. Idle: it has worked on them before, when it was given other copies; on what it had sought past it has not. */
export const readOn = (world: World, share: Share, entries: readonly Entry[], working: 'working' | 'idle' = 'working'): void => {
  const holder = share.owner!
  for (const entry of entries) {
    deliver(world, share, entry, { member: holder.member, holder })
    if (working === 'working' || !share.group.processed.has(entry.send!.id)) work(world, share, { member: holder.member, id: entry.send!.id, number: 0 })
  }
}

/** A key that no other record has, so that compaction explains nothing. */
export const ownKey = (world: World, { topic }: Partition): SendOptions => (topic.compacted ? { key: nextName(world, 'own key ') } : {})

export const sayFresh = (world: World, partition: Partition, producer: Producer = newProducer(world)): Send => say(world, producer, partition, ownKey(world, partition))

/** A record that was written and acknowledged, and that every owner was given. */
export const fresh = (world: World, partition: Partition, producer: Producer = newProducer(world)): Send => {
  const send = write(world, producer, partition, ownKey(world, partition))
  handOut(world, partition)

  return send
}

/** Records that went the whole way before the planter came, or new ones. */
export const settledRecords = ({ world, partition, count, variant }: Ground, kind: ProducerKind = 'idempotent'): readonly Send[] => {
  const found = variant % 2 === 0 || partition.topic.compacted
    ? []
    : world.sends.filter(send => send.partition === partition && isSettled(world, send))

  return found.length >= count ? found.slice(0, count) : Array.from({ length: count }, () => fresh(world, partition, newProducer(world, kind)))
}

const isSettled = (world: World, send: Send): boolean => {
  const copies = send.partition.entries.filter(entry => entry.send === send)

  return send.outcome === 'acknowledged' && send.transaction === null && copies.length === 1 && copies[0]!.offset === send.offset
    && world.sends.filter(({ id }) => id === send.id).length === 1
}

export const entryOf = (send: Send): Entry => send.partition.entries.find(entry => entry.send === send)!

export const remove = (send: Send): void => {
  send.partition.entries = send.partition.entries.filter(entry => entry.send !== send)
}

export const landAndAnswer = (world: World, send: Send): void => {
  land(send)
  acknowledge(world, send)
}

/** The line that told a send's outcome. */
export const answerOf = (world: World, { id }: Send): Line => world.lines.find(line => line.event === 'acknowledged' && line['id'] === id)!

const modes = ['after-work', 'automatic', 'after-work', 'before-work', 'none'] as const

/** A group of its own, whose first member owns the partition from its beginning. */
export const observer = ({ world, partition, variant }: Pick<Ground, 'world' | 'partition' | 'variant'>, plan: Partial<GroupPlan> = {}): Share => {
  const name = nextName(world, 'observer ')
  const group = addGroup(world, name, {
    plan: { topic: 0, commits: choose(modes, variant)!, isolation: choose(['read_uncommitted', 'read_committed'] as const, variant)!, reset: 'earliest', members: 2, effects: 'none', assignments: 'told', ...plan },
    partitions: [partition], members: [`c1 of ${name}`, `c2 of ${name}`]
  })
  const [share] = group.shares
  assign(world, share!, group.members[0]!)

  return share!
}

/** What an observer has still to read, in order. */
export const ahead = ({ partition, owner, group }: Share): readonly Entry[] => readable(partition, owner!.position, group.plan.isolation)

/** How many of these records the final audit will show as visible. */
export const visibleOf = (world: World, entries: readonly Entry[]): number =>
  look(world).copies.filter(({ entry, visibility }) => visibility === 'visible' && entries.includes(entry)).length

export const groupPlace = ({ partition, group }: Share): Place => ({ ...placeIn(partition), group: group.name })

export const levelOfLoss = (world: World, send: Send): Level => (mayBeLost(world, send) ? 'permitted' : 'violation')
export const levelOfLog = (world: World, partition: Partition): Level => (mayBeTruncated(world, partition) ? 'permitted' : 'violation')
const maySkip = ({ group }: Share): boolean => ['automatic', 'before-work', 'none'].includes(group.plan.commits)

/** Of what it received. */
export const levelOfWork = (share: Share): Level => (maySkip(share) ? 'permitted' : 'violation')

/** Of what was there, and told to be, before the group passed it, and was not given to it. */
export const levelOfPassing = (world: World, share: Share): Level => (maySkip(share) ? 'permitted' : levelOfGap(world, share.partition))

/** Where a log may be cut off, only one in which nothing stands but what everybody is given tells who passed what. */
export const levelOfGap = (world: World, partition: Partition): Level => {
  const isOpenToAll = !partition.topic.compacted && partition.entries.every(({ kind }) => kind !== 'foreign')
    && world.sends.every(send => send.partition !== partition || send.transaction === null)

  return mayBeTruncated(world, partition) && !isOpenToAll ? 'permitted' : 'violation'
}
