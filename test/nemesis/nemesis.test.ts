/** Whom and when: targets are chosen from what the cluster says now, schedules from the seed alone. */
import { expect, test } from 'vitest'
import { milliseconds, seconds } from '../../harness/model/duration.ts'
import type { Subject } from '../../harness/model/cluster.ts'
import type { Fault, Role, Target } from '../../harness/model/fault.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { topic } from '../../harness/model/topic.ts'
import { controller, coordinatorOf, every, followerLinksOf, followersOf, leaderOf, linkToLeaderOf, minority, oneBroker, oneConsumer, once, peerLinksOf, together } from '../../harness/nemesis/index.ts'
import { fakeLink, fakeNode, fakeSubject, partitionState } from '../fake-cluster.ts'

const orders = topic('orders')
const fault: Fault = { description: 'nothing', what: 'nothing', needs: [], prepare: () => Promise.reject(new Error('never')) }

test('the same seed draws the same schedule, and another seed another', () => {
  const nemesis = every(seconds(5), fault, { lasting: seconds(1) })
  const draw = (seed: string): readonly number[] => nemesis.schedule(randomFrom(seed), seconds(30)).map(step => step.at.milliseconds)

  expect(draw('a')).toEqual(draw('a'))
  expect(draw('a')).not.toEqual(draw('b'))
})

test('every scheduled fault heals before the load ends', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const steps = every(seconds(7), fault, { lasting: seconds(3) }).schedule(randomFrom(String(seed)), seconds(30))

    expect(steps.length).toBeGreaterThanOrEqual(3)
    expect(steps.every(step => step.at.milliseconds >= 0 && step.at.milliseconds + 3000 <= 30_000)).toBe(true)
  }
})

test('a schedule that fits one fault has one, drawn around its time', () => {
  const [step, ...others] = once(seconds(5), fault, { lasting: seconds(1) }).schedule(randomFrom('a'), seconds(30))

  expect(others).toEqual([])
  expect(step?.at.milliseconds).toBeGreaterThanOrEqual(4000)
  expect(step?.at.milliseconds).toBeLessThanOrEqual(6000)
})

test('faults that strike together keep their distance, and only the first waits for a steady cluster', () => {
  const steps = together(
    { after: seconds(2), fault, lasting: seconds(5) },
    { after: milliseconds(2500), fault, lasting: seconds(5) }
  ).schedule(randomFrom('a'), seconds(30))

  expect((steps[1]?.at.milliseconds ?? 0) - (steps[0]?.at.milliseconds ?? 0)).toBeCloseTo(500)
  expect(steps.map(step => step.overlapping)).toEqual([false, true])
})

test('faults that strike together do so in whichever order they are written', () => {
  const steps = together({ after: seconds(10), fault, lasting: seconds(5) }, { after: seconds(5), fault, lasting: seconds(8) }).schedule(randomFrom('a'), seconds(30))

  expect(steps.map(({ lasting, overlapping }) => [lasting.milliseconds, overlapping])).toEqual([[8000, false], [5000, true]])
})

test('the leader is whoever leads when the fault is due', async () => {
  const subject = fakeSubject({ partitions: () => [partitionState(0, 3)] })

  expect((await leaderOf(orders).choose(subject, randomFrom('a'))).map(node => node.id)).toEqual([3])
})

test('the followers of a topic are the brokers that hold it and lead none of it, as long as they do not', async () => {
  let leaders = [3, 3]
  const subject = fakeSubject({ partitions: () => leaders.map((leader, partition) => partitionState(partition, leader)) })
  const chosen = await followersOf(orders).choose(subject, randomFrom('a'))

  expect(chosen.map(node => node.id)).toEqual([1, 2])
  expect(await followersOf(orders).role?.(subject, chosen)).toMatchObject({ held: true })
  leaders = [3, 1]
  expect(await followersOf(orders).role?.(subject, chosen)).toMatchObject({ held: false })
})

test('a topic without any leader gives no target, in words', async () => {
  const subject = fakeSubject({ partitions: () => [partitionState(0, undefined)] })

  await expect(leaderOf(orders).choose(subject, randomFrom('a'))).rejects.toThrow('nothing to pick from')
})

test('the controller is the quorum\'s leader', async () => {
  expect((await controller().choose(fakeSubject(), randomFrom('a'))).map(node => node.id)).toEqual([2])
})

test('a minority is one of three and two of five, never the same one twice', async () => {
  const five = fakeSubject({ nodes: [1, 2, 3, 4, 5].map(id => fakeNode(id)) })

  expect(await minority().choose(fakeSubject(), randomFrom('a'))).toHaveLength(1)
  expect(new Set((await minority().choose(five, randomFrom('a'))).map(node => node.id)).size).toBe(2)
})

test('who does not run is not hit once more', async () => {
  const nodes = [fakeNode(1), fakeNode(2), fakeNode(3)]
  const [first, second, third] = nodes
  await first?.kill()
  await third?.pause()
  const subject = fakeSubject({ nodes })

  expect(await oneBroker().choose(subject, randomFrom('a'))).toEqual([second])
  expect(await minority().choose(subject, randomFrom('a'))).toEqual([second])
  await second?.kill()
  await expect(oneBroker().choose(subject, randomFrom('a'))).rejects.toThrow('No broker runs')
  await expect(minority().choose(subject, randomFrom('a'))).rejects.toThrow('Fewer brokers run than a minority')
})

const links = [
  fakeLink(1, 2), fakeLink(1, 3), fakeLink(2, 1), fakeLink(2, 3), fakeLink(3, 1), fakeLink(3, 2),
  fakeLink(1, 2, { plane: 'quorum' }), fakeLink(2, 1, { plane: 'quorum' }), fakeLink(3, 2, { plane: 'quorum' }),
  fakeLink('producer', 1), fakeLink('producer', 2), fakeLink('consumer', 1)
]
const led = fakeSubject({ links, partitions: () => [partitionState(0, 1)] })

test('followers connect to their leader, so those are the links that replicate', async () => {
  expect((await followerLinksOf(orders).choose(led, randomFrom('a'))).map(link => link.name)).toEqual(['data:2->1', 'data:3->1'])
})

test('a broker that holds no replica follows nobody', async () => {
  const held = fakeSubject({ links: [...links, fakeLink(4, 1)], partitions: () => [partitionState(0, 1)] })

  expect((await followerLinksOf(orders).choose(held, randomFrom('a'))).map(link => link.name)).toEqual(['data:2->1', 'data:3->1'])
})

test('to isolate a node is to cut both planes both ways, and no client', async () => {
  const one = { description: 'broker 1', choose: () => Promise.resolve([fakeNode(1)]) }

  expect((await peerLinksOf(one).choose(led, randomFrom('a'))).map(link => link.name))
    .toEqual(['data:1->2', 'data:1->3', 'data:2->1', 'data:3->1', 'quorum:1->2', 'quorum:2->1'])
})

test('a role\'s way to the leader is one link', async () => {
  expect((await linkToLeaderOf(orders, { role: 'producer' }).choose(led, randomFrom('a'))).map(link => link.name)).toEqual(['producer->1'])
})

test('without a running consumer there is none to kill', async () => {
  await expect(oneConsumer().choose(fakeSubject(), randomFrom('a'))).rejects.toThrow('No consumer runs')
})

const roleOf = async <Chosen>(target: Target<Chosen>, chosenUnder: Subject, askedUnder: Subject): Promise<Role | undefined> =>
  target.role?.(askedUnder, await target.choose(chosenUnder, randomFrom('a')))

const ledBy = (...leaders: readonly number[]): Subject => fakeSubject({ links, partitions: () => leaders.map((leader, partition) => partitionState(partition, leader)) })

test.for<[string, (now: Subject) => Promise<Role | undefined>]>([
  ['the leader', now => roleOf(leaderOf(orders), ledBy(1), now)],
  ['the links of its followers', now => roleOf(followerLinksOf(orders), ledBy(1), now)],
  ['the link to it', now => roleOf(linkToLeaderOf(orders, { role: 'producer' }), ledBy(1), now)],
  ['the links around it', now => roleOf(peerLinksOf(leaderOf(orders)), ledBy(1), now)]
])('%s: who has lost the lead since is not the leader any more', async ([, askedOf]) => {
  expect(await askedOf(ledBy(1))).toEqual({ held: true, evidence: 'broker 1 led orders-0 (epoch 1)' })
  expect(await askedOf(ledBy(2))).toEqual({ held: false, evidence: 'broker 2 led orders-0 (epoch 1)' })
})

test('who leads another partition of the topic is still one of its leaders, but no longer that of the first', async () => {
  expect(await roleOf(leaderOf(orders), ledBy(1, 1), ledBy(2, 1))).toMatchObject({ held: true })
  expect(await roleOf(followerLinksOf(orders), ledBy(1, 1), ledBy(2, 1))).toMatchObject({ held: false })
})

test('a controller and a coordinator keep their role only while the cluster names them', async () => {
  const moved = fakeSubject()
  const now: Subject = { ...moved, metadata: { ...moved.metadata, controller: () => Promise.resolve(3), coordinatorOf: () => Promise.resolve(undefined) } }

  expect(await roleOf(controller(), fakeSubject(), fakeSubject())).toEqual({ held: true, evidence: 'node 2 was the active controller' })
  expect(await roleOf(controller(), fakeSubject(), now)).toEqual({ held: false, evidence: 'node 3 was the active controller' })
  expect(await roleOf(coordinatorOf('billing'), fakeSubject(), now)).toEqual({ held: false, evidence: 'nobody was the coordinator of billing' })
})
