/** Faults that slow links down, both ways: slowness that proves them, and slowness that anything else could have made. */
import { expect, test } from 'vitest'
import { bandwidth, cut, latency } from '../../harness/faults/index.ts'
import type { Link, ProbeResult, Subject } from '../../harness/model/cluster.ts'
import { milliseconds, seconds } from '../../harness/model/duration.ts'
import type { Fault, Injection } from '../../harness/model/fault.ts'
import { fakeLink, fakeSubject, type FakeLink } from '../fake-cluster.ts'
import { random, these } from './these.ts'

const strike = async (fault: Fault, subject: Subject): Promise<Injection> => (await fault.prepare(subject, random)).strike()

test('a delayed link that answers later by what was asked for proves the latency, and heals', async () => {
  const link = fakeLink(2, 1)
  const subject = fakeSubject({ links: [link, fakeLink(2, 3)] })
  const injection = await strike(latency(these<Link>(link), { of: milliseconds(100), jitter: milliseconds(20) }), subject)

  expect(link.disturbances).toEqual([{ kind: 'latency', latencyMs: 100, jitterMs: 20 }])
  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'data:2->1: answered in 1 ms before, in 201 ms now' })
  await injection[Symbol.asyncDispose]()
  expect(link.answer({ milliseconds: 2000 })).toEqual({ ending: 'answered', milliseconds: 1 })
})

test('of a delay one way, half is half of one way', async () => {
  const link = fakeLink(2, 1)
  const injection = await strike(latency(these<Link>(link), { of: milliseconds(100), only: 'responses' }), fakeSubject({ links: [link] }))

  expect(link.disturbances).toEqual([{ kind: 'latency', latencyMs: 100, jitterMs: 0, only: 'responses' }])
  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'data:2->1: answered in 1 ms before, in 101 ms now' })
})

test.for<[string, (link: FakeLink) => Fault, number]>([
  ['latency', link => latency(these<Link>(link), { of: milliseconds(100) }), 101],
  ['bandwidth', link => bandwidth(these<Link>(link), { kilobytesPerSecond: 100 }), 480]
])('a %s that is switched off does not count as one', async ([, fault, least]) => {
  const link = fakeLink(2, 1, { immune: true })
  const injection = await strike(fault(link), fakeSubject({ links: [link] }))

  expect(await injection.bite('struck')).toEqual({ bit: false, evidence: `data:2->1 answered in 1 ms (1 ms before the fault); ${least} ms at least would have shown it` })
})

/** A subject whose links take as long as the test says, question by question. */
const taking = (links: readonly FakeLink[], tookMs: (link: string) => number): Subject => {
  const subject = fakeSubject({ links })
  const probe: Subject['cluster']['probe'] = asked => Promise.resolve(asked.map(({ name }): ProbeResult =>
    ({ link: name, asked: true, answered: true, ending: 'answered', milliseconds: tookMs(name) })))

  return { ...subject, cluster: { ...subject.cluster, probe } }
}

test('a machine that has become slow as a whole is no latency', async () => {
  const links = [fakeLink(2, 1), fakeLink(2, 3), fakeLink('admin', 1)]
  let tookMs = 10
  const [link] = links
  const injection = await strike(latency(these<Link>(...link ? [link] : []), { of: milliseconds(100) }), taking(links, () => tookMs))
  tookMs = 400

  expect(await injection.bite('struck')).toEqual({ bit: false, evidence: 'beside data:2->1 nothing undisturbed stayed as quick as it was (data:2->3, admin->1)' })
})

test('a single slow answer among quick ones is no latency', async () => {
  const link = fakeLink(2, 1)
  const times = [10, 10, 10, 400, 12, 400]
  const injection = await strike(latency(these<Link>(link), { of: milliseconds(100) }), taking([link], () => times.shift() ?? 400))

  expect(await injection.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('data:2->1 answered in 12 ms') as string })
})

test('a link that answers nobody is not slow', async () => {
  const silentBefore = fakeLink(2, 1, { silent: true })
  const injection = await strike(latency(these<Link>(silentBefore), { of: milliseconds(100) }), fakeSubject({ links: [silentBefore] }))
  expect(await injection.bite('struck')).toMatchObject({ bit: false, evidence: 'data:2->1 did not answer before the fault' })

  const link = fakeLink(2, 1)
  const subject = fakeSubject({ links: [link] })
  const delayed = await strike(latency(these<Link>(link), { of: milliseconds(100) }), subject)
  await strike(cut(these<Link>(link)), subject)
  expect(await delayed.bite('struck')).toMatchObject({ bit: false, evidence: 'data:2->1 does not answer at all' })
})

test('a slowness that another fault shares proves neither, until one of them is alone', async () => {
  const link = fakeLink(2, 1)
  const subject = fakeSubject({ links: [link] })
  const [one, other] = [
    await strike(latency(these<Link>(link), { of: milliseconds(100) }), subject), await strike(bandwidth(these<Link>(link), { kilobytesPerSecond: 50 }), subject)
  ]

  expect(await one.bite('struck')).toMatchObject({ bit: true, evidence: expect.stringContaining('data:2->1: held by another fault too') as string })
  expect(await one.bite('healing')).toEqual({ bit: false, evidence: 'data:2->1: never so by this fault alone' })
  await other[Symbol.asyncDispose]()
  expect(await one.bite('healing')).toEqual({ bit: true, evidence: 'data:2->1: answered in 1 ms before, in 201 ms now' })
})

test('a limited link needs as long for a request of known length as it must', async () => {
  const link = fakeLink('producer', 1)
  const injection = await strike(bandwidth(these<Link>(link), { kilobytesPerSecond: 50 }), fakeSubject({ links: [link, fakeLink('producer', 2)] }))

  expect(link.disturbances).toEqual([{ kind: 'bandwidth', kilobytesPerSecond: 50 }])
  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'producer->1: answered in 1 ms before, in 501 ms now' })
})

test('a link that was nearly as slow before proves no limit', async () => {
  const link = fakeLink(2, 1)
  let tookMs = 300
  const injection = await strike(bandwidth(these<Link>(link), { kilobytesPerSecond: 50 }), taking([link], () => tookMs))
  tookMs = 550

  expect(await injection.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('600 ms at least would have shown it') as string })
})

test.for<[string, () => Fault, string]>([
  ['a latency too small to be seen', () => latency(these<Link>(), { of: milliseconds(5) }), '`latency` is asked for 5 ms'],
  ['a latency that no client would wait for', () => latency(these<Link>(), { of: seconds(11) }), '`latency` is asked for 11 s'],
  ['a jitter that could hide the delay', () => latency(these<Link>(), { of: milliseconds(100), jitter: milliseconds(51) }), 'jitter of 51 ms'],
  ['a rate of nothing', () => bandwidth(these<Link>(), { kilobytesPerSecond: 0 }), '`bandwidth` is asked for 0 kilobytes'],
  ['a rate that no question shows', () => bandwidth(these<Link>(), { kilobytesPerSecond: 1001 }), 'from 1 to 1000']
])('%s is refused, with the value', ([, fault, words]) => {
  expect(fault).toThrow(words)
})
