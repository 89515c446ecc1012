/** A real cluster behind Toxiproxy: that nothing goes round it, and that faults bite and heal. */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { execute } from '../../harness/cluster/docker/probe.ts'
import { connectRuntime } from '../../harness/cluster/docker/runtime.ts'
import { cut, dropResponses, kill, stall } from '../../harness/faults/index.ts'
import type { Link, Subject } from '../../harness/model/cluster.ts'
import type { Fault, Target } from '../../harness/model/fault.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { topic, type TopicPlan } from '../../harness/model/topic.ts'
import { untilSteady } from '../../harness/run/steady-state.ts'
import { untilNothingIsMissing } from '../../harness/run/waiting.ts'
import { sharedCluster } from './shared-cluster.ts'

const shared = sharedCluster()
const probing = { milliseconds: 2000 }
const signal = new AbortController().signal

const subject = (): Subject =>
  ({ cluster: shared.cluster(), metadata: shared.metadata(), operations: shared.operations(), clients: () => [], now: () => Math.round(performance.now() * 1000) })

const linkNamed = (name: string): Link => {
  const link = shared.cluster().links.find(one => one.name === name)
  if (!link) throw new Error(`There is no link ${name}.`)

  return link
}

const these = <Chosen>(...chosen: readonly Chosen[]): Target<Chosen> => ({ description: 'these', choose: () => Promise.resolve(chosen) })

const steady = (topics: readonly TopicPlan[] = []): Promise<void> =>
  untilSteady({ metadata: shared.metadata(), cluster: shared.cluster(), topics }, { deadlineMs: 60_000, signal })

/** Injects a fault, asks for its proof, looks at the world, and heals. */
const under = async <Value>(fault: Fault, look: () => Promise<Value>): Promise<{ readonly bit: boolean, readonly evidence: string, readonly seen: Value }> => {
  const prepared = await fault.prepare(subject(), randomFrom('test'))
  await using injection = await prepared.strike()

  return { ...await injection.bite('struck'), seen: await look() }
}

test('every one of the 21 links answers', async () => {
  const results = await shared.cluster().probe(shared.cluster().links, probing)

  expect(results).toHaveLength(21)
  expect(results.filter(result => !result.answered)).toEqual([])
})

test('one broker cannot reach another but through Toxiproxy: neither by name nor by address', async () => {
  const { docker } = await connectRuntime()
  const containers = await docker.listContainers({ filters: { label: ['ackproof.run'] } })
  const addressOf = (id: number): string => {
    const container = containers.find(one => one.Names[0]?.endsWith(`-node-${id}`))

    return Object.values(container?.NetworkSettings.Networks ?? {})[0]?.IPAddress ?? ''
  }
  const name = containers.find(one => one.Names[0]?.endsWith('-node-1'))?.Id ?? ''
  const reach = (host: string): Promise<string> =>
    execute(docker, name, ['bash', '-c', `timeout 2 bash -c 'exec 3<>/dev/tcp/${host}/19092' 2>/dev/null && echo reached || echo blocked`])

  expect(addressOf(2)).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
  expect((await reach(addressOf(2))).trim()).toBe('blocked')
  expect((await reach('node-2')).trim()).toBe('blocked')
  expect((await reach('kafka-2')).trim()).toBe('reached')
})

test('published ports listen on loopback alone', async () => {
  const { docker } = await connectRuntime()
  const containers = await docker.listContainers({ filters: { label: ['ackproof.run'] } })
  const published = containers.flatMap(container => container.Ports.filter(port => port.PublicPort))

  expect(published.length).toBeGreaterThan(0)
  expect(new Set(published.map(port => port.IP))).toEqual(new Set(['127.0.0.1']))
})

test.for([['black-hole'], ['refuse']] as const)('a link cut by %s is silent, its reverse is not, and it heals', async ([how]) => {
  const link = linkNamed('data:2->1')
  const { bit, seen } = await under(cut(these<Link>(link), { how }), () => shared.cluster().probe([linkNamed('data:1->2'), linkNamed('data:3->1')], probing))

  expect(bit).toBe(true)
  expect(seen.every(result => result.answered)).toBe(true)
  expect((await shared.cluster().probe([link], probing)).map(result => result.answered)).toEqual([true])
})

test('a stalled link is silent until it heals', async () => {
  const { bit } = await under(stall(these<Link>(linkNamed('quorum:3->1'))), () => Promise.resolve())

  expect(bit).toBe(true)
  expect((await shared.cluster().probe([linkNamed('quorum:3->1')], probing)).map(result => result.answered)).toEqual([true])
})

test('dropping responses silences one client role, and no other', async () => {
  const { bit, seen } = await under(dropResponses(these<Link>(linkNamed('producer->2'))), () => shared.cluster().probe([linkNamed('consumer->2')], probing))

  expect(bit).toBe(true)
  expect(seen.map(result => result.answered)).toEqual([true])
})

test.for([['black-hole', 'silent'], ['refuse', 'refused']] as const)('a stall and a cut by %s of one link: each heals its own, and the other stays in force', async ([how, ending]) => {
  const link = linkNamed('data:2->3')
  const strike = async (fault: Fault) => (await fault.prepare(subject(), randomFrom('test'))).strike()
  const answered = async (): Promise<readonly boolean[]> => (await shared.cluster().probe([link], probing)).map(result => result.answered)

  const stalled = await strike(stall(these<Link>(link)))
  expect(await stalled.bite('struck')).toMatchObject({ bit: true })
  const severed = await strike(cut(these<Link>(link), { how }))
  expect(await severed.bite('struck')).toMatchObject({ bit: true, evidence: expect.stringContaining('held by another fault too') as string })

  await stalled[Symbol.asyncDispose]()
  expect(await answered()).toEqual([false])
  expect(await severed.bite('healing')).toEqual({ bit: true, evidence: `data:2->3: answered before, ${ending} now` })
  await severed[Symbol.asyncDispose]()
  expect(await answered()).toEqual([true])
})

test('a fault that is switched off does not count as one', async () => {
  const link = { ...linkNamed('data:1->3'), disturb: () => Promise.resolve({ holds: () => Promise.resolve({ own: true, others: false }), [Symbol.asyncDispose]: () => Promise.resolve() }) }
  const { bit, evidence } = await under(cut(these<Link>(link)), () => Promise.resolve())

  expect(bit).toBe(false)
  expect(evidence).toBe('data:1->3 still answers')
})

test('a killed broker is gone with 137, leadership moves, and after its return every ISR is whole', async () => {
  const orders = topic(`orders-${randomBytes(3).toString('hex')}`)
  await shared.metadata().createTopic(orders)
  const [before] = await shared.metadata().partitions([orders.name])
  const leader = shared.cluster().nodes.find(node => node.id === before?.leader)
  if (!leader) throw new Error('no leader')

  const { bit, seen } = await under(kill(these(leader)), async () => {
    const until = performance.now() + 60_000
    for (;;) {
      const [now] = await shared.metadata().partitions([orders.name])
      if (now?.leader !== undefined && now.leader !== leader.id) return now
      if (performance.now() > until) throw new Error('no new leader')
    }
  })

  expect(bit).toBe(true)
  expect(seen.leaderEpoch).toBeGreaterThan(before?.leaderEpoch ?? 0)
  await steady([orders])
})

test('a paused broker answers nobody, and the metadata client asks another instead of hanging', async () => {
  const [node] = shared.cluster().nodes
  if (!node) throw new Error('no node')
  await node.pause()
  try {
    expect((await node.state()).status).toBe('paused')
    expect((await shared.cluster().probe([linkNamed('producer->1')], probing)).map(result => result.answered)).toEqual([false])
    // If the paused one was the controller, the other two first elect another; and a broker that had just handed a question on to it gives
    // that connection up only after 30 s (controller.socket.timeout.ms).
    await untilNothingIsMissing(async () => [2, 3].includes(await shared.metadata().controller() ?? 0) ? undefined : 'a controller among brokers 2 and 3',
      { what: 'an answer about the controller', deadlineMs: 90_000, everyMs: 100, signal })
    expect(await shared.metadata().liveBrokers()).toContain(2)
  } finally {
    await node.unpause()
  }
  await steady()
})

test('a stopped broker ends with 143 and comes back', async () => {
  const node = shared.cluster().nodes[1]
  if (!node) throw new Error('no node')
  await node.stop()
  expect(await node.state()).toMatchObject({ status: 'exited', exitCode: 143 })
  await node.start()
  await steady()
})

test('a node\'s log can be read', async () => {
  expect(await shared.cluster().nodes[0]?.log({ last: 500 })).toContain('Kafka')
})

test('Toxiproxy\'s own port answers here, and says its version', async () => {
  expect(shared.cluster().toxiproxyVersion).toMatch(/^2\.\d+\.\d+$/)
  const [host = '', port = ''] = (shared.cluster().bootstrap('admin')[0] ?? '').split(':')
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), host, () => {
      socket.destroy()
      resolve()
    })
    socket.on('error', reject)
  })
})
