/** Whether a fault was noticed: histories of answers in the calm from 0 to 10 s, and under a fault from 10 to 20 s. */
import { expect, test } from 'vitest'
import type { FaultRun } from '../../harness/run/fault-run.ts'
import { failedUnder, measureOverlap } from '../../harness/run/overlap.ts'
import { acknowledged, assigned, commit, evidenceOf, fault, leader, producer, rejected, revoked, send, topic, type HistoryLine } from '../histories.ts'

const secondUs = 1_000_000
const struck: FaultRun = {
  number: 1, fault: 'cut it', what: 'cut', whom: 'data:2->1', brokers: [1, 2], clients: [], scheduledAt: 10 * secondUs, resolvedInMs: 0, lookedInMs: 0, askedAt: [], lateMs: 0,
  injectingAt: 10 * secondUs, injectedAt: 10 * secondUs + 1, healingAt: 20 * secondUs, healedAt: 20 * secondUs, bit: true, evidence: [], affected: [{ topic: 'orders', partition: 0 }]
}

interface Answers {
  readonly by?: string
  readonly from: number
  readonly count?: number
  readonly everyMs?: number
  readonly takingMs: number
}

let records = 0

/** Sends at even times, each of which is acknowledged after so long; offsets are of no matter here. */
const answers = ({ by = 'p1', from, count = 1, everyMs = 100, takingMs }: Answers): HistoryLine[] => Array.from({ length: count }, (_, index) => {
  const id = `r${records += 1}`
  const at = from * secondUs + index * everyMs * 1000

  return [send(id, { producer: by, at }), acknowledged(id, null, { at: at + takingMs * 1000 })]
}).flat()

const noticedOf = async (fault: FaultRun, ...lines: readonly (readonly HistoryLine[])[]): Promise<boolean> =>
  measureOverlap(await evidenceOf([topic(), ...['p1', 'p2', 'p3', 'p4'].map(name => producer(name, { at: 0 })), ...lines.flat()]), fault).noticed
const noticed = (...lines: readonly (readonly HistoryLine[])[]): Promise<boolean> => noticedOf(struck, ...lines)

const calm = answers({ from: 0, count: 95, takingMs: 20 })
const busy = answers({ from: 16, count: 30, takingMs: 20 })
const outage = (takingMs: number, producers = ['p1', 'p2', 'p3', 'p4']): HistoryLine[] => producers.flatMap(by => answers({ by, from: 10.01, takingMs }))

test('a fault that holds sends up is noticed', async () => {
  expect(await noticed(calm, outage(5000), busy)).toBe(true)
  expect(await noticed(calm, outage(5000, ['p1']), busy)).toBe(true)
})

test('a fault under which sends take as long as before is not', async () => {
  expect(await noticed(calm, answers({ from: 10.01, count: 95, takingMs: 20 }))).toBe(false)
  expect(await noticed(calm, answers({ from: 10.01, count: 95, takingMs: 99 }))).toBe(false)
})

test('one slow send in the calm hides no fault that held up more than it', async () => {
  const slow = answers({ by: 'p2', from: 3, takingMs: 4000 })

  expect(await noticed(calm, slow, outage(5000), busy)).toBe(true)
  expect(await noticed(calm, slow, outage(8500, ['p1']), busy)).toBe(true)
})

test('a fault that did nothing does not pass by a slow send such as the calm had', async () => {
  const slow = answers({ by: 'p2', from: 3, takingMs: 4000 })
  const hiccup = answers({ by: 'p2', from: 13, takingMs: 4000 })

  expect(await noticed(calm, slow, busy, hiccup)).toBe(false)
  expect(await noticed(calm, slow, busy, answers({ by: 'p2', from: 13, takingMs: 5000 }))).toBe(false)
})

test('nor does one under whose like the calm was slow throughout', async () => {
  const sluggish = answers({ from: 0, count: 45, everyMs: 200, takingMs: 900 })

  expect(await noticed(sluggish, answers({ from: 10.01, count: 45, everyMs: 200, takingMs: 1200 }))).toBe(false)
  expect(await noticed(sluggish, answers({ from: 10.01, count: 45, everyMs: 200, takingMs: 1900 }))).toBe(true)
})

test('a batch is answered at once, and counts once: a thousand slow records in one are still one slow answer', async () => {
  const batch = Array.from({ length: 200 }, () => answers({ by: 'p2', from: 3, takingMs: 1000 })).flat()

  expect(await noticed(calm, batch, outage(1500), busy)).toBe(true)
})

test('a fault that leaves commits in doubt is noticed, unless as many were before it', async () => {
  const doubtful = (at: number, more = {}) => commit(5, { at: at * secondUs, until: (at + 1) * secondUs, outcome: 'indeterminate', ...more })
  const reading = [assigned({ at: 0, position: 0 })]

  expect(await noticed(calm, reading, [doubtful(11)])).toBe(true)
  expect(await noticed(calm, reading, [doubtful(4), doubtful(11)])).toBe(false)
  expect(await noticed(calm, reading, [doubtful(4), doubtful(11), doubtful(13)])).toBe(true)
  expect(await noticed(calm, reading, [doubtful(11, { outcome: 'acknowledged' }), doubtful(11, { partition: 1 })])).toBe(false)
})

test('a commit that its member\'s death left in doubt is that death\'s doing, and no fault\'s beside it', async () => {
  const open = commit(5, { at: 11 * secondUs, until: 30 * secondUs, outcome: 'indeterminate' })
  const reading = [assigned({ at: 0, position: 0 })]

  expect(await noticed(calm, reading, [open])).toBe(true)
  expect(await noticed(calm, reading, [open, revoked({ at: 30 * secondUs })])).toBe(false)
})

test('a send that was on record before it can have happened meets only a fault under which it came to its end', async () => {
  const met = async (client: string): Promise<number> => {
    const lines = [...answers({ from: 1, count: 4, takingMs: 5000 }), ...answers({ from: 5, count: 3, takingMs: 8000 }), ...answers({ from: 9, count: 2, takingMs: 20_000 }), send('never', { at: secondUs })]

    return measureOverlap(await evidenceOf([topic(), producer('p1', { at: 0, client }), ...lines]), struck).overlapping
  }

  expect(await met('java VerifiableProducer of Kafka 4.3.0')).toBe(3)
  expect(await met('kafkajs 2.2.4')).toBe(6)
})

test('what another fault held up before it healed is no calm', async () => {
  const before = [...answers({ from: 1, takingMs: 4000 }), fault('kill it', 'injecting', { at: secondUs }), fault('kill it', 'injected', { at: secondUs }), fault('kill it', 'healed', { at: 5 * secondUs })]

  expect(await noticed(before, answers({ from: 5.5, count: 40, takingMs: 20 }), outage(3000, ['p1']), busy)).toBe(true)
})

test('a send that failed under the fault is noticed, unless as many fail without any', async () => {
  const failing = (from: number): HistoryLine[] => {
    const id = `f${records += 1}`

    return [send(id, { at: from * secondUs }), rejected(id, { at: from * secondUs + 1000 })]
  }

  expect(await noticed(calm, failing(12), busy)).toBe(true)
  expect(await noticed(calm, failing(3), failing(12), busy)).toBe(false)
  expect(await noticed(calm, failing(3), failing(11), failing(12), failing(13), busy)).toBe(true)
})

test('a send without an outcome is met by the fault that came with it, not by one long after', async () => {
  const silent = (from: number): HistoryLine[] => [send(`s${records += 1}`, { at: from * secondUs })]

  expect(await noticed(calm, silent(9.9), busy)).toBe(true)
  expect(await noticed(calm, silent(2), busy)).toBe(false)
})

test('nor does a single answer that took a tenth of a second, such as a pause of the machine makes', async () => {
  expect(await noticed(calm, busy, answers({ by: 'p2', from: 13, takingMs: 120 }))).toBe(false)
  expect(await noticed(calm, busy, answers({ by: 'p2', from: 13, takingMs: 520 }))).toBe(true)
})

test('sends that a dead producer left without an outcome are no work under a later fault', async () => {
  const silent = Array.from({ length: 120 }, (_, index) => send(`dead${index}`, { at: secondUs + index }))
  const waiting = Array.from({ length: 120 }, (_, index) => send(`due${index}`, { producer: 'p2', at: 11 * secondUs + index }))
  const overlapping = async (...lines: readonly HistoryLine[]): Promise<number> => measureOverlap(await evidenceOf([topic(), producer('p1', { at: 0 }), producer('p2', { at: 0 }), ...lines]), struck).overlapping

  expect(await overlapping(...silent)).toBe(0)
  expect(await overlapping(...silent, ...waiting)).toBe(120)
})

test('who sends with acks 0 can notice nothing: that another broker leads is what there is to see', async () => {
  const silently = (...lines: readonly HistoryLine[]): Promise<boolean> =>
    evidenceOf([topic(), producer('p1', { at: 0, acks: '0' }), ...calm, ...busy, ...lines]).then(evidence => measureOverlap(evidence, struck).noticed)
  const [before, after] = [leader(1, { at: secondUs }), leader(2, { at: 15 * secondUs })]

  expect(await silently(before, after)).toBe(true)
  expect(await silently(before)).toBe(false)
  expect(await silently(before, leader(1, { at: 15 * secondUs, epoch: 1 }))).toBe(false)
  expect(await silently(before, leader(2, { at: 25 * secondUs }))).toBe(false)
  expect(await noticed([before, after], calm, busy)).toBe(false)
})

test('where nothing was acknowledged any more a leader\'s death is noticed by what the partition does, if the fault hit the leader', async () => {
  const refused = Array.from({ length: 40 }, (_, index): readonly HistoryLine[] => {
    const id = `n${index}`

    return [send(id, { at: 6 * secondUs + index * 100_000 }), rejected(id, { at: 6 * secondUs + index * 100_000 + 20_000 })]
  }).flat()
  const meanwhile = answers({ from: 16, count: 30, takingMs: 20 })
  const early = answers({ from: 0, count: 50, takingMs: 20 })
  const [led, lost] = [leader(1, { at: secondUs }), leader(2, { at: 15 * secondUs })]

  const noticedDeath = (...lines: readonly (readonly HistoryLine[])[]): Promise<boolean> => noticedOf({ ...struck, what: 'kill' }, ...lines)

  expect(await noticedDeath([led, lost], early, refused, meanwhile)).toBe(true)
  expect(await noticedDeath([led], early, refused, meanwhile)).toBe(false)
  expect(await noticedDeath([leader(3, { at: secondUs }), lost], early, refused, meanwhile)).toBe(false)
  expect(await noticedDeath([led, lost], early, refused, answers({ from: 9, takingMs: 20 }), meanwhile)).toBe(false)
  // A latency takes the lead from nobody: the other fault may have.
  expect(await noticedOf({ ...struck, what: 'latency' }, [led, lost], early, refused, meanwhile)).toBe(false)
})

test('a controlled shutdown that nobody waited for is noticed where another broker took the lead, and acknowledged', async () => {
  const stopped: FaultRun = { ...struck, what: 'stop', whom: 'broker 1', brokers: [1] }
  const [led, taken] = [leader(1, { at: secondUs }), leader(2, { at: 10.1 * secondUs })]

  expect(await noticedOf(stopped, calm, [led, taken], busy)).toBe(true)
  expect(await noticedOf({ ...stopped, what: 'restart' }, calm, [led, taken], busy)).toBe(true)
  // Nobody took it, it was another's, nothing was acknowledged by the other one, or it is no such fault.
  expect(await noticedOf(stopped, calm, [led], busy)).toBe(false)
  expect(await noticedOf(stopped, calm, [leader(3, { at: secondUs }), taken], busy)).toBe(false)
  expect(await noticedOf(stopped, calm, [led, leader(2, { at: 19.9 * secondUs })], busy)).toBe(false)
  expect(await noticedOf({ ...stopped, what: 'latency' }, calm, [led, taken], busy)).toBe(false)
})

test('a frozen member meets the work on what it owned, and no work of others', async () => {
  const two = { ...struck, what: 'freeze-client', clients: ['c1'], affected: [{ topic: 'orders', partition: 0 }, { topic: 'orders', partition: 1 }] }
  const owns = (member: string, partition: number): HistoryLine => assigned({ member, partition, at: 1, position: 0 })
  const sends = answers({ from: 10.01, count: 50, takingMs: 20 })
  const overlapping = async (...lines: readonly HistoryLine[]): Promise<number> => measureOverlap(await evidenceOf([
    topic({ partitions: 2 }), producer('p1', { at: 0 }), { event: 'member', member: 'c1', group: 'g', at: 0 }, { event: 'member', member: 'c2', group: 'g', at: 0 }, ...lines, ...sends
  ]), two).overlapping

  expect(await overlapping(owns('c1', 0), owns('c2', 1))).toBe(50)
  expect(await overlapping(owns('c2', 0), owns('c1', 1))).toBe(0)
  expect(await overlapping(owns('c2', 0), owns('c2', 1))).toBe(0)
  expect(await overlapping(owns('c1', 0), revoked({ member: 'c1', at: 2 }), { ...owns('c2', 0), at: 3 })).toBe(0)
})

test('what a Java producer had announced and never told of is no send that failed', async () => {
  const java = producer('p9', { at: 0, client: 'java 4.3.0' })
  const never = Array.from({ length: 50 }, () => send(`r${records += 1}`, { producer: 'p9', at: 12 * secondUs }))
  const others = (name: string): HistoryLine[] => never.map(line => ({ ...line, producer: name }))

  expect(await noticed(calm, busy, [java], never)).toBe(false)
  expect(await noticed(calm, busy, others('p4'))).toBe(true)
})

test('of an announced send only the end can have been under a fault', async () => {
  const failed = async (client: string): Promise<number> => {
    const evidence = await evidenceOf([
      topic(), producer('p1', { at: 0, client }), send('early', { at: 12 * secondUs }), rejected('early', { at: 30 * secondUs }), send('under', { at: 5 * secondUs }), rejected('under', { at: 15 * secondUs })
    ])

    return failedUnder(evidence, [struck]).rejected
  }

  expect(await failed('kafkajs 2.2.4')).toBe(2)
  expect(await failed('java 4.3.0')).toBe(1)
})
