/** Which client a run is made with, and when it is skipped instead. */
import { describe, expect, test } from 'vitest'
import type { Driver, DriverCapabilities } from '../../harness/clients/driver.ts'
import { loadDriver, NotInstalled, type Shelf } from '../../harness/clients/drivers.ts'
import { kafkajs } from '../../harness/clients/kafkajs/index.ts'
import { seconds } from '../../harness/model/duration.ts'
import { topic } from '../../harness/model/topic.ts'
import { clientOf, findDriver, whyOutOfReach } from '../../harness/run/client-choice.ts'
import { groupReads, type GroupReads } from '../../harness/workloads/group-reads.ts'
import { groupTransforms, type GroupTransforms } from '../../harness/workloads/group-transforms.ts'
import { numberedWrites, type NumberedWrites } from '../../harness/workloads/numbered-writes.ts'

const orders = topic('orders')
const writes = numberedWrites({ to: orders, acks: 'all', producers: 2 })
const missing = (what: string): Error => Object.assign(new Error(`Cannot find package '${what}' imported from here`), { code: 'ERR_MODULE_NOT_FOUND' })
const shelf: Shelf = {
  kafkajs: { load: async () => kafkajs },
  optional: { optional: 'a-client', load: () => Promise.reject(missing('a-client')) },
  broken: { optional: 'a-client', load: () => Promise.reject(missing('what-a-client-needs')) }
}
const load = (name: string): Promise<Driver> => loadDriver(name, shelf)

describe('the client', () => {
  test('is the command line\'s, else the experiment\'s, else kafkajs', () => {
    expect([clientOf({ client: 'a' }, { client: 'b' }), clientOf({ client: 'a' }, {}), clientOf({}, {})]).toEqual(['b', 'a', 'kafkajs'])
  })

  test('that is not installed is refused by hand, with how to install it, and skipped in a suite', async () => {
    await expect(findDriver({ workload: [writes] }, { client: 'optional' }, load)).rejects.toThrow(NotInstalled)
    await expect(load('optional')).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('npm install a-client') as string })
    expect(await findDriver({ workload: [writes], client: 'optional' }, {}, load)).toEqual({ lack: expect.stringContaining('npm install a-client') as string })
  })

  test('that is installed and cannot be loaded is neither: something is wrong', async () => {
    await expect(findDriver({ workload: [writes], client: 'broken' }, {}, load)).rejects.toThrow('what-a-client-needs')
  })

  test('that nobody knows is refused, even by the name of what every object has', async () => {
    await expect(findDriver({ workload: [writes], client: 'toString' }, {}, load)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('Choose from kafkajs') as string })
  })

  test('is taken where it can do all, and skipped with what it lacks, and for whom, where it cannot', async () => {
    const reads = groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work', rebalanceProtocol: 'consumer' })
    const onceOnly = numberedWrites({ to: orders, acks: 'all', producers: 1, retries: 0 })

    expect(await findDriver({ workload: [writes] }, {}, load)).toEqual({ driver: kafkajs })
    expect(await findDriver({ workload: [writes, reads] }, { client: 'kafkajs' }, load)).toEqual({ lack: 'kafkajs cannot do it: it has no rebalance protocol "consumer" (c1, c2)' })
    expect(await findDriver({ workload: [onceOnly] }, {}, load)).toEqual({ lack: 'kafkajs cannot do it: it refuses to be idempotent without a retry (p1)' })
  })

  test('that is only used with care does nothing without', async () => {
    const { unguarded: _, ...capabilities } = kafkajs.capabilities
    const careless = numberedWrites({ to: orders, acks: 'all', producers: 1, usage: 'concurrent', maxInFlight: 5 })

    expect(await findDriver({ workload: [careless] }, {}, load)).toEqual({ driver: kafkajs })
    expect(await findDriver({ workload: [careless] }, {}, async () => ({ ...kafkajs, name: 'plain', capabilities })))
      .toEqual({ lack: 'kafkajs cannot do it: its producers are only used with care here (p1)' })
  })

  test('without a buffer of its own is skipped where that is to be full', async () => {
    const buffered = numberedWrites({
      to: orders, acks: 'all', idempotent: false, producers: 1, batchRecords: 50, maxInFlight: 20, recordsPerSecond: 500, buffer: { records: 100, deliveryTimeout: seconds(5) }
    })

    expect(await findDriver({ workload: [buffered] }, {}, load)).toEqual({ lack: 'kafkajs cannot do it: its producers have no buffer that could be made small (p1)' })
    expect(await findDriver({ workload: [buffered] }, { client: 'java', kafkaVersion: '4.3.0' })).toEqual({ lack: 'java cannot do it: its buffer holds 128 records at least (p1)' })
  })

  test('that waits for the answer to each commit reads in no group that does not', async () => {
    const { asyncCommits: _, ...capabilities } = kafkajs.capabilities
    const found = (commitCalls: 'sync' | 'combined') => findDriver(
      { workload: [groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work', commitCalls })] }, {}, async () => ({ ...kafkajs, name: 'plain', capabilities }))

    expect(await found('combined')).toEqual({ lack: 'kafkajs cannot do it: its members wait for the answer to each commit (c1)' })
    expect(await found('sync')).toMatchObject({ driver: { name: 'plain' } })
  })

  test('without static members, or without cooperative ones, is skipped where a group wants them, with the protocol it wants them with', async () => {
    const found = (reads: Partial<GroupReads>, capabilities: Partial<DriverCapabilities> = {}) => findDriver(
      { workload: [groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work', ...reads })] }, {},
      async () => ({ ...kafkajs, name: 'plain', capabilities: { ...kafkajs.capabilities, rebalanceProtocols: ['classic', 'consumer'], ...capabilities } }))
    const lack = (words: string) => ({ lack: `kafkajs cannot do it: ${words} (c1)` })
    const can = { driver: { name: 'plain' } }

    expect(await found({ membership: 'static' })).toEqual(lack('it has no static members with the protocol "classic"'))
    expect(await found({ membership: 'static' }, { staticMembership: ['classic'] })).toMatchObject(can)
    expect(await found({ membership: 'static', rebalanceProtocol: 'consumer' }, { staticMembership: ['classic'] })).toEqual(lack('it has no static members with the protocol "consumer"'))
    expect(await found({ rebalancing: 'cooperative' })).toEqual(lack('its members give up all that they own at each rebalance'))
    expect(await found({ rebalancing: 'cooperative' }, { cooperative: true })).toMatchObject(can)
    expect(await found({ membership: 'dynamic', rebalancing: 'eager' })).toMatchObject(can)
  })

  test('is skipped where its members cannot reset as the group does', async () => {
    const { resets: _, ...capabilities } = kafkajs.capabilities
    const found = (reset: NonNullable<GroupReads['reset']>, resets?: DriverCapabilities['resets']) => findDriver(
      { workload: [groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work', reset })] }, {},
      async () => ({ ...kafkajs, name: 'plain', capabilities: { ...capabilities, ...resets === undefined ? {} : { resets } } }))

    expect(await found('latest')).toEqual({ lack: 'kafkajs cannot do it: its members cannot be told to reset to "latest" here (c1)' })
    expect(await found('earliest')).toMatchObject({ driver: { name: 'plain' } })
    expect(await found('latest', ['earliest', 'latest'])).toMatchObject({ driver: { name: 'plain' } })
    expect(await found('none', ['earliest', 'latest'])).toEqual({ lack: 'kafkajs cannot do it: its members cannot be told to reset to "none" here (c1)' })
  })

  test('without transactions makes one topic from another only where that is asked without them', async () => {
    const { transactions: _, ...capabilities } = kafkajs.capabilities
    const plain = { ...kafkajs, name: 'plain', capabilities }
    const found = (transactionalIds: GroupTransforms['transactionalIds'] & string) => findDriver(
      { workload: [groupTransforms({ from: orders, to: topic('invoices'), group: 'invoicing', members: 1, transactionalIds })] }, {}, async () => plain)

    expect(await found('per-partition')).toEqual({ lack: 'kafkajs cannot do it: it has no transactions (c1)' })
    expect(await found('per-member')).toEqual({ lack: 'kafkajs cannot do it: it has no transactions (c1)' })
    expect(await found('none')).toEqual({ driver: plain })
  })
})

describe('Kafka\'s own Java clients', () => {
  const java = { client: 'java', kafkaVersion: '4.3.0' }
  const paced = (more: Partial<NumberedWrites> = {}) => [numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 3000, ...more })]

  test('are those of the broker\'s version, and the report says so', async () => {
    expect(await findDriver({ workload: paced() }, java)).toMatchObject({ driver: { name: 'java', version: 'VerifiableProducer and VerifiableConsumer of Kafka 4.3.0' } })
  })

  test.each<readonly [string, Partial<NumberedWrites>, string]>([
    ['in transactions', { transactions: {} }, 'it has no transactions'],
    ['records of a size', { recordBytes: 1000 }, 'not of 1000'],
    ['what it then believes', { acks: '1', onError: 'believe' }, 'believes nothing'],
    ['several sends at once', { usage: 'concurrent', maxInFlight: 2 }, 'cannot be used concurrent'],
    ['poison pills', { poison: { every: 10 } }, 'no poison pills'],
    ['idempotently without a retry', { retries: 0 }, 'refuses to be idempotent without a retry'],
    ['so slowly that nobody could say when', { recordsPerSecond: 100 }, 'at 100 records/s']
  ])('do not write %s', async (_, writing, lack) => {
    expect(await findDriver({ workload: paced(writing) }, java)).toEqual({ lack: expect.stringContaining(lack) as string })
  })

  test('make no records from others, and are not asked to in a version that nobody tried', async () => {
    const transforms = groupTransforms({ from: orders, to: topic('invoices'), group: 'invoicing', members: 1, transactionalIds: 'none' })

    expect(await findDriver({ workload: [transforms] }, java)).toEqual({ lack: 'java cannot do it: it makes no records from others (c1)' })
    expect(await findDriver({ workload: paced() }, { ...java, kafkaVersion: '3.9.1' })).toEqual({ lack: expect.stringContaining('Kafka 3.9.1 is not known') as string })
  })

  test('are out of reach of a freeze, and of nothing else', async () => {
    const found = await findDriver({ workload: paced() }, java)
    if ('lack' in found) throw new Error(found.lack)

    expect(whyOutOfReach(found.driver, ['kill', 'kill-client', 'freeze-client'])).toBe('java cannot do it: freeze-client: its containers are not frozen with it')
    expect(whyOutOfReach(found.driver, ['kill', 'kill-client'])).toBeUndefined()
    expect(whyOutOfReach(kafkajs, ['freeze-client'])).toBeUndefined()
  })
})
