/** Faults that end connections, and cuts of one way, both ways: how a question must end, and how it must not. */
import { expect, test } from 'vitest'
import { cut, reset } from '../../harness/faults/index.ts'
import type { Link } from '../../harness/model/cluster.ts'
import type { Fault, Injection, LinkTarget } from '../../harness/model/fault.ts'
import { fakeLink, fakeSubject, type FakeLink } from '../fake-cluster.ts'
import { random, these } from './these.ts'

const refuse = (target: LinkTarget): Fault => cut(target, { how: 'refuse' })
const strike = async (fault: (target: LinkTarget) => Fault, link: FakeLink): Promise<Injection> =>
  (await fault(these<Link>(link)).prepare(fakeSubject({ links: [link] }), random)).strike()

test.for<['reset' | 'refused', (target: LinkTarget) => Fault]>([['reset', reset], ['refused', refuse]])(
  'a link by which a question is %s proves the fault, and heals, once however often', async ([ending, fault]) => {
    const link = fakeLink(2, 1)
    const injection = await strike(fault, link)

    expect(await injection.bite('struck')).toEqual({ bit: true, evidence: `data:2->1: answered before, ${ending} now` })
    await injection[Symbol.asyncDispose]()
    await injection[Symbol.asyncDispose]()
    expect(link.silent()).toBe(false)
  })

test.for<[string, (target: LinkTarget) => Fault]>([['reset', reset], ['refusal', refuse]])('a %s that is switched off does not count as one', async ([, fault]) => {
  const injection = await strike(fault, fakeLink(2, 1, { immune: true }))

  expect(await injection.bite('struck')).toEqual({ bit: false, evidence: 'data:2->1 still answers' })
})

test('another end than the fault makes is no proof of it', async () => {
  expect(await (await strike(reset, fakeLink(2, 1, { ends: 'closed' }))).bite('struck')).toEqual({ bit: false, evidence: 'data:2->1 was closed after 1 ms, not reset' })
  expect(await (await strike(refuse, fakeLink(2, 1, { ends: 'silent' }))).bite('struck')).toEqual({ bit: false, evidence: 'data:2->1 was silent after 2000 ms, not refused' })
  expect(await (await strike(cut, fakeLink(2, 1, { ends: 'refused' }))).bite('struck')).toEqual({ bit: false, evidence: 'data:2->1 was refused after 1 ms, not silent' })
})

test('clients come by forwarded ports, so theirs is an end of any kind, but no silence', async () => {
  expect(await (await strike(reset, fakeLink('producer', 1, { ends: 'closed' }))).bite('struck')).toEqual({ bit: true, evidence: 'producer->1: answered before, closed now' })
  expect(await (await strike(reset, fakeLink('producer', 1, { ends: 'silent' }))).bite('struck')).toMatchObject({ bit: false })
  expect(await (await strike(cut, fakeLink('producer', 1, { ends: 'closed' }))).bite('struck')).toMatchObject({ bit: false })
})

test('a reset and a black hole of one link: each heals its own, and the reset is proven once it is alone', async () => {
  const link = fakeLink(2, 1)
  const subject = fakeSubject({ links: [link] })
  const hole = await (await cut(these<Link>(link)).prepare(subject, random)).strike()
  const other = await (await reset(these<Link>(link)).prepare(subject, random)).strike()

  expect(await other.bite('struck')).toMatchObject({ bit: true, evidence: expect.stringContaining('held by another fault too') as string })
  await hole[Symbol.asyncDispose]()
  expect(await other.bite('healing')).toEqual({ bit: true, evidence: 'data:2->1: answered before, reset now' })
  await other[Symbol.asyncDispose]()
  expect(link.silent()).toBe(false)
})

test('a cut of one way disturbs that way alone', async () => {
  const link = fakeLink(2, 1)
  const fault = cut(these<Link>(link), { only: 'responses' })
  const injection = await (await fault.prepare(fakeSubject({ links: [link] }), random)).strike()

  expect(fault.description).toBe('cut the responses on these')
  expect(link.disturbances).toEqual([{ kind: 'black-hole', only: 'responses' }])
  expect(await injection.bite('struck')).toMatchObject({ bit: true })
})

test('a refusal of one way is refused: a connection is taken as a whole or not', () => {
  expect(() => cut(these<Link>(), { how: 'refuse', only: 'requests' })).toThrow('`cut` cannot refuse only requests')
})
