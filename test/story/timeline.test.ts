/** The timeline of a record: what met it stands there in the order of time, and what did not is left out. */
import { expect, test } from 'vitest'
import type { Finding } from '../../harness/model/judgement.ts'
import {
  acknowledged, audit, commit, delivered, fault, leader, logged, producer, send, topic, written
} from '../histories.ts'
import { storyOf } from './stories.ts'

const lines = [
  topic(), producer('p1', { acks: '1', client: 'kafkajs 2.2.4' }),
  leader(1, { at: 10, epoch: 0, isr: [1, 2, 3] }), leader(3, { at: 11, partition: 1 }),
  fault('1: early', 'injected', { at: 20, evidence: 'yes' }), fault('1: early', 'healed', { at: 30 }),
  send('a', { at: 1000 }), acknowledged('a', 0, { at: 2000 }), delivered('a', 0, { at: 3000, leaderEpoch: 0 }), commit(1, { at: 4000, until: 5000 }),
  fault('2: kill', 'injecting', { at: 6000, whom: 'broker 1' }), fault('2: kill', 'injected', { at: 7000, evidence: 'exit 137' }),
  leader(2, { at: 9000, epoch: 1, isr: [2, 3] }), fault('3: late', 'injected', { at: 10_000, evidence: 'yes' }),
  audit(0), audit(1, { replica: 1 }), logged('a', 0, { replica: 1 })
]

test('a lost record\'s timeline goes to the change of leaders that it did not survive', async () => {
  const { timeline } = await storyOf('a', lines)

  expect(timeline.map(({ at, actor, what }) => `${at ?? 'end'} ${actor}: ${what}`)).toEqual([
    '10 broker 1: seen to lead orders-0, epoch 0, ISR 1, 2, 3',
    '1000 p1: sent to orders-0 (kafkajs 2.2.4, acks=1)',
    '2000 p1: acknowledged at offset 0 of orders-0',
    '3000 c1: received it from orders-0 at offset 0 (epoch 0), for group g',
    '5000 c1: committed 1 for group g, the first acknowledged commit that passed it',
    '6000 broker 1: kill: in force from 0:00.007, not healed (exit 137)',
    '9000 broker 2: seen to lead orders-0, epoch 1, ISR 2, 3',
    'end audit: orders-0 does not have it; the log goes from 0 to 0',
    'end broker 1: its disk has it at offset 0; its log goes from 0 to 1'
  ])
})

test('a record that is there has nothing later than its last line', async () => {
  const { timeline, facts } = await storyOf('a', [...lines.filter(({ event }) => event !== 'audit' && event !== 'logged'), logged('a', 0), audit(1)])

  expect(timeline.map(({ at }) => at)).toEqual([10, 1000, 2000, 3000, 5000, null])
  expect(facts).toMatchObject({ attempts: [{ attempt: 1, outcome: 'acknowledged', offset: 0 }], copies: [{ offset: 0, replica: null }], deliveries: [{ member: 'c1' }] })
})

test('what the history leaves out is said to be not known', async () => {
  expect((await storyOf('a', [send('a'), acknowledged('a', 0)])).notKnown).toEqual([
    'who led orders-0', 'what is in orders-0 in the end: it was not audited', 'which brokers\' disks hold it: they were not read', 'with which acks it was sent'
  ])
  expect((await storyOf('a', lines)).notKnown).toEqual([])
})

test('an anomaly that only the judge of the whole run can see is told in the judge\'s words', async () => {
  const finding: Finding = {
    anomaly: 'poll-skip', level: 'violation', count: 1, reason: 'no seek between', topic: 'orders', partition: 0, group: 'g',
    witnesses: [{ id: 'a', offset: 0, at: 3000, member: 'c1', note: 'expected offset 7' }]
  }
  const named = finding.witnesses.map(witness => ({ finding, witness }))
  const { remarks } = await storyOf('a', [...written('a', 0), audit(1)], named)

  expect(remarks).toEqual([{
    anomaly: 'poll-skip', where: null, title: 'handed over after a gap', why: 'violation: no seek between',
    sentence: 'handed over after a gap: the judgement of the whole run names it (at offset 0, by c1, in group g, at 0:00.003, expected offset 7).'
  }])
})
