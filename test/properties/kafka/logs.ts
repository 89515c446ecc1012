/**
 * The brokers' side: what appends to a partition's log, moves its leader, cuts its end or its beginning off, and compacts it.
 * A cut takes back only what Kafka may take back: above the high watermark, unless the topic is weak or the power failed.
 */
import { seekTo, takeAway } from './positions.ts'
import { choose, nextName, partitionsOf, placeOf, sharesOfPartition, tell, type Entry, type Partition, type Send, type World } from './world.ts'

export const append = (partition: Partition, kind: Entry['kind'], send: Send | null = null): Entry => {
  const entry: Entry = { kind, offset: partition.end, epoch: partition.epoch, send }
  partition.entries.push(entry)
  partition.end += 1

  return entry
}

/** The first offset of a transaction that is not over; where there is none, the high watermark. */
export const lastStableOf = (partition: Partition): number => {
  const open = partition.entries.find(({ send }) => send?.transaction?.fate === 'open' || send?.transaction?.fate === 'committing')

  return Math.min(partition.stable, open?.offset ?? Infinity)
}

/** What a client is given: no markers, nothing foreign, and with read_committed nothing that is aborted or undecided. */
export const readable = (partition: Partition, from: number, isolation: string): readonly Entry[] => {
  const limit = isolation === 'read_committed' ? lastStableOf(partition) : partition.stable

  return partition.entries.filter(({ kind, offset, send }) =>
    kind === 'record' && offset >= from && offset < limit && (isolation === 'read_uncommitted' || send!.transaction?.fate !== 'aborted'))
}

export const elect = (world: World, partition: Partition): void => {
  partition.epoch += 1
  partition.leader = partition.leader % 3 + 1
  tell(world, { event: 'leader', ...placeOf(partition), leader: partition.leader, epoch: partition.epoch })
}

/** Cuts the log's end off where a new leader's log ends, if it may end there. */
export const truncate = (world: World, partition: Partition, { number, poweredOff }: { readonly number: number, readonly poweredOff: boolean }): void => {
  const decided = partition.entries.findLast(({ kind, send }) => kind === 'marker' || (send?.transaction ?? null) !== null)
  const lowest = Math.max(partition.start, (decided?.offset ?? -1) + 1, partition.topic.weak || poweredOff ? 0 : partition.stable)
  if (lowest >= partition.end) return
  const cut = lowest + number % (partition.end - lowest)
  const removed = partition.entries.filter(({ offset }) => offset >= cut)
  partition.entries = partition.entries.filter(({ offset }) => offset < cut)
  partition.end = cut
  partition.stable = Math.min(partition.stable, cut)
  elect(world, partition)
  for (const { send } of removed) if (send !== null) takeBack(send)
  for (const share of sharesOfPartition(world, partition)) takeAway(world, share, cut, number % 5 < 3)
}

/** A client that has no answer tries again; whoever had one, or gave up, does not. */
const takeBack = (send: Send): void => {
  if (send.outcome === 'none' && send.producer.plan.kind !== 'no-acks' && !send.producer.fenced) send.fate = 'waiting'
  else if (!send.partition.entries.some(entry => entry.send === send)) send.fate = 'gone'
}

/** Three brokers lose their memory at once; what was not on disk is gone. */
export const cutPower = (world: World, number: number): void => {
  const names = number % 2 === 0 ? [nextName(world, 'fault')] : [1, 2, 3].map(() => nextName(world, 'fault'))
  const brokers = (index: number): readonly number[] => (names.length === 1 ? [1, 2, 3] : [index + 1])
  for (const [index, fault] of names.entries()) {
    tell(world, { event: 'fault', fault, phase: 'injecting', what: 'power-cut' })
    tell(world, { event: 'fault', fault, phase: 'injected', brokers: brokers(index), evidence: 'the containers are gone' })
  }
  for (const partition of partitionsOf(world)) if (!partition.topic.flushed) truncate(world, partition, { number, poweredOff: true })
  for (const fault of names) {
    tell(world, { event: 'fault', fault, phase: 'healing' })
    world.healed = tell(world, { event: 'fault', fault, phase: 'healed' }).at
  }
  world.powerCutHealed = world.now
}

/** A disturbance that harms nothing. */
export const disturb = (world: World, number: number): void => {
  const fault = nextName(world, 'fault')
  const what = choose(['pause', 'cut', 'kill', 'power-cut'], number)!
  tell(world, { event: 'fault', fault, phase: 'injecting', what })
  tell(world, { event: 'fault', fault, phase: 'injected', brokers: [1 + number % 3], evidence: 'no answer for 2 s' })
  tell(world, { event: 'fault', fault, phase: 'healing' })
  world.healed = tell(world, { event: 'fault', fault, phase: 'healed' }).at
}

/** Retention: the log begins later. */
export const expire = (world: World, partition: Partition, number: number): void => {
  if (partition.topic.compacted) return
  const limit = lastStableOf(partition)
  const start = partition.start + number % (limit - partition.start + 1)
  partition.start = start
  partition.entries = partition.entries.filter(({ offset }) => offset >= start)
  for (const share of sharesOfPartition(world, partition)) {
    for (const holder of [share.owner, share.zombie]) if (holder !== null && holder.position < start) seekTo(world, share, holder, { offset: start, reason: 'out-of-range' })
  }
}

/** Of each key the last record stays, and its tombstone may go. */
export const compact = (partition: Partition, number: number): void => {
  if (!partition.topic.compacted) return
  const limit = lastStableOf(partition)
  const last = new Map<string | null, number>()
  for (const { offset, send } of partition.entries) if (send !== null && offset < limit && send.transaction?.fate !== 'aborted') last.set(send.key, offset)
  partition.entries = partition.entries.filter(({ offset, send }) => {
    if (send === null || offset >= limit) return true

    return last.get(send.key) === offset ? !(send.tombstone && number % 2 === 0) : offset > (last.get(send.key) ?? -1)
  })
}
