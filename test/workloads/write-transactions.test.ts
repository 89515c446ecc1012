/** A producer's transactions: what is on record before the client is called, what is aborted, and who takes over a transactional id. */
import { describe, expect, test } from 'vitest'
import type { Driver, OpenTransaction, TransactionalClient, TransactionEnd } from '../../harness/clients/driver.ts'
import { milliseconds, seconds } from '../../harness/model/duration.ts'
import type { Outcome, ProducerRecorder } from '../../harness/model/recorder.ts'
import { topic } from '../../harness/model/topic.ts'
import type { ProducerPlan } from '../../harness/model/workload.ts'
import { numberedWrites, type Transactions } from '../../harness/workloads/numbered-writes.ts'
import { openTransactionalWriter } from '../../harness/workloads/write-transactions.ts'

const orders = topic('orders', { partitions: 2 })
const planOf = (transactions: Transactions): ProducerPlan => {
  const [plan] = numberedWrites({ to: orders, acks: 'all', producers: 1, transactions }).clients
  if (plan?.kind !== 'producer') throw new Error('There is no producer.')

  return plan
}

interface Behaviour {
  readonly transactions?: Transactions
  readonly send?: (sends: number) => Outcome
  readonly end?: (asked: 'committed' | 'aborted', ends: number) => TransactionEnd
}

/** A send takes a turn of the event loop, so that flat out does not mean without end. */
const turn = (): Promise<void> => new Promise(resolve => { setImmediate(() => { resolve() }) })

/** What was recorded and what the client was asked for, in their order, until so many transactions have ended. */
const story = async ({ transactions = { records: 4 }, send = () => ({ kind: 'acknowledged', baseOffset: 0 }), end = phase => ({ phase }) }: Behaviour, until: number): Promise<readonly string[]> => {
  const told: string[] = []
  const ids: string[] = []
  let [sends, ends, incarnation] = [0, 0, 0]
  const recorder = (): ProducerRecorder => {
    incarnation += 1
    const own = incarnation

    return {
      producer: 1, incarnation: own,
      sent: ({ partition, count, transaction }) => { told.push(`${transaction}: ${count} to ${partition}`) },
      settled: (_batch, { kind }) => { told.push(kind) },
      believed: () => undefined,
      transaction: (name, phase) => { told.push(`${name} ${phase}`) },
      close: () => { told.push(`incarnation ${own} closed`) }
    }
  }
  const openTransactional: Driver['openTransactional'] = async ({ transactionalId }): Promise<TransactionalClient> => {
    ids.push(transactionalId)
    let spent = false
    const finish = async (asked: 'committed' | 'aborted'): Promise<TransactionEnd> => {
      ends += 1
      told.push(`client: ${asked}`)
      const ended = end(asked, ends)
      spent ||= ended.phase === 'indeterminate'

      return ended
    }
    const open: OpenTransaction = {
      send: async () => {
        await turn()
        sends += 1
        const outcome = send(sends)
        spent ||= outcome.kind === 'indeterminate'

        return outcome
      },
      sendOffset: () => { throw new Error('A producer has no offsets to commit.') },
      commit: () => finish('committed'),
      abort: () => finish('aborted')
    }

    return { begin: async () => open, spent: () => spent, close: async () => undefined }
  }
  const driver = { name: 'fake', openTransactional } as unknown as Driver
  const writer = await openTransactionalWriter({ plan: planOf(transactions), run: 'r', driver, bootstrap: [], now: () => 7, openIncarnation: recorder })
  writer.start()
  while (ends < until) await turn()
  await writer.stopSending()
  await writer.close()
  expect(new Set(ids)).toEqual(new Set(['r.p1']))

  return told
}

test('a transaction that would stay open beyond its time is refused', () => {
  expect(() => planOf({ openFor: seconds(10) })).toThrow('transactions.openFor is 10 s; it must be less than the timeout of 10 s.')
})

describe('a producer with transactions', () => {
  test('spreads each over all partitions, and tells what it is about to do before it does it', async () => {
    expect((await story({}, 1)).slice(0, 8)).toEqual([
      'p1.1#1 begun', 'p1.1#1: 2 to 0', 'acknowledged', 'p1.1#1: 2 to 1', 'acknowledged', 'p1.1#1 committing', 'client: committed', 'p1.1#1 committed'
    ])
  })

  test('stays open for as long as it was told to, and asks for its end then', async () => {
    const began = performance.now()
    const told = await story({ transactions: { records: 4, openFor: milliseconds(50) } }, 2)

    expect(told.filter(line => /client|begun/.test(line)).slice(0, 4)).toEqual(['p1.1#1 begun', 'client: committed', 'p1.1#2 begun', 'client: committed'])
    expect(performance.now() - began).toBeGreaterThan(90)
  })

  test('aborts every so many-th on purpose', async () => {
    const ends = (await story({ transactions: { records: 4, abortEvery: 3 } }, 6)).filter(line => line.startsWith('client')).slice(0, 6)

    expect(ends).toEqual(['client: committed', 'client: committed', 'client: aborted', 'client: committed', 'client: committed', 'client: aborted'])
  })

  test('aborts one with a send that was refused, sends no more of it, and goes on as it is', async () => {
    const told = await story({ send: sends => sends === 1 ? { kind: 'rejected', error: 'MESSAGE_TOO_LARGE' } : { kind: 'acknowledged', baseOffset: 0 } }, 2)

    expect(told.slice(0, 7)).toEqual(['p1.1#1 begun', 'p1.1#1: 2 to 0', 'rejected', 'p1.1#1 aborting', 'client: aborted', 'p1.1#1 aborted', 'p1.1#2 begun'])
  })

  test('gives way to a new incarnation after a send that nobody knows of', async () => {
    const told = await story({ send: sends => sends === 2 ? { kind: 'indeterminate', error: 'TIMEOUT' } : { kind: 'acknowledged', baseOffset: 0 } }, 2)

    expect(told.slice(4, 10)).toEqual(['indeterminate', 'p1.1#1 aborting', 'client: aborted', 'p1.1#1 aborted', 'incarnation 1 closed', 'p1.2#1 begun'])
  })

  test('is taken over at the end too, where nobody knows how its last transaction ended', async () => {
    const told = await story({ end: () => ({ phase: 'indeterminate', error: 'TIMEOUT' }) }, 1)

    expect(told.slice(-3)).toEqual([expect.stringMatching(/^p1\.\d+#1 indeterminate$/), expect.stringMatching(/^incarnation \d+ closed$/), expect.stringMatching(/^incarnation \d+ closed$/)])
  })

  test('calls a commit without an answer neither committed nor aborted, and gives way as well', async () => {
    const told = await story({ end: (phase, ends) => ends === 1 ? { phase: 'indeterminate', error: 'TIMEOUT' } : { phase } }, 2)

    expect(told.slice(5, 10)).toEqual(['p1.1#1 committing', 'client: committed', 'p1.1#1 indeterminate', 'incarnation 1 closed', 'p1.2#1 begun'])
  })
})

describe('a plan of transactions', () => {
  test.for<[string, () => unknown, RegExp]>([
    ['acks 1', () => numberedWrites({ to: orders, acks: '1', producers: 1, transactions: {} }), /transactions need acks "all"/],
    ['no idempotence', () => numberedWrites({ to: orders, acks: 'all', idempotent: false, producers: 1, transactions: {} }), /and idempotence/],
    ['fewer records than partitions', () => planOf({ records: 1 }), /transactions\.records is 1/],
    ['nothing but aborts', () => planOf({ abortEvery: 1 }), /transactions\.abortEvery is 1/]
  ])('is refused with %s', ([, make, message]) => {
    expect(make).toThrow(message)
  })
})
