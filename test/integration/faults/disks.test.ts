/** Every fault of disks on one real cluster: each bites, shows how, heals, and leaves the cluster whole; switched off, it says so. */
import { expect, test } from 'vitest'
import { dockerCapabilities } from '../../../harness/cluster/docker/capabilities.ts'
import { failDisk, fillDisk, flipBytes, powerCut, slowDisk } from '../../../harness/faults/index.ts'
import { brokers, type Node, type Subject } from '../../../harness/model/cluster.ts'
import { startClock } from '../../../harness/model/clock.ts'
import type { Bite, Fault, NodeTarget } from '../../../harness/model/fault.ts'
import type { OwnDisk } from '../../../harness/model/own-disk.ts'
import { topic, type TopicPlan } from '../../../harness/model/topic.ts'
import { allBrokers, byId } from '../../../harness/nemesis/index.ts'
import { startClient } from '../../../harness/run/client-process.ts'
import { untilSteady } from '../../../harness/run/steady-state.ts'
import { untilNothingIsMissing } from '../../../harness/run/waiting.ts'
import { numberedWrites } from '../../../harness/workloads/numbered-writes.ts'
import { these } from '../../faults/these.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { sharedCluster } from '../shared-cluster.ts'
import { bitten, injected } from './under.ts'

const { disks: { available } } = await dockerCapabilities()
if (!available) test.skip('disks of the brokers\' own cannot be made here', () => undefined)
const shared = available ? sharedCluster(brokers(3, { disks: { megabytes: 128 } })) : undefined
const orders = topic('orders', { partitions: 1 })
const { signal } = new AbortController()

const subject = (): Subject =>
  ({ cluster: shared!.cluster(), metadata: shared!.metadata(), operations: shared!.operations(), clients: () => [], now: () => Math.round(performance.now() * 1000) })
const steady = (): Promise<void> => untilSteady({ metadata: shared!.metadata(), cluster: shared!.cluster(), topics: [] }, { deadlineMs: 90_000, signal })

const under = (fault: Fault, look?: () => Promise<void>): Promise<readonly Bite[]> => injected(fault, { on: subject(), look })
const none = () => Promise.resolve()
const nodeTwo = (): Node => shared!.cluster().nodes.find(({ id }) => id === 2)!

/** Node 2 with a disk that does not do something. */
const without = (...changes: readonly ((disk: OwnDisk) => Partial<OwnDisk>)[]): NodeTarget => {
  const node = nodeTwo()

  return these<Node>({ ...node, disks: node.disks.map(disk => Object.assign({}, disk, ...changes.map(change => change(disk))) as OwnDisk) })
}

const untilItEnds = (said: string) => () => untilNothingIsMissing(async () => (await nodeTwo().log({ last: 20_000 })).includes(said) ? undefined : `"${said}" in its log`,
  { what: 'the broker to meet its disk', deadlineMs: 60_000, everyMs: 200, signal })

/** While records are written to a topic of its own, of which every broker holds a replica. */
const whileWriting = async (to: TopicPlan, work: () => Promise<void>): Promise<void> => {
  await shared!.metadata().createTopic(to)
  const folder = temporaryFolder()
  const [plan] = numberedWrites({ to, acks: 'all', producers: 1, recordsPerSecond: 500 }).clients
  const clock = startClock()
  const client = await startClient({
    plan: plan!, driver: 'kafkajs', logs: folder, now: clock.now, onDied: () => undefined, onGap: () => undefined,
    setting: { run: 'test', origin: clock.origin, ledger: folder, bootstrap: shared!.cluster().bootstrap('producer') }
  })
  client.startLoad()
  try {
    await work()
  } finally {
    await client.stop({ milliseconds: 15_000 })
  }
}

test.runIf(available)('a power cut of all brokers bites, and they come back', async () => {
  expect(await under(powerCut(allBrokers()))).toEqual([
    bitten(/^broker 1: exit 137, its disk put back .*; broker 2: .*; broker 3: /), bitten(/exit 137, its disk put back/)
  ])
  await steady()
})

test.runIf(available)('a power cut whose disks are not put back is told from one', async () => {
  const target = without(disk => ({ snapshot: async () => ({ ...await disk.snapshot(), putBack: () => Promise.resolve({ bytes: 0 }) }) }))

  expect((await under(powerCut(target)))[0]).toEqual({ bit: false, evidence: 'broker 2: its file system on disk 1 was left in order, as no power cut leaves it' })
  await steady()
})

test.runIf(available).for<[string, (target: NodeTarget) => Fault, string]>([
  ['full', fillDisk, 'No space left on device'], ['failed', failDisk, 'Read-only file system']
])('a %s disk bites, its broker meets it, and it comes back', async ([name, fault, said]) => {
  // An idle broker may write for minutes into what it has reserved already.
  await whileWriting(topic(name, { partitions: 1 }), async () => {
    const [struck, healing] = await under(fault(byId(2)), untilItEnds(said))

    expect(struck?.evidence).toMatch(/is refused|Kafka met/)
    expect(healing).toEqual(bitten(new RegExp(`Kafka met "${said}"`)))
  })
  await steady()
})

test.runIf(available)('a disk that was not filled, and one that did not fail, are told from those that were', async () => {
  expect((await under(fillDisk(without(() => ({ fill: none })))))[0]).toMatchObject({ bit: false, evidence: expect.stringContaining('a write to disk 1 ended as written') as string })
  await steady()
  expect((await under(failDisk(without(() => ({ fail: none })))))[0]).toMatchObject({ bit: false, evidence: expect.stringContaining('a write to disk 1 ended as written') as string })
  await steady()
})

test.runIf(available)('a slow disk bites, and one that was not slowed is told from it', async () => {
  const slow = (target: NodeTarget): Fault => slowDisk(target, { kilobytesPerSecond: 200 })
  const idle = { [Symbol.asyncDispose]: none }

  expect(await under(slow(byId(2)))).toEqual([bitten(/200 kB took \d+ ms before, and \d+ ms now/), bitten(/200 kB took/)])
  expect((await under(slow(without(() => ({ throttle: () => Promise.resolve(idle) })))))[0]).toMatchObject({ bit: false })
})

test.runIf(available)('flipped bytes show in the segment, healing puts them back, and a flip that is switched off is told', async () => {
  await whileWriting(orders, () => untilNothingIsMissing(
    async () => (await nodeTwo().disks[0]!.list(['orders-0'])).some(({ path, bytes }) => path.endsWith('.log') && bytes > 1000) ? undefined : 'a batch',
    { what: 'a batch on broker 2', deadlineMs: 20_000, everyMs: 200, signal }
  ))
  const read = async (): Promise<Buffer> => nodeTwo().disks[0]!.read('orders-0/00000000000000000000.log', { from: 0, bytes: 1_000_000 })
  const before = await read()

  expect(await under(flipBytes(byId(2), { of: orders }), async () => { expect(await read()).not.toEqual(before) }))
    .toEqual([bitten(/does not match its checksum/), bitten(/does not match its checksum/)])
  expect(await read()).toEqual(before)
  expect((await under(flipBytes(without(() => ({ overwrite: none })), { of: orders })))[0]).toMatchObject({ bit: false })
})
