/** Workloads as data: the safe contract by default, and contradictions refused by name. */
import { expect, test } from 'vitest'
import { seconds } from '../../harness/model/duration.ts'
import { topic } from '../../harness/model/topic.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'

const orders = topic('orders')

test('writes are safe unless told otherwise', () => {
  expect(numberedWrites({ to: orders, acks: 'all', producers: 2, recordsPerSecond: 500 }).clients).toEqual([1, 2].map(number => ({
    kind: 'producer', number, topic: orders, acks: 'all', idempotent: true, maxInFlight: 3, retries: undefined,
    recordBytes: 100, batchRecords: 1000, recordsPerSecond: 500, onError: 'record'
  })))
})

test('acks 1 and 0 are not idempotent, and have one send in flight', () => {
  expect(numberedWrites({ to: orders, acks: '1', producers: 1 }).clients).toMatchObject([{ idempotent: false, maxInFlight: 1 }])
  expect(() => numberedWrites({ to: orders, acks: '0', idempotent: true, producers: 1 })).toThrow('idempotence needs acks "all"')
})

test('what cannot be is refused, with the option and its value', () => {
  expect(() => numberedWrites({ to: orders, acks: 'all', producers: 0 })).toThrow('producers is 0')
  expect(() => numberedWrites({ to: orders, acks: 'all', producers: 1, recordBytes: 20 })).toThrow('recordBytes is 20')
  expect(() => groupReads({ from: orders, group: 'g', members: 0, commits: 'after-work' })).toThrow('members is 0')
  expect(() => groupReads({ from: orders, group: 'g', members: 1, commits: 'after-work', work: 'handed-on' })).toThrow('work is "handed-on"')
  expect(() => groupReads({ from: orders, group: 'g', members: 1, commits: 'automatic', replays: { every: 100, records: 10 } })).toThrow('commits is "automatic"')
  expect(() => groupReads({ from: orders, group: 'g', members: 1, commits: 'after-work', replays: { every: 10, records: 10 } })).toThrow('replays.every is 10')
  expect(() => groupReads({ from: orders, group: 'g', members: 1, commits: 'after-work', replays: { every: 10, records: 0 } })).toThrow('replays.records is 0')
})

test('a use of the client that could not show anything is refused, with the reason', () => {
  const uses = (more: Partial<Parameters<typeof numberedWrites>[0]>) => () => numberedWrites({ to: orders, acks: 'all', producers: 1, ...more })

  expect(uses({ usage: 'concurrent' })).toThrow('usage is "concurrent" and maxInFlight is 1')
  expect(uses({ usage: 'keyless', to: topic('one', { partitions: 1 }) })).toThrow('one has 1 partition')
  expect(uses({ usage: 'across-partitions', acks: '0' })).toThrow('acks is "0"')
  expect(uses({ usage: 'across-partitions', transactions: {} })).toThrow('there are transactions')
  expect(uses({ usage: 'concurrent', maxInFlight: 5 })().clients).toMatchObject([{ usage: 'concurrent', maxInFlight: 5 }])
})

test('a buffer that could never be full, or that no single send fits into, is refused', () => {
  const buffered = (records: number, more: Partial<Parameters<typeof numberedWrites>[0]> = {}) => () => numberedWrites({
    to: orders, acks: 'all', idempotent: false, producers: 1, recordsPerSecond: 900, batchRecords: 50, maxInFlight: 20, buffer: { records, deliveryTimeout: seconds(5) }, ...more
  })

  expect(buffered(500)()).toMatchObject({
    description: '1 producer to orders, acks=all, a buffer of 500 records for 5 s, 900 records/s each', clients: [{ buffer: { records: 500, deliveryTimeoutMs: 5000 } }]
  })
  expect(() => numberedWrites({ to: orders, acks: 'all', idempotent: false, producers: 1, batchRecords: 50, maxInFlight: 20, buffer: { records: 500, deliveryTimeout: seconds(5) } })).toThrow('recordsPerSecond is not')
  expect(buffered(49)).toThrow('buffer.records is 49')
  expect(buffered(1000)).toThrow('maxInFlight 20 x 50')
  expect(buffered(500, { transactions: {}, idempotent: true })).toThrow('there are transactions')
  expect(buffered(500, { buffer: { records: 500, deliveryTimeout: seconds(0) } })).toThrow('buffer.deliveryTimeout is 0 ms')
})

test('reads commit after work, in line, every 500 records', () => {
  expect(groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work', sessionTimeout: seconds(10) }).clients).toEqual([{
    kind: 'member', number: 1, group: 'billing', topics: [orders], commits: 'after-work', isolation: 'read_uncommitted', workMicroseconds: 0, commitEvery: 500,
    autoCommitIntervalMs: 5000, sessionTimeoutMs: 10_000, rebalanceProtocol: 'classic', work: 'in-line'
  }])
})

test('members are dynamic, and give all up at a rebalance, unless told otherwise', () => {
  const reads = (more: Partial<Parameters<typeof groupReads>[0]>) => groupReads({ from: orders, group: 'g', members: 2, commits: 'after-work', ...more })

  expect(reads({ membership: 'static' })).toMatchObject({ description: '2 members of g reading orders, commits after-work, static membership', clients: [{ membership: 'static' }, { membership: 'static' }] })
  expect(reads({ rebalancing: 'cooperative' })).toMatchObject({ clients: [{ rebalancing: 'cooperative' }, { rebalancing: 'cooperative' }] })
  expect(() => reads({ rebalancing: 'eager', rebalanceProtocol: 'consumer' })).toThrow('rebalancing is "eager" and rebalanceProtocol is "consumer"')
})

test('members reset to the earliest offset, unless told otherwise', () => {
  const reads = (more: Partial<Parameters<typeof groupReads>[0]>) => groupReads({ from: orders, group: 'g', members: 1, commits: 'after-work', ...more })

  expect(reads({ reset: 'latest' })).toMatchObject({ description: '1 member of g reading orders, commits after-work, reset latest', clients: [{ reset: 'latest' }] })
  expect(reads({}).clients[0]).not.toHaveProperty('reset')
})

test('only commits after work need not be waited for', () => {
  const reads = (commits: 'after-work' | 'before-work' | 'automatic') => groupReads({ from: orders, group: 'g', members: 1, commits, commitCalls: 'async' })

  expect(() => reads('before-work')).toThrow('commitCalls is "async" and commits is "before-work"')
  expect(() => reads('automatic')).toThrow('commits is "automatic"')
  expect(reads('after-work')).toMatchObject({ description: '1 member of g reading orders, commits after-work (async)', clients: [{ commitCalls: 'async' }] })
})

test('several workloads of a run number their clients apart', () => {
  const numbers = [...numberedWrites({ to: orders, acks: 'all', producers: 2 }).clients, ...numberedWrites({ to: orders, acks: '1', producers: 1, firstProducer: 3 }).clients]

  expect(numbers.map(({ number }) => number)).toEqual([1, 2, 3])
})

test('a workload says what it does in one line', () => {
  expect(numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 500 }).description).toBe('4 producers to orders, acks=all, 500 records/s each')
  expect(groupReads({ from: orders, group: 'billing', members: 1, commits: 'before-work' }).description).toBe('1 member of billing reading orders, commits before-work')
})
