/** Every fault on one real cluster: each bites, shows how, heals, and leaves the cluster whole. */
import { expect, test } from 'vitest'
import { dockerCapabilities } from '../../../harness/cluster/docker/capabilities.ts'
import { execute } from '../../../harness/cluster/docker/probe.ts'
import { connectRuntime } from '../../../harness/cluster/docker/runtime.ts'
import {
  bandwidth, configure, cut, electPreferred, freeze, kill, latency, moveLeader, packetLoss, pause, reassign, reset, restart, squeezeCpu, squeezeMemory,
  stop
} from '../../../harness/faults/index.ts'
import type { ClientProcess, Link, Node, ProbeResult, Subject } from '../../../harness/model/cluster.ts'
import { startClock } from '../../../harness/model/clock.ts'
import { milliseconds } from '../../../harness/model/duration.ts'
import type { Bite, Fault } from '../../../harness/model/fault.ts'
import { randomFrom } from '../../../harness/model/random.ts'
import { topic } from '../../../harness/model/topic.ts'
import { bridge, byId, halves, linksOfRole, partition, peerLinksOf, quorumLinksOf, ring } from '../../../harness/nemesis/index.ts'
import { startClient, type RunningClient } from '../../../harness/run/client-process.ts'
import { untilSteady } from '../../../harness/run/steady-state.ts'
import { untilNothingIsMissing } from '../../../harness/run/waiting.ts'
import { numberedWrites } from '../../../harness/workloads/numbered-writes.ts'
import { these } from '../../faults/these.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { sharedCluster } from '../shared-cluster.ts'
import { bitten, injected, type Under } from './under.ts'

const shared = sharedCluster()
const { signal } = new AbortController()

const subject = (clients: readonly ClientProcess[] = []): Subject =>
  ({ cluster: shared.cluster(), metadata: shared.metadata(), operations: shared.operations(), clients: () => clients, now: () => Math.round(performance.now() * 1000) })

const linkNamed = (name: string): Link => {
  const link = shared.cluster().links.find(one => one.name === name)
  if (!link) throw new Error(`There is no link ${name}.`)

  return link
}

const nodeOf = (id: number): Node => {
  const node = shared.cluster().nodes.find(one => one.id === id)
  if (!node) throw new Error(`There is no node ${id}.`)

  return node
}

const steady = (): Promise<void> => untilSteady({ metadata: shared.metadata(), cluster: shared.cluster(), topics: [] }, { deadlineMs: 60_000, signal })
const ask = (...links: readonly Link[]): Promise<readonly ProbeResult[]> => shared.cluster().probe(links, { milliseconds: 2000 })

const under = (fault: Fault, { on = subject(), look }: Partial<Under> = {}): Promise<readonly Bite[]> => injected(fault, { on, look })

test.for<[string, (link: Link) => Fault, string, RegExp]>([
  ['refuse, between nodes', link => cut(these(link), { how: 'refuse' }), 'data:2->1', /answered before, refused now/],
  ['refuse, of a client', link => cut(these(link), { how: 'refuse' }), 'producer->2', /answered before, (refused|reset|closed) now/],
  ['reset, between nodes', link => reset(these(link)), 'quorum:1->2', /answered before, reset now/],
  ['reset, of a client', link => reset(these(link)), 'consumer->3', /answered before, (reset|closed) now/],
  ['cut of requests', link => cut(these(link), { only: 'requests' }), 'data:3->2', /answered before, silent now/],
  ['cut of responses', link => cut(these(link), { only: 'responses' }), 'producer->1', /answered before, silent now/],
  ['latency with jitter', link => latency(these(link), { of: milliseconds(200), jitter: milliseconds(50) }), 'data:1->3', /answered in \d+ ms before, in \d+ ms now/],
  ['latency of responses, of a client', link => latency(these(link), { of: milliseconds(200), only: 'responses' }), 'consumer->1', /answered in \d+ ms before, in \d+ ms now/],
  ['bandwidth', link => bandwidth(these(link), { kilobytesPerSecond: 100 }), 'data:2->3', /answered in \d+ ms before, in \d+ ms now/],
  ['bandwidth, the least, of a client', link => bandwidth(these(link), { kilobytesPerSecond: 1 }), 'producer->3', /answered in \d+ ms before, in \d+ ms now/],
  ['bandwidth, the most', link => bandwidth(these(link), { kilobytesPerSecond: 1000 }), 'quorum:3->1', /answered in \d+ ms before, in \d+ ms now/]
])('%s bites and heals', async ([, fault, name, evidence]) => {
  const link = linkNamed(name)

  expect(await under(fault(link))).toEqual([bitten(evidence), bitten(evidence)])
  expect((await ask(link)).map(({ ending }) => ending)).toEqual(['answered'])
})

/** The same link, on which nothing is ever done. */
const untouched = (link: Link): Link =>
  ({ ...link, disturb: () => Promise.resolve({ holds: () => Promise.resolve({ own: true, others: false }), [Symbol.asyncDispose]: () => Promise.resolve() }) })

test.for<[string, (link: Link) => Fault]>([
  ['a refusal', link => cut(these(link), { how: 'refuse' })], ['a reset', link => reset(these(link))],
  ['a latency', link => latency(these(link), { of: milliseconds(200) })], ['a bandwidth', link => bandwidth(these(link), { kilobytesPerSecond: 100 })]
])('%s that is switched off does not count as one', async ([, fault]) => {
  expect((await under(fault(untouched(linkNamed('data:1->2'))))).map(({ bit }) => bit)).toEqual([false, false])
})

test('a latency and a reset of one link: each heals its own, and each is proven by what it does alone', async () => {
  const link = linkNamed('data:2->1')
  const strike = async (fault: Fault) => (await fault.prepare(subject(), randomFrom('test'))).strike()
  const slow = await strike(latency(these(link), { of: milliseconds(100) }))
  expect(await slow.bite('struck')).toMatchObject({ bit: true })
  const ended = await strike(reset(these(link)))
  expect(await ended.bite('struck')).toMatchObject({ bit: true })

  await slow[Symbol.asyncDispose]()
  expect(await ended.bite('healing')).toEqual({ bit: true, evidence: 'data:2->1: answered before, reset now' })
  await ended[Symbol.asyncDispose]()
  expect((await ask(link)).map(({ ending }) => ending)).toEqual(['answered'])
})

const losesPacketsHere = (await dockerCapabilities())['packet-loss'].available

/** Half a hundred questions, that packets come by. */
const askOften = async (...links: readonly Link[]): Promise<readonly ProbeResult[]> => {
  const all: ProbeResult[] = []
  for (let times = 0; times < 5; times += 1) all.push(...await ask(...links))

  return all
}

test.runIf(losesPacketsHere).for(['data:2->1', 'quorum:1->3', 'producer->2'])('packets of %s are lost, those of no other link, and none any more when it heals', async name => {
  const link = linkNamed(name)
  const others = shared.cluster().links.filter(other => other.name !== name && (other.to === link.to || other.from === link.from))
  const injection = await (await packetLoss(these(link), { percent: 60 }).prepare(subject(), randomFrom('test'))).strike()
  expect(await injection.bite('struck')).toMatchObject({ bit: true })
  expect((await askOften(...others)).filter(({ answered }) => !answered)).toEqual([])
  await askOften(link)
  expect(await injection.bite('healing')).toEqual(bitten(/: [1-9]\d* of [1-9]\d* packets lost$/))
  await injection[Symbol.asyncDispose]()
  await injection[Symbol.asyncDispose]()

  expect(await injection.bite('healing')).toMatchObject({ bit: false })
  expect((await askOften(link)).filter(({ answered }) => !answered)).toEqual([])
})

test.runIf(losesPacketsHere)('a loss of responses alone loses no request, and beside it another loss of the same link counts its own', async () => {
  const link = linkNamed('data:3->2')
  await using responses = await link.disturb({ kind: 'packet-loss', percent: 30, only: 'responses' })
  await using requests = await link.disturb({ kind: 'packet-loss', percent: 90, only: 'requests' })
  await askOften(link)
  const [{ packets: ofResponses }, { packets: ofRequests }] = [await responses.holds(), await requests.holds()]

  expect(ofRequests?.lost).toBeGreaterThan(0)
  await requests[Symbol.asyncDispose]()
  expect(await requests.holds()).toMatchObject({ own: false })
  await askOften(link)
  expect(await responses.holds()).toMatchObject({ own: true, others: false })
  expect((await responses.holds()).packets?.seen).toBeGreaterThan(ofResponses?.seen ?? 0)
})

test('partitions of every shape are cut, and heal', async () => {
  const shapes = [partition([1], [2, 3]), halves(), bridge(), ring(), peerLinksOf(byId(2), { way: 'out' }), quorumLinksOf(byId(3)), linksOfRole('consumer', { to: byId(1) })]
  for (const shape of shapes) {
    expect(await under(cut(shape)), shape.description).toEqual([bitten(/answered before, silent now/), bitten(/answered before, silent now/)])
    await steady()
  }
})

test('a pause bites, and its broker comes back', async () => {
  expect(await under(pause(byId(2)))).toEqual([bitten(/^broker 2: paused, its CPU time stands at \d+ ms, and admin->2: answered before, silent now$/), bitten(/paused/)])
  expect(await nodeOf(2).state()).toMatchObject({ status: 'running' })
  await steady()
})

test('a pause that is switched off does not count as one', async () => {
  const node: Node = { ...nodeOf(2), pause: () => Promise.resolve() }

  expect((await under(pause(these(node))))[0]).toMatchObject({ bit: false, evidence: expect.stringMatching(/it is running, it went on for \S+ ms of CPU time, it still answers/) as string })
})

test('a kill of a paused broker ends it, and both heal', async () => {
  const paused = await (await pause(byId(1)).prepare(subject(), randomFrom('test'))).strike()
  expect(await under(kill(byId(1)))).toEqual([bitten(/exit 137/), bitten(/exit 137/)])
  await paused[Symbol.asyncDispose]()

  expect(await nodeOf(1).state()).toMatchObject({ status: 'running' })
  await steady()
})

test('a broker that gets a twentieth of a core is throttled, and gets its CPU back', async () => {
  const admin = linkNamed('admin->2')

  expect(await under(squeezeCpu(byId(2), { cores: 0.05 }), { look: async () => { await askOften(admin, admin) } }))
    .toEqual([bitten(/^broker 2: squeezed into 0.05 CPU cores$/), bitten(/^broker 2: had used up its 0.05 cores in [1-9]\d* periods/)])
  await using again = await nodeOf(2).squeeze({ kind: 'cpu', cores: 64 })
  await expect(nodeOf(2).squeeze({ kind: 'cpu', cores: 1 })).rejects.toThrow('squeezed already, by another fault')
  await askOften(admin)
  expect(await again.strain()).toEqual({ inForce: true, refusals: 0 })
  await steady()
})

test('a broker whose files want more memory than it is left with is full, and has room again', async () => {
  const { docker } = await connectRuntime()
  const inBroker = (command: string): Promise<string> => execute(docker, shared.cluster().containerListener.network.replace(/edge$/, 'node-2'), ['bash', '-c', command])
  const fill = async (): Promise<void> => { await inBroker('head -c 700M /dev/zero > /tmp/filler') }

  expect(await under(squeezeMemory(byId(2), { megabytes: 640 }), { look: fill }))
    .toEqual([bitten(/^broker 2: squeezed into 640 MB of memory$/), bitten(/^broker 2: (was at its limit of 640 MB, which refused it memory [1-9]\d* times|is full: \S+ of its 640 MB are in use)$/)])
  await inBroker('rm /tmp/filler')
  await using roomy = await nodeOf(2).squeeze({ kind: 'memory', megabytes: 4096 })
  expect(await roomy.strain()).toMatchObject({ inForce: true, refusals: 0 })
  expect((await roomy.strain()).usedMegabytes).toBeLessThan(640)
  await steady()
})

test('a stop is a controlled shutdown, and its broker comes back', async () => {
  expect(await under(stop(byId(3)))).toEqual([bitten(/^broker 3: exit (143|0) after \d+ ms$/), bitten(/exit/)])
  await steady()
})

test.for([['graceful', /exit (143|0) after \d+ ms, started again/], ['kill', /exit 137 after \d+ ms, started again, before its old session of 9 s could end/]] as const)(
  'a restart (%s) is a new life, which comes back', async ([how, evidence]) => {
    expect(await under(restart(byId(2), { how, down: milliseconds(500) }), { look: steady })).toEqual([bitten(evidence), bitten(/, back in the cluster$/)])
    await steady()
  })

test('a leader is moved and comes back, and so are replicas, and a setting', async () => {
  const moved = topic('moved', { partitions: 1, replicas: 2, minInsyncReplicas: 1 })
  await shared.metadata().createTopic(moved)
  const before = await shared.metadata().partitions(['moved'])
  const order = before[0]?.replicas

  expect(await under(moveLeader(moved))).toEqual([bitten(/^broker \d leads moved-0 \(epoch 0\); now broker \d leads moved-0 \(epoch 1\)$/), bitten(/epoch 1/)])
  expect(await shared.metadata().partitions(['moved'])).toMatchObject([{ leader: order?.[0], leaderEpoch: 2, replicas: order }])

  const cluster = { ...shared.cluster(), nodes: [], links: [] }
  const [, arrived] = await under(reassign(moved), { look: () => untilSteady({ metadata: shared.metadata(), cluster, topics: [moved] }, { deadlineMs: 30_000, signal }) })
  expect(arrived).toEqual(bitten(/^moved-0 was held by brokers \d, \d; now by \d, \d, of which \d, \d are in sync$/))
  await untilNothingIsMissing(async () => {
    const [now] = await shared.metadata().partitions(['moved'])

    return JSON.stringify(now?.replicas) === JSON.stringify(order) ? undefined : `replicas ${order?.join(', ')}`
  }, { what: 'the replicas to come back', deadlineMs: 30_000, everyMs: 100, signal })

  const set = (await under(configure(moved, { 'retention.ms': '1000' })))[0]
  expect(set).toEqual({ bit: true, evidence: 'retention.ms is 1000, and was 604800000' })
  expect(await shared.operations().topicOverrides('moved')).toEqual({ 'min.insync.replicas': '1' })
})

test('a preferred leader that came back does not lead until it is elected', async () => {
  const back = topic('back', { partitions: 1, minInsyncReplicas: 1 })
  await shared.metadata().createTopic(back)
  const [{ replicas: [preferred = 0] } = { replicas: [] }] = await shared.metadata().partitions(['back'])
  await under(stop(byId(preferred)))
  await untilSteady({ metadata: shared.metadata(), cluster: shared.cluster(), topics: [back] }, { deadlineMs: 60_000, signal })

  expect(await under(electPreferred(back))).toEqual([bitten(new RegExp(`now broker ${preferred} leads back-0`)), bitten(/now/)])
  await expect(under(electPreferred(back))).rejects.toThrow('There is nothing to elect')
})

test('a setting that Kafka refuses is refused in its words', async () => {
  const strict = topic('strict', { partitions: 1 })
  await shared.metadata().createTopic(strict)

  await expect(under(configure(strict, { 'min.insync.replicas': 'none' }))).rejects.toThrow(/min\.insync\.replicas/)
})

/** A producer at work on a topic of its own, until the test is over. */
const producing = async (name: string, work: (client: RunningClient) => Promise<void>): Promise<void> => {
  const to = topic(name)
  await shared.metadata().createTopic(to)
  const folder = temporaryFolder()
  const [plan] = numberedWrites({ to, acks: 'all', producers: 1, recordsPerSecond: 100 }).clients
  if (plan === undefined) throw new Error('One producer was planned.')
  const clock = startClock()
  const client = await startClient({
    plan, driver: 'kafkajs', logs: folder, now: clock.now, onDied: () => undefined, onGap: () => undefined,
    setting: { run: 'test', origin: clock.origin, ledger: folder, bootstrap: shared.cluster().bootstrap('producer') }
  })
  try {
    client.startLoad()
    await work(client)
  } finally {
    await client.stop({ milliseconds: 15_000 })
  }
}

const untilItWrites = async (client: RunningClient): Promise<void> => {
  const { ledgerBytes } = client.activity()
  await untilNothingIsMissing(async () => client.activity().ledgerBytes > ledgerBytes ? undefined : 'a record', { what: 'the producer to write', deadlineMs: 20_000, everyMs: 20, signal })
}

test('a frozen producer writes nothing while it is frozen, and goes on when it is thawed', () => producing('frozen', async client => {
  await untilItWrites(client)
  expect(await under(freeze(these<ClientProcess>(client)), { on: subject([client]), look: async () => { await ask(linkNamed('producer->1')) } }))
    .toEqual([bitten(/is stopped \(state T\), and has written nothing since$/), bitten(/has written nothing since$/)])
  await untilItWrites(client)
}))

test('a producer that works while its freeze is switched off is told from a frozen one', () => producing('not-frozen', async client => {
  const untouchedClient: ClientProcess = { ...client, freeze: () => Promise.resolve() }
  await untilItWrites(client)

  expect(await under(freeze(these(untouchedClient)), { on: subject([untouchedClient]) }))
    .toEqual([{ bit: false, evidence: expect.stringContaining('is not stopped') as string }, { bit: false, evidence: expect.stringContaining('is not stopped') as string }])
}))
