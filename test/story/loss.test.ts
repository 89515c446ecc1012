/** Where a record was lost, and by what: each sentence says what the lines say, and no more. Times are 10 us a line. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, audit, believed, delivered, fault, indeterminate, leader, logged, producer, send, topic, transaction, written
} from '../histories.ts'
import { storyOf, told } from './stories.ts'

const first = async (...lines: Parameters<typeof told> extends [string, ...infer L] ? L : never): Promise<string> => (await told('a', ...lines))[0] ?? ''

describe('lost in the cluster', () => {
  const contract = [topic(), producer('p1', { acks: '1', client: 'kafkajs 2.2.4' }), leader(1, { at: 1, epoch: 3, isr: [1, 2, 3] })]
  const kill = [fault('1: kill the leader', 'injecting', { at: 200_000, whom: 'broker 1', brokers: [1], what: 'kill' }), fault('1: kill the leader', 'injected', { at: 210_000, evidence: 'exit 137' })]
  const sent = [send('a', { at: 100 }), acknowledged('a', 41, { at: 150 })]

  test('by a new leader without it, after a fault that met the old one', async () => {
    const sentence = await first(...contract, ...sent, ...kill, leader(2, { at: 400_000, epoch: 4, isr: [2, 3] }), audit(41))

    expect(sentence).toBe('lost in the cluster: acknowledged at offset 41 at 0:00.000 with acks=1 while broker 1 (epoch 3) led; '
      + 'broker 2 was seen to lead from 0:00.400 (epoch 4), 200 ms after “kill the leader” (broker 1) began, and the final log does not have it.')
  })

  test('says why the contract permits it', async () => {
    const weak = await storyOf('a', [...contract, ...sent, leader(2, { at: 900, epoch: 4 }), audit(41)])
    const strong = await storyOf('a', [topic(), producer('p1'), leader(1, { at: 1, epoch: 3 }), ...sent, leader(2, { at: 900, epoch: 4 }), audit(41)])

    expect(weak.remarks[0].why).toContain('acks=1 promises only what the leader had')
    expect(strong.remarks[0].why).toContain('promised that this cannot happen.')
  })

  test('an assumed contract is called assumed', async () => {
    const story = await storyOf('a', [send('a'), acknowledged('a', 0), audit(0)])

    expect(story.remarks[0].sentence).toContain('acks=all (assumed)')
    expect(story.remarks[0].why).toContain('the rest is assumed')
  })

  test('names who has its offset now, and who received it before', async () => {
    const sentence = await first(...contract, ...sent, delivered('a', 41), leader(2, { at: 900, epoch: 4 }), ...written('b', 41), audit(42))

    expect(sentence).toContain('it was there at 0:00.000, when c1 of group g received it at offset 41')
    expect(sentence).toContain('offset 41 now holds b.')
  })

  test('tells of a leader that had not been seen in sync', async () => {
    const inSync = await first(...contract, ...sent, leader(2, { at: 900, epoch: 4 }), audit(41))
    const outOfSync = await first(topic(), leader(1, { at: 1, epoch: 3, isr: [1] }), ...sent, leader(2, { at: 900, epoch: 4 }), audit(41))

    expect(inSync).not.toContain('it was not in the ISR')
    expect(outOfSync).toContain('it was not in the ISR that had been seen last (1)')
  })

  test('tells which disks hold it and which logs end below it', async () => {
    const sentence = await first(...contract, ...sent, leader(2, { at: 900, epoch: 4 }), audit(41), audit(42, { replica: 1 }), audit(41, { replica: 2 }), audit(42, { replica: 3 }), logged('a', 41, { replica: 1 }))

    expect(sentence).toContain('the disk of broker 1 at offset 41 still holds it')
    expect(sentence).toContain('the disk of broker 3 does not have it; the log on broker 2 ends at 41')
  })

  test('a fault that did not bite, or met another broker, is not blamed', async () => {
    const vain = [fault('cut', 'injected', { at: 120, brokers: [1], evidence: false }), fault('kill a follower', 'injected', { at: 300, brokers: [3], what: 'kill', evidence: 'exit 137' })]
    const sentence = await first(...contract, ...sent, ...vain, leader(2, { at: 900, epoch: 4 }), audit(41))

    expect(sentence).not.toContain('“')
  })

  test('a leader that nobody named is not named', async () => {
    const unnamed = await first(send('a'), acknowledged('a', 0), delivered('a', 0), leader(2), audit(0))

    expect(unnamed).toContain('while a broker that the history does not name led')
    expect(unnamed).toContain('whether the leader changed is not known')
    expect(await first(send('a'), indeterminate('a'), delivered('a', 0), leader(2), audit(0))).toContain('whether the leader changed is not known')
  })
})

describe('lost, who knows where', () => {
  test('an offset is only the client\'s word where no trace of the record and no change of leaders was seen', async () => {
    const { remarks: [remark] } = await storyOf('a', [topic(), leader(1, { at: 1, epoch: 0 }), send('a'), acknowledged('a', 0), audit(0)])

    expect(remark.where).toBe('not known')
    expect(remark.sentence).toContain('no other leader was seen after that')
    expect(remark.sentence).toContain('whether a broker ever had it is not known')
  })

  test('without an offset and with a fault on a broker it may have been before it or in it', async () => {
    const { remarks: [remark] } = await storyOf('a', [
      topic(), producer('p1', { acks: '0' }), leader(1, { at: 1 }), send('a'), acknowledged('a', null), fault('kill', 'injected', { what: 'kill', brokers: [1], evidence: 'x' }), audit(0)
    ])

    expect(remark.where).toBe('not known')
    expect(remark.sentence).toContain('whether a broker ever had it is not known')
  })
})

describe('lost before the broker', () => {
  const lines = [topic(), producer('p1', { acks: '0', client: 'kafkajs 2.2.4' }), leader(1, { at: 1 }), send('a'), acknowledged('a', null)]

  test('where success came without an offset, and nothing touched a log', async () => {
    const cut = fault('cut the producer', 'injected', { at: 35, what: 'cut', whom: 'producer->1', brokers: [1], evidence: 'silent' })
    const { remarks: [remark] } = await storyOf('a', [...lines, cut, audit(0)])

    expect(remark.where).toBe('before the broker')
    expect(remark.sentence).toContain('with acks=0 and no offset (kafkajs 2.2.4), while “cut the producer” (producer->1) was striking or in force, but no log had it in the end')
  })

  test('not where a broker\'s leader changed, or nobody knows who led', async () => {
    const changed = await storyOf('a', [...lines, leader(2), audit(0)])
    const unknown = await storyOf('a', [...lines.filter(({ event }) => event !== 'leader'), audit(0)])

    expect([changed, unknown].map(({ remarks: [{ where }] }) => where)).toEqual(['not known', 'not known'])
  })

  test('a record that was only believed is not called lost', async () => {
    const { remarks: [remark] } = await storyOf('a', [send('a'), indeterminate('a', { error: 'TIMEOUT' }), believed('a'), audit(0)])

    expect(remark.anomaly).toBe('unfounded')
    expect(remark.sentence).toContain('the client had said that it did not know (TIMEOUT)')
  })
})

describe('not called lost', () => {
  const sent = [send('a'), acknowledged('a', 5)]

  test.each([
    ['the partition was not audited', sent, 'orders-0 was not audited'],
    ['the audit is not complete', [...sent, audit(9, { complete: false })], 'did not read all of it'],
    ['it may have expired', [...sent, audit(9, { logStart: 6 })], 'deleted by retention'],
    ['the topic is compacted', [topic({ cleanupPolicy: 'compact' }), ...sent, audit(9)], 'a later record of its key may have replaced it'],
    ['its transaction was not committed', [transaction('t', 'begun'), send('a', { transaction: 't' }), acknowledged('a', 5), audit(9)], 'not known that transaction t was committed'],
    ['another attempt may be elsewhere', [...sent, send('a', { attempt: 2, partition: 1 }), audit(9)], 'another attempt may have been written where nobody looked']
  ])('where %s', async (_, lines, words) => {
    const { remarks: [remark] } = await storyOf('a', lines)

    expect(remark).toMatchObject({ anomaly: null, title: 'not known' })
    expect(remark.sentence).toContain(words)
  })
})

test('a record that was delivered and is gone vanished, whatever its client knew', async () => {
  const sentence = await first(topic(), leader(1, { at: 1, epoch: 0 }), send('a'), indeterminate('a'), delivered('a', 3), leader(2, { epoch: 1 }), audit(3))

  expect(sentence).toContain('vanished in the cluster: c1 of group g received it at 0:00.000 from orders-0 at offset 3, and the final log does not have it; its client does not know')
  expect(sentence).toContain('broker 2 was seen to lead')
})
