/** Copies too many, in the wrong place, of nobody, damaged, or out of order: each with a history in which it must not be said. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, audit, delivered, fault, type HistoryLine, indeterminate, logged, producer, rejected, send, topic, written
} from '../histories.ts'
import { storyOf, told } from './stories.ts'

const anomaliesOf = async (id: string, ...lines: readonly HistoryLine[]): Promise<readonly unknown[]> => (await storyOf(id, lines)).remarks.map(({ anomaly }) => anomaly)

describe('duplicated', () => {
  const retried = [send('a'), acknowledged('a', 9), logged('a', 4), logged('a', 9), audit(10)]

  test('by something below the application, with the fault that was in force while its client waited', async () => {
    const drop = [fault('1: drop responses', 'injected', { at: 1, whom: 'producer->1', evidence: 'silent' }), fault('1: drop responses', 'healed', { at: 900 })]
    const { remarks: [remark] } = await storyOf('a', [producer('p1', { idempotent: false, client: 'kafkajs 2.2.4' }), ...drop, ...retried])

    expect(remark.sentence).toBe('duplicated: the application sent it once, and orders-0 has it twice, at offsets 4 and 9; the surplus came from below the application '
      + '(kafkajs 2.2.4), whose own retries no line tells; “drop responses” (producer->1) was striking or in force while its client waited.')
    expect(remark.why).toContain('Without idempotence')
  })

  test('a fault that had been healed before is not blamed, and an idempotent producer is held to its promise', async () => {
    const healed = [fault('drop', 'injected', { at: 1, evidence: 'silent' }), fault('drop', 'healed', { at: 2 })]
    const { remarks: [remark] } = await storyOf('a', [producer('p1', { idempotent: true }), ...healed, ...retried])

    expect(remark.sentence).toContain('no fault is known to have been in force')
    expect(remark.why).toContain('promised that this cannot happen')
  })

  test('not where the application sent it twice, or a copy was not committed', async () => {
    expect(await anomaliesOf('a', send('a'), indeterminate('a'), send('a', { attempt: 2 }), acknowledged('a', 9, { attempt: 2 }), logged('a', 4), logged('a', 9), audit(10))).toEqual([null])
    expect(await anomaliesOf('a', send('a'), acknowledged('a', 9), logged('a', 4, { committed: false }), logged('a', 9), audit(10))).toEqual([null])
  })
})

test('a phantom was never sent, and its writer is not known', async () => {
  const [sentence] = await told('x', ...written('a', 0), logged('x', 1), audit(2))

  expect(sentence).toBe('phantom: no line of the history sends it, and yet it was in orders-0 at offset 1; who wrote it is not known.')
  expect(await anomaliesOf('a', ...written('a', 0), audit(1))).toEqual([null])
})

test('a rejected record that is in the log was written though rejected; one that is not is fine', async () => {
  const [sentence] = await told('a', send('a'), rejected('a', { error: 'NOT_ENOUGH_REPLICAS' }), logged('a', 3), audit(4))

  expect(sentence).toContain('that it was definitely not written (NOT_ENOUGH_REPLICAS), and orders-0 has it at offset 3')
  expect(await told('a', send('a'), rejected('a', { error: 'NOT_ENOUGH_REPLICAS' }), audit(4)))
    .toEqual(['nothing happened to it: sent at 0:00.000, and definitely not written by the client\'s word at 0:00.000 (NOT_ENOUGH_REPLICAS), and no log had it in the end, and nobody received it.'])
})

test('a damaged record says who read it so, and whether anybody read it whole', async () => {
  const [alone] = await told('a', send('a'), acknowledged('a', 0), logged('a', 0, { intact: false }), audit(1))
  const [other] = await told('a', send('a'), acknowledged('a', 0), delivered('a', 0, { intact: true }), logged('a', 0, { intact: false }), audit(1))

  expect(alone).toContain('the audit read it so from orders-0 at offset 0; nobody is known to have read it whole')
  expect(other).toContain('1 other reading of it was whole')
  expect(await anomaliesOf('a', send('a'), acknowledged('a', 0), logged('a', 0, { intact: true }), audit(1))).toEqual([null])
})

test('a misplaced record is where it was not sent to, or not where it was acknowledged', async () => {
  expect((await told('a', send('a'), acknowledged('a', 0), logged('a', 7, { partition: 1 }), audit(8, { partition: 1 })))[0]).toContain('it is in orders-1 at offset 7, and was sent to orders-0')
  expect((await told('a', send('a'), acknowledged('a', 0), logged('a', 7), audit(8)))[0]).toContain('lies in orders-0 at offset 7 instead')
  expect(await anomaliesOf('a', send('a', { partition: null }), acknowledged('a', 7, { partition: 1 }), logged('a', 7, { partition: 1 }), audit(8, { partition: 1 }))).toEqual([null])
})

test('a record that shares its offset names the other, and a lost one leaves it to its loss', async () => {
  const lines = [topic(), send('b'), acknowledged('b', 0), ...written('a', 0), audit(1)]

  expect((await told('a', ...lines))[0]).toContain('orders-0 at offset 0 stood for b too, which was acknowledged there')
  expect(await anomaliesOf('b', ...lines)).toEqual(['lost'])
})

describe('order', () => {
  test('a record below one that had been acknowledged before it was sent is out of order', async () => {
    expect((await told('a', ...written('b', 5, { producer: 'p2' }), ...written('a', 3), audit(6)))[0])
      .toContain('it lies at offset 3, below b, which had been acknowledged at offset 5 at 0:00.000, before this one was sent')
    expect(await anomaliesOf('a', send('b', { producer: 'p2' }), send('a'), acknowledged('b', 5), acknowledged('a', 3), logged('a', 3), logged('b', 5), audit(6))).toEqual([null])
  })

  test('the acknowledgement may leave its partition to the send', async () => {
    expect(await anomaliesOf('a', ...written('b', 5, { producer: 'p2', partition: 1 }), ...written('a', 3), audit(6))).toEqual([null])
  })

  test('a record below every copy of one that its producer sent before it has overtaken it', async () => {
    const both = [send('b', { sequence: 1 }), send('a', { sequence: 2 }), acknowledged('b', 5), acknowledged('a', 3), logged('a', 3), logged('b', 5), audit(6)]

    expect((await told('a', ...both))[0]).toContain('it lies at offset 3, below b at 5, which p1 had sent before it')
    expect(await anomaliesOf('b', ...both)).toEqual([null])
    expect(await anomaliesOf('a', ...both, logged('b', 2))).toEqual([null])
  })
})
