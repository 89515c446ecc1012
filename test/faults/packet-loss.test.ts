/** Packet loss, both ways: packets that were lost prove it, and a rule that nothing came by, or that dropped nothing, does not. */
import { expect, test } from 'vitest'
import { cut, packetLoss } from '../../harness/faults/index.ts'
import type { Link } from '../../harness/model/cluster.ts'
import type { Injection } from '../../harness/model/fault.ts'
import { fakeLink, fakeNode, fakeSubject, type FakeLink } from '../fake-cluster.ts'
import { random, these } from './these.ts'

const struck = async (...links: readonly FakeLink[]): Promise<Injection> =>
  (await packetLoss(these<Link>(...links), { percent: 5 }).prepare(fakeSubject({ links }), random)).strike()

test('packets that came by and were lost prove it, and it heals', async () => {
  const link = fakeLink(2, 1)
  const injection = await struck(link)

  expect(link.disturbances).toEqual([{ kind: 'packet-loss', percent: 5 }])
  expect(await injection.bite('struck')).toMatchObject({ bit: true })
  expect(await injection.bite('healing')).toEqual({ bit: true, evidence: 'data:2->1: 10 of 200 packets lost' })
  await injection[Symbol.asyncDispose]()
  expect(await injection.bite('healing')).toEqual({ bit: false, evidence: 'the fault is no longer in place on data:2->1' })
})

test('one way alone is asked for alone', async () => {
  const link = fakeLink(2, 1)
  await (await packetLoss(these<Link>(link), { percent: 30, only: 'responses' }).prepare(fakeSubject({ links: [link] }), random)).strike()

  expect(link.disturbances).toEqual([{ kind: 'packet-loss', percent: 30, only: 'responses' }])
})

test('a link on which nothing came by, though its rules are in place, has lost nothing', async () => {
  const injection = await struck(fakeLink(2, 1, { packets: 0 }))

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'data:2->1: its rules are in place' })
  expect(await injection.bite('healing')).toEqual({ bit: false, evidence: 'data:2->1: not one packet came by' })
})

test('a packet loss that is switched off does not count as one, nor does it for one link of two', async () => {
  const injection = await struck(fakeLink(2, 1), fakeLink(3, 1, { immune: true }))
  await injection.bite('struck')

  expect(await injection.bite('healing')).toEqual({ bit: false, evidence: 'data:3->1: none of 200 packets was lost' })
})

test('rules that are gone again prove nothing', async () => {
  expect(await (await struck(fakeLink(2, 1, { forgetful: true }))).bite('struck')).toEqual({ bit: false, evidence: 'the fault is no longer in place on data:2->1' })
})

test('what was counted stands, whatever became of the links\' ends, and whatever else holds them', async () => {
  const [link, nodes] = [fakeLink(2, 1), [fakeNode(1), fakeNode(2)]]
  const subject = fakeSubject({ links: [link, fakeLink('admin', 1)], nodes })
  await using other = await (await cut(these<Link>(link)).prepare(subject, random)).strike()
  const injection = await (await packetLoss(these<Link>(link), { percent: 50 }).prepare(subject, random)).strike()
  expect(await injection.bite('struck')).toMatchObject({ bit: true })
  expect(await other.bite('struck')).toMatchObject({ bit: true })
  await nodes[0]?.kill()

  expect(await injection.bite('healing')).toMatchObject({ bit: true, evidence: expect.stringContaining('packets lost') as string })
})

test('no link is no packet loss', async () => {
  expect(await (await struck()).bite('struck')).toEqual({ bit: false, evidence: 'no link was chosen' })
})

test.for([0, 0.5, 91, 100, -5, NaN])('a loss of %d percent is refused', percent => {
  expect(() => packetLoss(these<Link>(), { percent })).toThrow(/`packetLoss` is asked for \S+ percent; it takes from 1 to 90/)
})

test('it needs what a machine may not have', () => {
  expect(packetLoss(these<Link>(), { percent: 1 }).needs).toEqual(['links', 'packet-loss'])
})
