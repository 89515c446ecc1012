/** Kafka's own topics are flushed where the power is cut and somebody uses them, before anybody does. */
import { expect, test } from 'vitest'
import { kill, powerCut } from '../../harness/faults/index.ts'
import { milliseconds } from '../../harness/model/duration.ts'
import type { Fault, ScheduledFault } from '../../harness/model/fault.ts'
import { topic } from '../../harness/model/topic.ts'
import type { ClientPlan } from '../../harness/model/workload.ts'
import { allBrokers } from '../../harness/nemesis/index.ts'
import { flushInternalTopics } from '../../harness/run/flush-internal-topics.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { groupTransforms } from '../../harness/workloads/group-transforms.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { fakeMetadata, partitionState } from '../fake-cluster.ts'

const orders = topic('orders')
const writers = numberedWrites({ to: orders, acks: 'all', producers: 1 }).clients
const readers = groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work' }).clients
const transactional = numberedWrites({ to: orders, acks: 'all', producers: 1, transactions: {} }).clients

const step = (fault: Fault): ScheduledFault => ({ at: milliseconds(1), lasting: milliseconds(1), fault, stream: 'fault 1', overlapping: false })

/** What is asked and done, in order; each topic is there, whole, only when its coordinator has been asked for twice. */
const flushed = async (fault: Fault, clients: readonly ClientPlan[], { refuses }: { readonly refuses?: true } = {}): Promise<readonly string[]> => {
  const calls: string[] = []
  const coordinator = (name: string) => () => {
    calls.push(`ask for ${name}`)

    return Promise.resolve(calls.filter(call => call === `ask for ${name}`).length > 1 ? 2 : undefined)
  }
  const told = await flushInternalTopics({
    metadata: {
      ...fakeMetadata({}),
      coordinatorOf: coordinator('groups'),
      transactionCoordinatorOf: coordinator('transactions'),
      partitions: ([name = '']) => Promise.resolve([{ ...partitionState(0, 1), topic: name }])
    },
    operations: { configureTopic: (name, change) => {
      if (refuses) return Promise.reject(new Error('TOPIC_AUTHORIZATION_FAILED'))
      calls.push(`${name} ${JSON.stringify(change)}`)

      return Promise.resolve()
    } },
    schedule: [step(fault)],
    clients,
    signal: new AbortController().signal
  })

  return [...calls, ...told.map(sentence => sentence.replace(/ has .*/, ' is told'))]
}

const offsetsFlushed = ['ask for groups', 'ask for groups', '__consumer_offsets {"flush.messages":"1"}', '__consumer_offsets is told']

test('what groups commit is flushed where the power is cut', async () => {
  expect(await flushed(powerCut(allBrokers()), [...writers, ...readers])).toEqual(offsetsFlushed)
})

test('so is the state of transactions, once its topic is there', async () => {
  expect(await flushed(powerCut(allBrokers()), transactional))
    .toEqual(['ask for transactions', 'ask for transactions', '__transaction_state {"flush.messages":"1"}', '__transaction_state is told'])
})

test('a group that writes in transactions uses both, and one that writes without uses its commits alone', async () => {
  const transforms = { from: orders, to: topic('invoices'), group: 'invoicing', members: 1 }

  expect(await flushed(powerCut(allBrokers()), groupTransforms(transforms).clients)).toEqual(expect.arrayContaining(['__consumer_offsets is told', '__transaction_state is told']))
  expect(await flushed(powerCut(allBrokers()), groupTransforms({ ...transforms, transactionalIds: 'none' }).clients)).toEqual(offsetsFlushed)
})

test('nothing is changed where nobody uses them, or nothing cuts the power', async () => {
  expect(await flushed(powerCut(allBrokers()), writers)).toEqual([])
  expect(await flushed(kill(allBrokers()), [...readers, ...transactional])).toEqual([])
})

test('a cluster that refuses it cannot be judged after a power cut', async () => {
  await expect(flushed(powerCut(allBrokers()), readers, { refuses: true })).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED')
})
