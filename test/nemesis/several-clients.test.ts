/** Whom experiments with transactions hit: several consumers at once, and whoever coordinates transactions. */
import { describe, expect, test } from 'vitest'
import type { ClientProcess } from '../../harness/model/cluster.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { topic } from '../../harness/model/topic.ts'
import { consumers, oneProducer, transactionCoordinator } from '../../harness/nemesis/index.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { fakeSubject, partitionState } from '../fake-cluster.ts'

const client = (name: string, more: Partial<ClientProcess> = {}): ClientProcess => ({ name, role: 'consumer', running: () => true, ...more } as ClientProcess)

describe('several consumers', () => {
  const clients = [client('c1'), client('c2'), client('c3'), client('c4', { running: () => false }), client('p1', { role: 'producer' })]
  const chosen = async (count: number, seed: string): Promise<readonly string[]> =>
    (await consumers(count).choose(fakeSubject({ clients }), randomFrom(seed))).map(({ name }) => name)

  test('are so many different ones that run, and in time each of them', async () => {
    const all = await Promise.all(Array.from({ length: 30 }, (_, seed) => chosen(2, String(seed))))

    expect(all.map(names => new Set(names).size)).toEqual(all.map(() => 2))
    expect(new Set(all.flat())).toEqual(new Set(['c1', 'c2', 'c3']))
  })

  test('are all that there are, if more are asked for, and none is a failure', async () => {
    expect(new Set(await chosen(5, 'a'))).toEqual(new Set(['c1', 'c2', 'c3']))
    await expect(consumers(2).choose(fakeSubject(), randomFrom('a'))).rejects.toThrow('No consumer runs')
    expect(() => consumers(0)).toThrow('consumers(0)')
  })
})

describe('one producer of a workload', () => {
  const orders = topic('orders')
  const writes = numberedWrites({ to: orders, acks: 'all', producers: 2, firstProducer: 2 })
  const clients = ['p1', 'p2', 'p3', 'p4'].map(name => client(name, { role: 'producer' }))

  test('is one of its own, each in time, and no other', async () => {
    const all = await Promise.all(Array.from({ length: 30 }, (_, seed) => oneProducer({ of: writes }).choose(fakeSubject({ clients }), randomFrom(String(seed)))))

    expect(new Set(all.flat().map(({ name }) => name))).toEqual(new Set(['p2', 'p3']))
    expect(oneProducer({ of: writes }).description).toBe('one of the producers p2, p3')
  })

  test('is nobody where none of them runs, or the workload has none', async () => {
    await expect(oneProducer({ of: writes }).choose(fakeSubject({ clients: clients.slice(0, 1) }), randomFrom('a'))).rejects.toThrow('No producer runs at the moment that could be one of the producers p2, p3.')
    expect(() => oneProducer({ of: groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work' }) })).toThrow('has no producer')
  })
})

describe('a coordinator of transactions', () => {
  const state = (partition: number, leader: number | undefined) => ({ ...partitionState(partition, leader), topic: '__transaction_state' })

  test('leads a partition of Kafka\'s own topic, and bears the role as long as it does', async () => {
    let leaders: readonly (number | undefined)[] = [undefined, 2]
    const subject = fakeSubject({ partitions: () => leaders.map((leader, partition) => state(partition, leader)) })
    const nodes = await transactionCoordinator().choose(subject, randomFrom('a'))
    const held = async (): Promise<boolean | undefined> => (await transactionCoordinator().role?.(subject, nodes))?.held

    expect(nodes.map(({ id }) => id)).toEqual([2])
    expect(await held()).toBe(true)
    leaders = [3, 1]
    expect(await held()).toBe(false)
  })

  test('is nobody before there were transactions', async () => {
    await expect(transactionCoordinator().choose(fakeSubject({ partitions: () => [partitionState(0, 1)] }), randomFrom('a'))).rejects.toThrow('Nobody coordinates transactions')
  })
})
