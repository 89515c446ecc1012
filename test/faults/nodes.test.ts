/** Pauses, stops and restarts of nodes, both ways: what proves them, what does not, and that healing undoes them. */
import { expect, test } from 'vitest'
import { pause, restart, stop } from '../../harness/faults/index.ts'
import { seconds } from '../../harness/model/duration.ts'
import type { Node, Subject } from '../../harness/model/cluster.ts'
import type { Fault, Injection, NodeTarget } from '../../harness/model/fault.ts'
import { fakeLink, fakeNode, fakeSubject, type FakeNode } from '../fake-cluster.ts'
import { random, these } from './these.ts'

const admin = fakeLink('admin', 2)
const subjectWith = (...nodes: readonly Node[]): Subject => fakeSubject({ nodes, links: [admin] })
const strike = async (fault: (target: NodeTarget) => Fault, ...nodes: readonly Node[]): Promise<Injection> =>
  (await fault(these<Node>(...nodes)).prepare(subjectWith(...nodes), random)).strike()
const heal = (injection: Injection): PromiseLike<void> => injection[Symbol.asyncDispose]()

/** A node that cannot be brought to this. */
const failing = (node: FakeNode, what: 'pause' | 'stop' | 'kill' | 'start'): FakeNode => ({ ...node, [what]: () => Promise.reject(new Error('no')) })

test('a paused broker whose process stands still and answers nobody proves the pause, and healing lets it go on', async () => {
  const node = fakeNode(2)
  const injection = await strike(pause, node)

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'broker 2: paused, its CPU time stands at 100 ms, and admin->2: answered before, silent now' })
  expect(await injection.bite('healing')).toMatchObject({ bit: true })
  await heal(injection)
  await heal(injection)
  expect(await node.state()).toMatchObject({ status: 'running' })
})

test('a pause that is switched off does not count as one', async () => {
  const injection = await strike(pause, { ...fakeNode(2), pause: () => Promise.resolve() })

  expect(await injection.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('it is running, it went on for 1.0 ms of CPU time, it still answers by admin->2') as string })
})

test('a process that goes on under its pause was not paused, whatever the engine says', async () => {
  const injection = await strike(pause, fakeNode(2, { worksOn: true }))

  expect(await injection.bite('struck')).toEqual({ bit: false, evidence: 'broker 2: it went on for 1.0 ms of CPU time' })
})

test('a process that went on between the blow and its healing was not paused for all of that time', async () => {
  const node = fakeNode(2)
  const injection = await strike(pause, node)
  await injection.bite('struck')
  await node.unpause()
  await node.cpuTime()
  await node.pause()

  expect(await injection.bite('healing')).toMatchObject({ bit: false, evidence: expect.stringContaining('it went on for 1.0 ms of CPU time') as string })
})

test('CPU time that nobody counts stands still for everybody, and proves no pause', async () => {
  const injection = await strike(pause, { ...fakeNode(2), cpuTime: () => Promise.resolve({ milliseconds: 0 }) })

  expect(await injection.bite('struck')).toEqual({ bit: false, evidence: 'broker 2: its CPU time is not known' })
})

test('a broker that answered nobody before it was paused proves nothing by its silence', async () => {
  const node = fakeNode(2)
  const prepared = await pause(these<Node>(node)).prepare(fakeSubject({ nodes: [node], links: [fakeLink('admin', 2, { silent: true })] }), random)

  expect(await (await prepared.strike()).bite('struck')).toEqual({ bit: false, evidence: 'broker 2: nobody who was answered before could ask it' })
})

test('a controller is asked by the nodes that go on running', async () => {
  const node: FakeNode = { ...fakeNode(2), roles: ['controller'] }
  const links = [fakeLink(1, 2, { plane: 'quorum' }), fakeLink('admin', 1)]
  const injection = await (await pause(these<Node>(node)).prepare(fakeSubject({ nodes: [node], links }), random)).strike()

  expect(await injection.bite('struck')).toMatchObject({ bit: true, evidence: expect.stringContaining('quorum:1->2: answered before, silent now') as string })
})

test.for<[string, (target: NodeTarget) => Fault]>([['pause', pause], ['stop', stop], ['restart', restart]])(
  'a %s of what another fault has paused is refused, and leaves it paused', async ([, fault]) => {
    const [running, paused] = [fakeNode(1), fakeNode(2)]
    await paused.pause()

    await expect(strike(fault, running, paused)).rejects.toThrow('broker 2 is paused: the fault needs a node that runs')
    expect(running.calls).toEqual([])
    expect(await paused.state()).toMatchObject({ status: 'paused' })
  })

test.for<[string, (target: NodeTarget) => Fault, 'pause' | 'stop' | 'kill']>([
  ['pause', pause, 'pause'], ['stop', stop, 'stop'], ['restart', target => restart(target, { how: 'kill' }), 'kill']
])('a %s that fails half-way is undone', async ([, fault, what]) => {
  const [one, other] = [fakeNode(1), fakeNode(3)]

  await expect(strike(fault, one, failing(other, what))).rejects.toThrow(/1 of 2 nodes could not be \w+: no/)
  expect(await one.state()).toMatchObject({ status: 'running' })
})

test('a stopped broker that ended by itself proves the stop, and says how long it took', async () => {
  const node = fakeNode(2)
  const injection = await strike(stop, node)

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: expect.stringMatching(/^broker 2: exit 143 after \d+ ms$/) as string })
  await heal(injection)
  expect(node.calls).toEqual(['stop', 'start'])
})

test('a broker that had to be killed in the end was not stopped, and one that runs even less so', async () => {
  const killed = await strike(stop, fakeNode(2, { stopsWith: 137 }))
  const running = await strike(stop, { ...fakeNode(2), stop: () => Promise.resolve() })

  expect(await killed.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('exit 137') as string })
  expect(await running.bite('struck')).toEqual({ bit: false, evidence: 'broker 2: still running' })
})

test.for([['graceful', ['stop', 'start'], 143], ['kill', ['kill', 'start'], 137]] as const)('a restart (%s) ends one life and begins another, and healing has nothing left to do', async ([how, calls, exitCode]) => {
  const node = fakeNode(2)
  const injection = await strike(target => restart(target, { how }), node)

  expect(node.calls).toEqual(calls)
  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: expect.stringMatching(new RegExp(`^broker 2: exit ${exitCode} after \\d+ ms, started again$`)) as string })
  await heal(injection)
  expect(await node.state()).toMatchObject({ status: 'running', startedAt: 'life 2' })
})

test('before it is healed, a restart says whether its broker is back in the cluster', async () => {
  const node = fakeNode(2)
  const lookWith = async (live: readonly number[]) => {
    const subject = fakeSubject({ nodes: [node], links: [admin], live: () => live })

    return (await (await restart(these<Node>(node)).prepare(subject, random)).strike()).bite('healing')
  }

  expect(await lookWith([1, 2, 3])).toMatchObject({ bit: true, evidence: expect.stringContaining(', back in the cluster') as string })
  expect(await lookWith([1, 3])).toMatchObject({ bit: true, evidence: expect.stringContaining(', not back in the cluster yet') as string })
})

test('a broker that was killed and comes back before its session can have ended is told', async () => {
  const node = fakeNode(2)
  const subject = subjectWith(node)
  const withSession: Subject = { ...subject, metadata: { ...subject.metadata, brokerConfiguration: () => Promise.resolve({ 'broker.session.timeout.ms': '9000' }) } }
  const look = async (how: 'graceful' | 'kill') => (await (await restart(these<Node>(node), { how }).prepare(withSession, random)).strike()).bite('struck')

  expect(await look('kill')).toMatchObject({ evidence: expect.stringContaining('started again, before its old session of 9 s could end') as string })
  expect(await look('graceful')).toMatchObject({ evidence: expect.not.stringContaining('session') as string })
})

test('a restart without a new life, with one that did not last, or with another end than was asked for did not bite', async () => {
  const down = await strike(restart, fakeNode(2, { staysDown: true }))
  const wrongEnd = await strike(restart, fakeNode(2, { stopsWith: 137 }))
  const node = fakeNode(2)
  const shortLived = await strike(restart, node)
  await node.kill()
  const switchedOff = await strike(restart, { ...fakeNode(2), stop: () => Promise.resolve(), start: () => Promise.resolve() })

  expect(await down.bite('struck')).toEqual({ bit: false, evidence: 'broker 2: no new life began' })
  expect(await wrongEnd.bite('struck')).toEqual({ bit: false, evidence: 'broker 2: exit 137, which is no controlled shutdown' })
  expect(await shortLived.bite('healing')).toMatchObject({ bit: false, evidence: expect.stringContaining('its new life did not last; it is exited') as string })
  expect(await switchedOff.bite('struck')).toMatchObject({ bit: false })
})

test('a restart that stays down for longer than it may is refused, with the value', () => {
  expect(() => restart(these<Node>(), { down: seconds(61) })).toThrow('`restart` is asked to leave a node down for 1 min 1 s')
})
