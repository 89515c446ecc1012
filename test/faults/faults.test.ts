/** Every fault both ways: what proves that it bit, and what must not count as proof. */
import { expect, test } from 'vitest'
import { cut, dropResponses, fencedBroker, kill, killClient, pause, provenBy, shrunkIsr, stall, wipe } from '../../harness/faults/index.ts'
import type { ClientProcess, Link, Node, Subject } from '../../harness/model/cluster.ts'
import type { Injection } from '../../harness/model/fault.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { topic } from '../../harness/model/topic.ts'
import { fakeLink, fakeNode, fakeSubject, partitionState, type FakeLink } from '../fake-cluster.ts'
import { fakeDisk } from '../fake-disk.ts'
import { these } from './these.ts'

const random = randomFrom('test')

test('a killed broker that is gone with exit code 137 proves the kill, and healing starts it', async () => {
  const node = fakeNode(2)
  const prepared = await kill(these<Node>(node)).prepare(fakeSubject({ nodes: [node] }), random)
  expect(node.calls).toEqual([])

  const injection = await prepared.strike()
  expect(await injection.bite('struck')).toMatchObject({ bit: true, evidence: expect.stringContaining('broker 2: exit 137') as string })

  await injection[Symbol.asyncDispose]()
  expect(node.calls).toEqual(['kill', 'start'])
})

test('a broker that still runs after its kill is no proof', async () => {
  const node = fakeNode(2, { survivesKill: true })
  const injection = await (await kill(these<Node>(node)).prepare(fakeSubject({ nodes: [node] }), random)).strike()

  expect(await injection.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('still running') as string })
})

test('a cut link that fell silent proves the cut, and heals', async () => {
  const link = fakeLink(2, 1)
  const injection = await (await cut(these<Link>(link)).prepare(fakeSubject({ links: [link] }), random)).strike()

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'data:2->1: answered before, silent now' })
  await injection[Symbol.asyncDispose]()
  expect(link.silent()).toBe(false)
})

test('a link that still answers did not get cut', async () => {
  const link = fakeLink(2, 1, { immune: true })
  const injection = await (await cut(these<Link>(link)).prepare(fakeSubject({ links: [link] }), random)).strike()

  expect(await injection.bite('struck')).toEqual({ bit: false, evidence: 'data:2->1 still answers' })
})

/** A subject whose probes come out as the test says. */
const probing = (link: FakeLink, result: { readonly asked: () => boolean, readonly milliseconds: number }): Subject => {
  const subject = fakeSubject({ links: [link] })
  const probe: Subject['cluster']['probe'] = links => Promise.resolve(links.map(({ name }) =>
    ({ link: name, asked: result.asked(), answered: !link.silent(), ending: link.silent() ? 'closed' : 'answered', milliseconds: result.milliseconds })))

  return { ...subject, cluster: { ...subject.cluster, probe } }
}

test('a question that could not be asked is no silence', async () => {
  const link = fakeLink(2, 1)
  const subject = probing(link, { asked: () => !link.silent(), milliseconds: 2000 })
  const injection = await (await cut(these<Link>(link)).prepare(subject, random)).strike()

  expect(await injection.bite('struck')).toEqual({ bit: false, evidence: 'data:2->1 could not be asked' })
})

test('a silence that ends early is no black hole', async () => {
  const link = fakeLink(2, 1)
  const subject = probing(link, { asked: () => true, milliseconds: 40 })
  const injection = await (await cut(these<Link>(link)).prepare(subject, random)).strike()

  expect(await injection.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('was closed after 40 ms, not silent') as string })
})

test('a broker that does not answer its admin either may just be slow: no proof', async () => {
  const link = fakeLink(2, 1)
  const admin = fakeLink('admin', 1, { silent: true })
  const injection = await (await cut(these<Link>(link)).prepare(fakeSubject({ links: [link, admin] }), random)).strike()

  expect(await injection.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('nor did the undisturbed admin->1 answer') as string })
})

test('what was proven stands while another fault has killed an end of the link', async () => {
  const link = fakeLink(2, 1)
  const node = fakeNode(1)
  const injection = await (await stall(these<Link>(link)).prepare(fakeSubject({ links: [link], nodes: [node, fakeNode(2)] }), random)).strike()
  expect(await injection.bite('struck')).toMatchObject({ bit: true })
  await node.kill()

  expect(await injection.bite('healing')).toEqual({ bit: true, evidence: 'not asked before healing: node 1 does not run' })
})

test('a blow that fails half-way is undone', async () => {
  const [one, other] = [fakeLink(2, 1), { ...fakeLink(3, 1), disturb: () => Promise.reject(new Error('no')) }]
  const prepared = await cut(these<Link>(one, other)).prepare(fakeSubject({ links: [one] }), random)

  await expect(prepared.strike()).rejects.toThrow('1 of 2 links could not be disturbed: no')
  expect(one.silent()).toBe(false)
})

/** Two cuts of one link, each prepared and struck when the test says so. */
const twoCuts = () => {
  const link = fakeLink(2, 1)
  const subject = fakeSubject({ links: [link] })
  const strike = async (): Promise<Injection> => (await cut(these<Link>(link)).prepare(subject, random)).strike()

  return { link, strike }
}

test('of two faults on one link each heals its own, and the link is silent until the last has healed', async () => {
  const { link, strike } = twoCuts()
  const [one, other] = [await strike(), await strike()]

  await one[Symbol.asyncDispose]()
  expect(link.silent()).toBe(true)
  await other[Symbol.asyncDispose]()
  expect(link.silent()).toBe(false)
})

test('the second fault on a link is proven once it silences the link alone', async () => {
  const { strike } = twoCuts()
  const one = await strike()
  expect(await one.bite('struck')).toMatchObject({ bit: true })
  const other = await strike()

  expect(await other.bite('struck')).toMatchObject({ bit: true, evidence: expect.stringContaining('data:2->1: held by another fault too') as string })
  await one[Symbol.asyncDispose]()
  expect(await other.bite('healing')).toEqual({ bit: true, evidence: 'data:2->1: answered before, silent now' })
})

test('a fault that never held its link alone proves nothing, and the one before it keeps its proof', async () => {
  const { strike } = twoCuts()
  const one = await strike()
  await one.bite('struck')
  const other = await strike()
  await other.bite('struck')

  expect(await other.bite('healing')).toEqual({ bit: false, evidence: 'data:2->1: never so by this fault alone' })
  expect(await one.bite('healing')).toMatchObject({ bit: true })
})

test('the silence that another fault makes does not prove one that is no longer in place', async () => {
  const link = fakeLink(2, 1, { forgetful: true, silent: true })
  const injection = await (await cut(these<Link>(link)).prepare(fakeSubject({ links: [link] }), random)).strike()

  expect(await injection.bite('healing')).toEqual({ bit: false, evidence: 'the fault is no longer in place on data:2->1' })
})

test('a link that was silent before the fault proves nothing', async () => {
  const link = fakeLink(2, 1, { silent: true })
  const injection = await (await stall(these<Link>(link)).prepare(fakeSubject({ links: [link] }), random)).strike()

  expect(await injection.bite('struck')).toMatchObject({ bit: false, evidence: 'data:2->1 did not answer before the fault' })
})

test('a fault on no link at all did not bite', async () => {
  const injection = await (await cut(these<Link>()).prepare(fakeSubject(), random)).strike()

  expect(await injection.bite('struck')).toEqual({ bit: false, evidence: 'no link was chosen' })
})

test('dropping responses disturbs only the way back, and closes after the given time', async () => {
  const link = fakeLink('producer', 1)
  await (await dropResponses(these<Link>(link)).prepare(fakeSubject({ links: [link] }), random)).strike()

  expect(link.disturbances).toEqual([{ kind: 'drop-responses', closeAfterMs: 200 }])
})

test('a consequence that did not come before healing takes the proof away', async () => {
  const link = fakeLink(2, 1)
  const orders = topic('orders')
  const whole = fakeSubject({ links: [link], partitions: () => [partitionState(0, 1)] })
  const injection = await (await provenBy(cut(these<Link>(link)), shrunkIsr(orders)).prepare(whole, random)).strike()

  expect(await injection.bite('struck')).toMatchObject({ bit: true })
  expect(await injection.bite('healing')).toMatchObject({ bit: false, evidence: expect.stringContaining('every ISR of orders is still whole') as string })
})

test('a shrunken ISR before healing completes the proof', async () => {
  const link = fakeLink(2, 1)
  const shrunk = fakeSubject({ links: [link], partitions: () => [partitionState(0, 1, [1, 3])] })
  const injection = await (await provenBy(cut(these<Link>(link)), shrunkIsr(topic('orders'))).prepare(shrunk, random)).strike()

  expect(await injection.bite('healing')).toMatchObject({ bit: true, evidence: expect.stringContaining('the ISR of orders-0 is 1, 3') as string })
})

test('a pause under which the cluster gives its broker up completes the proof, one that it outlasts does not, nor does a broker that has ended', async () => {
  const paused = fakeNode(1)
  const fencedOf = async (live: readonly number[], node = paused): Promise<unknown> => {
    const subject = fakeSubject({ nodes: [node, fakeNode(2)], links: [fakeLink('admin', 1)], live: () => live })
    const injection = await (await provenBy(pause(these<Node>(node)), fencedBroker()).prepare(subject, random)).strike()
    await injection.bite('struck')
    const bite = await injection.bite('healing')
    await injection[Symbol.asyncDispose]()

    return bite
  }

  expect(await fencedOf([2])).toMatchObject({ evidence: expect.stringContaining('broker 1, which is paused, is fenced') as string })
  expect(await fencedOf([1, 2])).toMatchObject({ bit: false, evidence: expect.stringContaining('no broker that has not ended is fenced') as string })

  const ended = fakeNode(3)
  await ended.kill()
  expect(await fencedBroker().look(fakeSubject({ nodes: [ended], live: () => [] }))).toMatchObject({ bit: false })
})

const client = (signal: string | undefined, { ended = false } = {}): ClientProcess & { readonly calls: string[] } => {
  const calls: string[] = []
  let running = !ended

  return {
    name: 'c1',
    role: 'consumer',
    calls,
    kill: () => {
      running = false

      return Promise.resolve({ pid: 41, signal, exitCode: signal === undefined ? 0 : undefined })
    },
    leave: () => Promise.reject(new Error('It is dead.')),
    restart: () => Promise.resolve(void calls.push('restart')),
    running: () => running,
    freeze: () => Promise.reject(new Error('It is dead.')),
    thaw: () => undefined,
    activity: () => ({ pid: 41, stopped: false, ledgerBytes: 0 })
  }
}

test('a client ended by SIGKILL proves the kill, and healing restarts it', async () => {
  const process = client('SIGKILL')
  const injection = await (await killClient(these<ClientProcess>(process)).prepare(fakeSubject(), random)).strike()

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'c1: process 41 ended by SIGKILL' })
  await injection[Symbol.asyncDispose]()
  expect(process.calls).toEqual(['restart'])
})

test('a client that another fault has killed is killed by nobody else', async () => {
  const process = client('SIGKILL', { ended: true })
  const prepared = await killClient(these<ClientProcess>(process)).prepare(fakeSubject(), random)

  await expect(prepared.strike()).rejects.toThrow('Ended already, by another fault: c1.')
  expect(process.calls).toEqual([])
})

test.each([['kill', kill], ['wipe', wipe]] as const)('a node that another fault holds down is not hit by "%s", nor started by its undoing', async (_, fault) => {
  const [down, up] = [fakeNode(1, { disks: [fakeDisk()] }), fakeNode(2, { disks: [fakeDisk()] })]
  await down.kill()
  const prepared = await fault(these<Node>(up, down)).prepare(fakeSubject({ nodes: [up, down, fakeNode(3, { disks: [fakeDisk()] })] }), random)

  await expect(prepared.strike()).rejects.toThrow('broker 1 is exited')
  expect([up.calls, down.calls]).toEqual([[], ['kill']])
})

test('a client that ended by itself was not killed', async () => {
  const injection = await (await killClient(these<ClientProcess>(client(undefined))).prepare(fakeSubject(), random)).strike()

  expect(await injection.bite('struck')).toMatchObject({ bit: false })
})

test('a kill that has to meet a commit knows whose it may be, and they must all still be theirs at the blow', async () => {
  const node = fakeNode(2)
  let coordinated = ['a', 'b']
  const target = { ...these<Node>(node), coordinated: () => Promise.resolve(coordinated) }
  const prepared = await kill(target, { inMidCommit: true }).prepare(fakeSubject({ nodes: [node] }), random)

  expect(prepared.transactionalIds).toEqual(['a', 'b'])
  expect(await prepared.role?.()).toMatchObject({ held: true })
  coordinated = ['b', 'c']
  expect(await prepared.role?.()).toMatchObject({ held: false, evidence: 'broker 2 coordinated b, c, and no more a' })
  expect((await kill(target).prepare(fakeSubject({ nodes: [node] }), random)).transactionalIds).toBeUndefined()
})
