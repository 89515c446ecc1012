/** Limits of CPU and memory, both ways: what was felt proves them, what was not does not, and healing undoes them. */
import { expect, test } from 'vitest'
import { squeezeCpu, squeezeMemory } from '../../harness/faults/index.ts'
import type { Node } from '../../harness/model/cluster.ts'
import type { Fault, Injection, NodeTarget } from '../../harness/model/fault.ts'
import { fakeNode, fakeSubject } from '../fake-cluster.ts'
import { random, these } from './these.ts'

const cpu = (target: NodeTarget): Fault => squeezeCpu(target, { cores: 0.2 })
const memory = (target: NodeTarget): Fault => squeezeMemory(target, { megabytes: 512 })
const strike = async (fault: (target: NodeTarget) => Fault, ...nodes: readonly Node[]): Promise<Injection> =>
  (await fault(these<Node>(...nodes)).prepare(fakeSubject({ nodes }), random)).strike()
const heal = (injection: Injection): PromiseLike<void> => injection[Symbol.asyncDispose]()

test.for<[string, (target: NodeTarget) => Fault, string, string]>([
  ['CPU', cpu, 'squeezed into 0.2 CPU cores', 'had used up its 0.2 cores in 7 periods of the scheduler'],
  ['memory', memory, 'squeezed into 512 MB of memory', 'was at its limit of 512 MB, which refused it memory 7 times']
])('a limit of %s that was felt proves itself, and is lifted once', async ([, fault, atBlow, beforeHealing]) => {
  const node = fakeNode(2)
  const injection = await strike(fault, node)

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: `broker 2: ${atBlow}` })
  expect(await injection.bite('healing')).toEqual({ bit: true, evidence: `broker 2: ${beforeHealing}` })
  await heal(injection)
  await heal(injection)
  expect(node.calls).toHaveLength(2)
  expect(node.calls[1]).toMatch(/^lift/)
})

test.for([cpu, memory])('a limit that was never felt does not count as one', async fault => {
  const injection = await strike(fault, fakeNode(2, { squeezed: 'not felt' }), fakeNode(3))
  expect(await injection.bite('struck')).toMatchObject({ bit: true })

  expect(await injection.bite('healing')).toMatchObject({ bit: false, evidence: expect.stringContaining('broker 2: never') as string })
})

test.for([cpu, memory])('a limit that is switched off does not count as one', async fault => {
  const injection = await strike(fault, fakeNode(2, { squeezed: 'not at all' }))

  expect(await injection.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('is not squeezed into') as string })
  expect(await injection.bite('healing')).toMatchObject({ bit: false })
})

test('memory that is full to the brim was felt, also where the kernel counts no refusals', async () => {
  const injection = await strike(memory, fakeNode(2, { squeezed: 'full' }))

  expect(await injection.bite('healing')).toEqual({ bit: true, evidence: 'broker 2: is full: 510.5 of its 512 MB are in use' })
})

test('what nobody counted was not felt', async () => {
  const node: Node = { ...fakeNode(2), squeeze: () => Promise.resolve({ strain: () => Promise.resolve({ inForce: true }), [Symbol.asyncDispose]: () => Promise.resolve() }) }

  expect(await (await strike(memory, node)).bite('healing')).toEqual({ bit: false, evidence: 'broker 2: nobody counted what was refused to it' })
})

test('a broker that the kernel ended for want of memory proves that, and is started again', async () => {
  const node = fakeNode(2, { squeezed: 'out of memory' })
  const injection = await strike(memory, node)

  expect(await injection.bite('healing')).toEqual({ bit: true, evidence: 'broker 2: the kernel ended it for want of memory (exit 137)' })
  await heal(injection)
  expect(node.calls).toEqual(['squeeze into 512 MB', 'lift 512 MB', 'start'])
})

test('a broker that another fault has ended proves nothing, and is left to that fault', async () => {
  const node = fakeNode(2)
  const injection = await strike(memory, node)
  await node.kill()

  expect(await injection.bite('healing')).toEqual({ bit: false, evidence: 'broker 2: it has exited (137), and not for want of memory' })
  await heal(injection)
  expect(node.calls).not.toContain('start')
})

test('want of memory is no proof of a limit of CPU', async () => {
  expect(await (await strike(cpu, fakeNode(2, { squeezed: 'out of memory' }))).bite('healing')).toMatchObject({ bit: false })
})

test('of two nodes of which one cannot be squeezed, the other is let go', async () => {
  const [one, other] = [fakeNode(1), { ...fakeNode(2), squeeze: () => Promise.reject(new Error('device or resource busy')) }]

  await expect(strike(memory, one, other)).rejects.toThrow('1 of 2 nodes could not be squeezed: device or resource busy')
  expect(one.calls).toEqual(['squeeze into 512 MB', 'lift 512 MB'])
})

test('no node is no limit, and one that does not run is not squeezed', async () => {
  const dead = fakeNode(2)
  await dead.kill()

  expect(await (await strike(cpu)).bite('struck')).toEqual({ bit: false, evidence: 'no node was chosen' })
  await expect(strike(cpu, dead)).rejects.toThrow('broker 2 is exited')
})

test.for([0, -1, 65, NaN])('%d cores are refused', cores => {
  expect(() => squeezeCpu(these<Node>(), { cores })).toThrow(/`squeezeCpu` is asked for \S+ cores; it takes from 0.01 to 64/)
})

test.for([0, 63, 100.5, -100, NaN])('%d megabytes are refused', megabytes => {
  expect(() => squeezeMemory(these<Node>(), { megabytes })).toThrow(/`squeezeMemory` is asked for \S+ megabytes/)
})
