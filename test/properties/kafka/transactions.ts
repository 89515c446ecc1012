/**
 * Transactions: begun with the first send, then asked to commit or to abort, then over at the coordinator, and at last heard of by
 * the client, or never. One step at a time, so that consumers poll in between.
 */
import { append } from './logs.ts'
import { acknowledge, canLand, land } from './producing.ts'
import { nextName, sharesOf, tell, type Producer, type Transaction, type World } from './world.ts'

export const sayPhase = (world: World, transaction: Transaction, phase: string): void => {
  const { name, producer } = transaction
  transaction.phase = phase
  transaction.heardAt = tell(world, { event: 'transaction', transaction: name, producer: producer.name, incarnation: producer.incarnation, phase }).at
}

export const openTransaction = (world: World, producer: Producer): Transaction => {
  if (producer.transaction !== null) return producer.transaction
  const transaction: Transaction = { name: nextName(world, 'transaction'), producer, sends: [], commits: [], phase: 'begun', heardAt: 0, fate: 'open' }
  producer.transaction = transaction
  world.transactions.push(transaction)
  sayPhase(world, transaction, 'begun')

  return transaction
}

/** Whether the next send can go into the producer's transaction. */
export const takesSends = ({ transaction }: Producer): boolean => transaction === null || (transaction.fate === 'open' && transaction.phase === 'begun')

/** The coordinator ends it: markers in every log that has records of it, and the offsets committed in it count. */
export const end = (world: World, transaction: Transaction): void => {
  for (const send of transaction.sends) if (send.fate === 'waiting') send.fate = 'gone'
  const committed = transaction.fate === 'committing'
  for (const partition of new Set(transaction.sends.filter(({ fate }) => fate === 'landed').map(send => send.partition))) {
    append(partition, 'marker')
    // A marker is written as records are: to all in-sync replicas.
    partition.stable = partition.end
  }
  transaction.fate = committed ? 'committed' : 'aborted'
  if (!committed) return
  for (const commit of transaction.commits) {
    const share = sharesOf(world).find(({ commits }) => commits.includes(commit))!
    share.resume = commit.offset
  }
}

const isOver = ({ fate }: Transaction): boolean => fate === 'committed' || fate === 'aborted'

export const stepTransaction = (world: World, producer: Producer, { choice, silence }: { readonly choice: number, readonly silence: number }): void => {
  const { transaction } = producer
  if (transaction === null) return
  if (transaction.phase === 'begun' && !isOver(transaction)) {
    for (const send of transaction.sends) if (canLand(world, send)) land(send)
    const whole = transaction.sends.every(({ fate, outcome }) => fate === 'landed' && outcome !== 'indeterminate')
    if (whole && choice % 3 !== 0) {
      for (const send of transaction.sends) if (send.outcome === 'acknowledged' || silence % 4 !== 0) acknowledge(world, send)
      sayPhase(world, transaction, 'committing')
      transaction.fate = 'committing'
    } else {
      sayPhase(world, transaction, 'aborting')
    }
  } else if (!isOver(transaction)) {
    end(world, transaction)
  } else {
    if (silence % 7 === 6) sayPhase(world, transaction, 'indeterminate')
    else if (silence % 7 !== 5) sayPhase(world, transaction, transaction.fate)
    producer.transaction = null
  }
}

/** Its client is gone: the coordinator finishes what was decided and aborts the rest. */
export const abandon = (world: World, producer: Producer): void => {
  const { transaction } = producer
  producer.transaction = null
  if (transaction !== null && !isOver(transaction)) end(world, transaction)
  for (const send of world.sends) if (send.producer === producer && send.fate === 'waiting') send.fate = 'gone'
}
