/**
 * The producers' side: a send is said, may reach the log (once, more than once where the client retries, or never), and its client
 * may hear of it. What the client says is true: a rejected record is not in the log, and an acknowledged one was.
 */
import { append } from './logs.ts'
import { openTransaction, abandon } from './transactions.ts'
import { choose, placeOf, tell, tick, type Partition, type Producer, type Send, type World } from './world.ts'
import type { ProducerPlan } from './plan.ts'

const saysNothing = new Set(['unsaid'])

/** A producer begins, or begins again. */
export const startProducer = (world: World, name: string, plan: ProducerPlan): Producer => {
  const before = world.producers.findLast(producer => producer.name === name)
  const transactional = plan.kind === 'transactional'
  if (before !== undefined && transactional) abandon(world, before)
  const producer: Producer = {
    name, plan, incarnation: (before?.incarnation ?? 0) + 1, fenced: false, transaction: null, sent: 0,
    idempotent: ['idempotent', 'unsaid', 'transactional', 'chooser'].includes(plan.kind),
    weak: plan.kind === 'leader-only' || plan.kind === 'no-acks',
    oneInFlight: plan.kind === 'one-in-flight'
  }
  if (before !== undefined) before.fenced = true
  world.producers.push(producer)
  if (!saysNothing.has(plan.kind)) tell(world, { event: 'producer', producer: name, incarnation: producer.incarnation, ...contractOf(producer) })

  return producer
}

const contractOf = ({ plan, name, idempotent, weak, oneInFlight }: Producer): Record<string, unknown> => {
  if (plan.kind === 'transactional') return { acks: -1, transactionalId: `transactions of ${name}` }
  if (weak) return { acks: plan.kind === 'no-acks' ? 0 : '1' }

  return { acks: 'all', idempotent, maxInFlight: oneInFlight ? 1 : 5 }
}

export const idOf = (producer: Producer): string => {
  producer.sent += 1

  return producer.incarnation === 1 ? `${producer.name}:${producer.sent}` : `${producer.name}.${producer.incarnation}:${producer.sent}`
}

export interface SendOptions {
  readonly id?: string
  readonly attempt?: number
  readonly number?: number
  readonly key?: string
  readonly tombstone?: boolean
  /** Not in a transaction, whatever the producer is. */
  readonly outside?: boolean
}

/** The application sends a record, or one again. */
export const say = (world: World, producer: Producer, partition: Partition, options: SendOptions = {}): Send => {
  const { id = idOf(producer), attempt = 1, number = 0, key: ownKey, tombstone: ownTombstone = false, outside = false } = options
  const transaction = producer.plan.kind === 'transactional' && !outside ? openTransaction(world, producer) : null
  // A partitioner sends each key to one partition.
  const key = partition.topic.compacted ? ownKey ?? `key ${number % 3} of partition ${partition.number}` : null
  const tombstone = key !== null && (ownKey === undefined ? number % 5 === 4 : ownTombstone)
  const sequence = world.sends.filter(send => send.producer === producer && send.partition === partition).length
  const { plan: { kind, numbered } } = producer
  const { at } = tell(world, {
    event: 'send', id, ...attempt === 1 ? {} : { attempt }, producer: producer.name, ...producer.incarnation === 1 ? {} : { incarnation: producer.incarnation },
    ...kind === 'chooser' ? { topic: partition.topic.name } : placeOf(partition),
    ...numbered && kind !== 'chooser' ? { sequence } : {}, ...transaction === null ? {} : { transaction: transaction.name },
    ...key === null ? {} : { key }, ...tombstone ? { tombstone } : {}
  })
  const send: Send = { id, attempt, producer, partition, at, transaction, key, tombstone, outcome: 'none', outcomeAt: Infinity, offset: null, fate: 'waiting', landed: -1 }
  world.sends.push(send)
  transaction?.sends.push(send)

  return send
}

export const latestAttempt = (world: World, { id }: Send): Send => world.sends.findLast(send => send.id === id)!

const before = (world: World, send: Send): readonly Send[] =>
  world.sends.slice(0, world.sends.indexOf(send)).filter(({ producer, partition }) => producer === send.producer && partition === send.partition)

/** Whether the broker could take it now: idempotent producers keep their order, and one in flight means one. */
export const canLand = (world: World, send: Send): boolean => {
  if (send.fate !== 'waiting') return false
  if (send.producer.idempotent) return !before(world, send).some(({ fate }) => fate === 'waiting')
  if (send.producer.oneInFlight && send.outcome === 'none') return !before(world, send).some(({ outcome }) => outcome === 'none')

  return true
}

export const land = (send: Send): void => {
  send.landed = append(send.partition, 'record', send).offset
  send.fate = 'landed'
}

/** A try whose answer was lost is made again, by a client whose tries are not numbered. */
export const landAgain = (send: Send): void => {
  if (send.fate === 'landed' && send.outcome === 'none' && !send.producer.idempotent && send.producer.plan.kind !== 'no-acks') land(send)
}

const hear = (world: World, send: Send, outcome: Send['outcome'], more: Record<string, unknown>): void => {
  send.outcome = outcome
  send.outcomeAt = tell(world, { event: outcome, id: send.id, ...send.attempt === 1 ? {} : { attempt: send.attempt }, ...more }).at
}

export const acknowledge = (world: World, send: Send): void => {
  const { producer: { plan: { kind, tellsOffset } }, partition } = send
  if (send.outcome !== 'none' || (send.fate !== 'landed' && kind !== 'no-acks')) return
  if (!send.producer.weak) partition.stable = Math.max(partition.stable, send.landed + 1)
  send.offset = tellsOffset && kind !== 'no-acks' ? send.landed : null
  hear(world, send, 'acknowledged', { ...send.offset === null ? {} : { offset: send.offset }, ...kind === 'chooser' ? placeOf(partition) : {} })
}

export const reject = (world: World, send: Send): void => {
  if (send.outcome !== 'none' || send.fate !== 'waiting' || send.landed !== -1) return
  send.fate = 'gone'
  hear(world, send, 'rejected', { error: 'NOT_ENOUGH_REPLICAS' })
}

/** The client gives up; the record may still come, or not. */
export const lapse = (world: World, send: Send, number: number): void => {
  if (send.outcome !== 'none') return
  if (send.fate === 'waiting' && number % 3 === 0) send.fate = 'gone'
  hear(world, send, 'indeterminate', { error: 'REQUEST_TIMED_OUT' })
}

export const believe = (world: World, send: Send): void => {
  tell(world, { event: 'believed', id: send.id })
  world.believed.add(send.id)
}

/** A record that goes the whole way: sent, written, acknowledged. */
export const write = (world: World, producer: Producer, partition: Partition, options: SendOptions = {}): Send => {
  const send = say(world, producer, partition, options)
  if (canLand(world, send)) land(send)
  tick(world)
  acknowledge(world, send)

  return send
}

/** An incarnation that does not know that it is over: nothing of it is accepted. */
export const sendAsZombie = (world: World, partition: Partition, number: number): void => {
  const zombie = choose(world.producers.filter(({ fenced, plan }) => fenced && plan.kind === 'transactional'), number)
  if (zombie === undefined) return
  const send = say(world, zombie, partition, { number, outside: true })
  if (number % 2 === 0) reject(world, send)
  send.fate = 'gone'
}
