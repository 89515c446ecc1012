/** What becomes of a run whose alarms were seen, missed, or not to be judged; and what an author of an alarm can get wrong. */
import { describe, expect, test } from 'vitest'
import { electPreferred } from '../../harness/faults/index.ts'
import { lagSeen, underReplicationSeen } from '../../harness/model/alarm.ts'
import { brokers } from '../../harness/model/cluster.ts'
import { seconds } from '../../harness/model/duration.ts'
import { UsageError } from '../../harness/model/errors.ts'
import { experiment, type Checker, type Experiment } from '../../harness/model/experiment.ts'
import type { AlarmReport } from '../../harness/model/report.ts'
import { topic } from '../../harness/model/topic.ts'
import { once, sequence } from '../../harness/nemesis/index.ts'
import { ending } from '../../harness/reporters/ending.ts'
import { markdown } from '../../harness/reporters/markdown.ts'
import { plain } from '../../harness/reporters/paint.ts'
import { refuseUnlessExperiment } from '../../harness/run/experiment-shape.ts'
import { planExperiment } from '../../harness/run/plan.ts'
import { drawSchedule } from '../../harness/run/schedule.ts'
import { weigh, type Weighing } from '../../harness/run/verdict.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { fault, upheld } from '../run-reports.ts'
import { traced } from './traced-faults.ts'

const alarm = (outcome: AlarmReport['outcome']): AlarmReport => ({ fault: 1, outcome, reason: `The alarm was ${outcome}.`, answers: [] })

const run = (changes: Partial<Weighing>): Weighing => ({
  control: false, judgement: { ...upheld.judgement, findings: [] }, demanded: new Set(), faults: [fault()], scheduled: 1, selfTest: { passed: true, planted: [], failures: [] },
  expectations: [], gaps: [], cutShort: false, endedEarly: undefined, broken: [], unshown: [], unnoticed: [], ...changes
})

describe('a run', () => {
  test.each([['seen', 'upheld'], ['missed', 'refuted'], ['unknown', 'inconclusive'], ['untried', 'vacuous']] as const)('whose alarm was %s is %s', (outcome, verdict) => {
    expect(weigh(run({ alarms: [alarm(outcome)] }))).toEqual({ verdict, reasons: verdict === 'upheld' ? [] : [`The alarm was ${outcome}.`] })
  })

  test('in which a fault met too little work says nothing of an alarm that was missed', () => {
    expect(weigh(run({ alarms: [alarm('missed')], faults: [fault({ overlappingSends: 99 })] })).verdict).toBe('vacuous')
    expect(weigh(run({ alarms: [alarm('missed')], unnoticed: ['No client noticed it.'] })).verdict).toBe('vacuous')
  })

  test('that did not come to its end is not held to its alarms', () => {
    expect(weigh(run({ alarms: [alarm('missed')], cutShort: true })).verdict).toBe('inconclusive')
    expect(weigh(run({ alarms: [alarm('missed')], endedEarly: 'It ended early.' })).verdict).toBe('inconclusive')
  })

  test('tells its alarms, also where it is upheld', () => {
    const told = { ...upheld, alarms: [alarm('seen')] }

    expect(ending(told, plain)).toContain('  alarm      The alarm was seen.')
    expect(markdown(told)).toContain('| seen | 1 | The alarm was seen. |')
  })
})

const orders = topic('orders')
const stopped = traced().fault
const options = { by: stopped, within: seconds(20) }

const claiming = (checker: Checker, more: Experiment['workload'] = []): Experiment => experiment({
  claim: 'c', cluster: brokers(3), duration: seconds(60), nemesis: once(seconds(5), stopped, { lasting: seconds(30) }), checkers: [checker],
  workload: [numberedWrites({ to: orders, acks: 'all', producers: 1 }), groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' }), ...more]
})

describe('an alarm', () => {
  test('of a fault that strikes, and of a topic and group of the workload, is accepted', () => {
    for (const given of [claiming(underReplicationSeen(orders, options)), claiming(lagSeen('billing', { ...options, of: orders, records: 1 }))]) {
      expect(refuseUnlessExperiment(given, 'mine.ts')).toBe(given)
    }
  })

  test.each([
    ['a fault that the nemesis does not hold', underReplicationSeen(orders, { ...options, by: { ...stopped, description: 'another' } }), 'Its alarm is raised by "another"'],
    ['a topic that nobody uses', underReplicationSeen(topic('invoices'), options), 'Its alarm is about the topic invoices'],
    ['a topic that has other partitions', underReplicationSeen(topic('orders', { partitions: 6 }), options), 'the topic orders of partitions: 6, and its `workload` has it with partitions: 3'],
    ['a group that is not there', lagSeen('shipping', { ...options, of: orders, records: 1 }), 'how far shipping is behind in orders']
  ])('of %s is refused', (_, checker, words) => {
    expect(() => refuseUnlessExperiment(claiming(checker), 'mine.ts')).toThrow(words)
  })

  test('of one of several topics that a group reads is refused: how far it is behind is known over all of them', () => {
    const wide = groupReads({ from: [orders, topic('invoices')], group: 'auditing', members: 1, firstMember: 3, commits: 'after-work' })

    expect(() => refuseUnlessExperiment(claiming(lagSeen('auditing', { ...options, of: orders, records: 1 }), [wide]), 'mine.ts')).toThrow('orders all that it reads')
  })

  test('of under-replication of a topic with one replica is refused, and of how far a group is behind in it is not', () => {
    const single = topic('payments', { replicas: 1, minInsyncReplicas: 1 })
    const reads = groupReads({ from: single, group: 'paying', members: 1, firstMember: 3, commits: 'after-work' })

    expect(() => refuseUnlessExperiment(claiming(underReplicationSeen(single, options), [reads]), 'mine.ts')).toThrow('payments, which has one replica')
    expect(() => refuseUnlessExperiment(claiming(lagSeen('paying', { ...options, of: single, records: 1 }), [reads]), 'mine.ts')).not.toThrow()
  })

  test('of a fault that nothing heals is refused', () => {
    const elected = electPreferred(orders)
    const given = { ...claiming(underReplicationSeen(orders, { ...options, by: elected })), nemesis: once(seconds(5), elected, { lasting: seconds(30) }) }

    expect(() => refuseUnlessExperiment(given, 'mine.ts')).toThrow('which nothing heals')
  })

  test('of a fault that is healed before it is due is refused when the schedule is drawn', () => {
    const lasting = (length: number): Experiment => ({ ...claiming(underReplicationSeen(orders, options)), nemesis: once(seconds(5), stopped, { lasting: seconds(length) }) })

    expect(() => drawSchedule(lasting(19), 'a', seconds(60))).toThrow('lasts 19 s, and under-replication of orders has to be seen within 20 s of it')
    expect(() => planExperiment({ name: 'mine', file: 'mine.ts', experiment: lasting(19), hash: '' }, { seed: 'a', kafkaVersion: '4.3.0', brokerConfig: {}, topicConfig: {} })).toThrow(UsageError)
    expect(drawSchedule(lasting(20), 'a', seconds(60))).toHaveLength(1)
  })

  test('asks nothing of how long another fault lasts', () => {
    const other = { ...stopped, description: 'another' }
    const steps = [{ after: seconds(5), fault: stopped, lasting: seconds(20) }, { after: seconds(9), fault: other, lasting: seconds(1) }]
    const given = { ...claiming(underReplicationSeen(orders, options)), nemesis: sequence(...steps) }

    expect(drawSchedule(given, 'a', seconds(60))).toHaveLength(2)
  })

  test('that has to be seen before a scrape has come round, or of no records, is refused', () => {
    expect(() => underReplicationSeen(orders, { ...options, within: seconds(15) })).toThrow('within is 15 s and scrapedEvery 15 s')
    expect(() => underReplicationSeen(orders, { ...options, scrapedEvery: seconds(0) })).toThrow('more than 0')
    expect(() => lagSeen('billing', { ...options, of: orders, records: 0 })).toThrow('records is 0')
  })
})
