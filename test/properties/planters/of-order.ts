/** Crimes against order, transactions and time. */
import { placeIn } from '../expected/findings.ts'
import { acknowledge, land, lapse, say, startProducer } from '../kafka/producing.ts'
import { append, disturb } from '../kafka/logs.ts'
import { newProducer } from '../kafka/simulate.ts'
import { end, sayPhase } from '../kafka/transactions.ts'
import { choose, nextName, tell, type Entry, type Partition, type Producer, type Send, type World } from '../kafka/world.ts'
import {
  ahead, entryOf, fresh, groupPlace, handOut, landAndAnswer, levelOfLog, levelOfLoss, notCompacted, observer, ownKey, readOn, remove, sayFresh, times, type Planter
} from './planter.ts'

/** All in flight together, and written in the opposite order. */
const reordered: Planter = {
  anomaly: 'reordered',
  plant: ({ world, partition, sum, count, variant }) => {
    const kind = choose(['idempotent', 'plain', 'one-in-flight', 'leader-only'] as const, variant)!
    const producer = newProducer(world, kind)
    const sends = Array.from({ length: count + 1 }, () => sayFresh(world, partition, producer))
    for (const send of sends.toReversed()) land(send)
    for (const send of sends) acknowledge(world, send)
    handOut(world, partition)
    sum.add('reordered', kind === 'idempotent' ? levelOfLog(world, partition) : 'permitted', placeIn(partition), count)
  }
}

/** The first is acknowledged at an offset above the one that the second, sent afterwards, gets. */
const overtake = (world: World, partition: Partition, [one, other]: readonly [Producer, Producer]): Send => {
  const first = sayFresh(world, partition, one)
  const hole = append(partition, 'foreign')
  landAndAnswer(world, first)
  const second = sayFresh(world, partition, other)
  const entry: Entry = { ...hole, kind: 'record', send: second }
  partition.entries = partition.entries.map(here => (here === hole ? entry : here))
  Object.assign(second, { landed: hole.offset, fate: 'landed' })
  acknowledge(world, second)
  handOut(world, partition)

  return first
}

const reorderedInTurn: Planter = {
  anomaly: 'reordered (one in flight)',
  plant: ({ world, partition, sum }) => {
    const producer = newProducer(world, 'one-in-flight')
    const first = overtake(world, partition, [producer, producer])
    sum.add('reordered', levelOfLog(world, partition), placeIn(partition))
    sum.add('stale-order', levelOfLoss(world, first), placeIn(partition))
  }
}

const staleOrder: Planter = {
  anomaly: 'stale-order',
  plant: ({ world, partition, sum, count, variant }) => {
    times(count, () => {
      const first = overtake(world, partition, [newProducer(world, choose(['idempotent', 'leader-only', 'plain'] as const, variant)), newProducer(world)])
      sum.add('stale-order', levelOfLoss(world, first), placeIn(partition))
    })
  }
}

const abortedRead: Planter = {
  anomaly: 'aborted-read',
  plant: ground => {
    const { world, partition, sum, count } = ground
    const share = observer(ground, { isolation: 'read_committed' })
    readOn(world, share, ahead(share))
    const producer = newProducer(world, 'transactional')
    const sends = Array.from({ length: count }, () => sayFresh(world, partition, producer))
    for (const send of sends) landAndAnswer(world, send)
    const transaction = producer.transaction!
    sayPhase(world, transaction, 'aborting')
    if (ground.variant % 2 === 0) readOn(world, share, sends.map(entryOf))
    end(world, transaction)
    sayPhase(world, transaction, 'aborted')
    if (ground.variant % 2 === 1) readOn(world, share, sends.map(entryOf))
    handOut(world, partition)
    sum.add('aborted-read', 'violation', groupPlace(share), count)
  }
}

const dirtyRead: Planter = {
  anomaly: 'dirty-read',
  plant: ground => {
    const { world, partition, sum, count } = ground
    const share = observer(ground, { isolation: 'read_committed' })
    readOn(world, share, ahead(share))
    const producer = newProducer(world, 'transactional')
    const sends = Array.from({ length: count }, () => sayFresh(world, partition, producer))
    for (const send of sends) landAndAnswer(world, send)
    readOn(world, share, sends.map(entryOf))
    const transaction = producer.transaction!
    if (ground.variant % 3 !== 0) sayPhase(world, transaction, 'committing')
    transaction.fate = 'committing'
    end(world, transaction)
    sayPhase(world, transaction, 'committed')
    handOut(world, partition)
    sum.add('dirty-read', 'violation', groupPlace(share), count)
  }
}

/** One of its records is there and another is not: it is torn, and the other is lost. */
const tornTransaction: Planter = {
  anomaly: 'torn-transaction',
  suits: notCompacted,
  plant: ({ world, partition, sum, count }) => {
    times(count, () => {
      const producer = newProducer(world, 'transactional')
      const sends = Array.from({ length: 3 }, () => sayFresh(world, partition, producer))
      for (const send of sends) landAndAnswer(world, send)
      const transaction = producer.transaction!
      sayPhase(world, transaction, 'committing')
      transaction.fate = 'committing'
      end(world, transaction)
      sayPhase(world, transaction, 'committed')
      handOut(world, partition)
      remove(sends[1]!)
      sum.add('torn-transaction', levelOfLoss(world, sends[1]!), placeIn(partition))
      sum.add('lost', levelOfLoss(world, sends[1]!), placeIn(partition))
    })
  }
}

const zombieWrite: Planter = {
  anomaly: 'zombie-write',
  plant: ({ world, partition, sum, count, variant }) => {
    fresh(world, partition)
    const zombie = newProducer(world, 'transactional')
    if (variant % 2 === 0) startProducer(world, zombie.name, zombie.plan)
    else tell(world, { event: 'producer', producer: nextName(world, 'successor '), acks: 'all', transactionalId: `transactions of ${zombie.name}` })
    times(count, () => {
      const send = say(world, zombie, partition, { ...ownKey(world, partition), outside: true })
      landAndAnswer(world, send)
      sum.add('zombie-write', 'violation', placeIn(partition))
    })
    handOut(world, partition)
  }
}

const stuckTransaction: Planter = {
  anomaly: 'stuck-transaction',
  plan: plan => ({ ...plan, audit: { ...plan.audit, isolation: 'read_uncommitted' } }),
  plant: ({ world, partition, sum, count }) => {
    times(count, () => fresh(world, partition))
    partition.lastStableTold = partition.end - count
    sum.add('stuck-transaction', 'liveness', placeIn(partition))
  }
}

const unavailable: Planter = {
  anomaly: 'unavailable',
  plant: ({ world, partition, sum, count, variant }) => {
    world.unavailableMs ??= 1000
    const producer = newProducer(world)
    const waiting = Array.from({ length: count }, () => sayFresh(world, partition, producer))
    for (const send of waiting) land(send)
    world.now += (world.unavailableMs + 1 + variant) * 1000
    for (const send of waiting) {
      if (variant % 3 === 0) lapse(world, send, 1)
      else acknowledge(world, send)
    }
    handOut(world, partition)
    fresh(world, partition)
    sum.add('unavailable', 'objective', placeIn(partition))
  }
}

/** Everything was healed, and nobody is answered. */
const stalled: Planter = {
  anomaly: 'stalled',
  plant: ({ world, partition, sum, count, variant }) => {
    disturb(world, variant)
    const producer = newProducer(world)
    times(count, () => {
      const send = sayFresh(world, partition, producer)
      if (variant % 2 === 0) lapse(world, send, 0)
      send.fate = 'gone'
    })
    sum.add('stalled', 'liveness', placeIn(partition))
  }
}

export const crimesAgainstOrder: readonly Planter[] = [
  reordered, reorderedInTurn, staleOrder, abortedRead, dirtyRead, tornTransaction, zombieWrite, stuckTransaction, unavailable, stalled
]
