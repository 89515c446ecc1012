/** Whom experiments with transactions hit: several consumers at once, a producer that writes in them, and whoever coordinates them. */
import { describe, expect, test } from 'vitest'
import type { ClientProcess, Subject } from '../../harness/model/cluster.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { topic } from '../../harness/model/topic.ts'
import { consumers, oneMemberOfEach, oneProducer, transactionCoordinator } from '../../harness/nemesis/index.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { fakeSubject } from '../fake-cluster.ts'

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

describe('one member of each group', () => {
  const orders = topic('orders')
  const reading = { from: orders, members: 2, commits: 'after-work' } as const
  const groups = [groupReads({ ...reading, group: 'billing' }), groupReads({ ...reading, group: 'stock', firstMember: 3 })]
  const clients = ['c1', 'c2', 'c3', 'c4', 'c5'].map(name => client(name))

  test('is one of its own in each of them, each in time', async () => {
    const target = oneMemberOfEach(...groups)
    const all = await Promise.all(Array.from({ length: 30 }, (_, seed) => target.choose(fakeSubject({ clients }), randomFrom(String(seed)))))
    const pairs = all.map(chosen => chosen.map(({ name }) => name).join(' '))

    expect(new Set(pairs)).toEqual(new Set(['c1 c3', 'c1 c4', 'c2 c3', 'c2 c4']))
    expect(target.description).toBe('one member of billing and one member of stock')
  })

  test('is nobody where one of the groups has none that runs, or is none', async () => {
    await expect(oneMemberOfEach(...groups).choose(fakeSubject({ clients: clients.slice(0, 2) }), randomFrom('a'))).rejects.toThrow('could be one member of stock')
    expect(() => oneMemberOfEach()).toThrow('one or more groups')
    expect(() => oneMemberOfEach(numberedWrites({ to: orders, acks: 'all', producers: 1 }))).toThrow('has no members of a group')
  })
})

describe('a coordinator of transactions', () => {
  const clients = [client('p1', { role: 'producer', transactionalIds: ['r.p1'] }), client('c1', { transactionalIds: ['r.g.orders-0', 'r.g.orders-1'] }), client('p2', { role: 'producer' })]
  const subjectWith = (coordinators: Readonly<Record<string, number | undefined>>): Subject => {
    const subject = fakeSubject({ clients })

    return { ...subject, metadata: { ...subject.metadata, transactionCoordinatorOf: id => Promise.resolve(coordinators[id]) } }
  }
  const chosen = async (subject: Subject, seed: string) => (await transactionCoordinator().choose(subject, randomFrom(seed))).map(({ id }) => id)

  test('coordinates those of one of the run\'s transactional ids, each in time, and no others', async () => {
    const subject = subjectWith({ 'r.p1': 2, 'r.g.orders-0': 3, 'r.g.orders-1': 2, 'another run\'s': 1 })
    const all = await Promise.all(Array.from({ length: 30 }, (_, seed) => chosen(subject, String(seed))))

    expect(new Set(all.flat())).toEqual(new Set([2, 3]))
  })

  test('bears the role as long as any of them is its own', async () => {
    const before = subjectWith({ 'r.p1': 2, 'r.g.orders-0': 2, 'r.g.orders-1': 2 })
    const nodes = await transactionCoordinator().choose(before, randomFrom('a'))
    const roleIn = (subject: Subject) => transactionCoordinator().role?.(subject, nodes)

    expect(await roleIn(before)).toMatchObject({ held: true, evidence: expect.stringContaining('node 2 was the coordinator of r.p1') as string })
    expect(await roleIn(subjectWith({ 'r.p1': 3, 'r.g.orders-0': 2, 'r.g.orders-1': 1 }))).toMatchObject({ held: true })
    expect(await roleIn(subjectWith({ 'r.p1': 3, 'r.g.orders-0': 1 }))).toMatchObject({ held: false, evidence: expect.stringContaining('nobody was the coordinator of r.g.orders-1') as string })
  })

  test('of one workload coordinates none of the others\' transactions', async () => {
    const subject = subjectWith({ 'r.p1': 2, 'r.g.orders-0': 3, 'r.g.orders-1': 3 })
    const target = transactionCoordinator({ of: numberedWrites({ to: topic('orders'), acks: 'all', producers: 1, transactions: {} }) })
    const nodes = await target.choose(subject, randomFrom('a'))

    expect(nodes.map(({ id }) => id)).toEqual([2])
    expect(await target.coordinated?.(subject, nodes)).toEqual(['r.p1'])
    expect(await target.role?.(subjectWith({ 'r.p1': 1, 'r.g.orders-0': 2 }), nodes)).toMatchObject({ held: false })
  })

  test('is nobody where nobody writes in transactions, or none is known', async () => {
    await expect(chosen(fakeSubject({ clients: clients.slice(2) }), 'a')).rejects.toThrow('no client of this run writes in transactions')
    await expect(chosen(subjectWith({}), 'a')).rejects.toThrow('Nobody bears that role')
  })
})
