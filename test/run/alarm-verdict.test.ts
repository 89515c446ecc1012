/** What becomes of a run whose alarms were seen, missed, or not to be judged; and what an author of an alarm can get wrong. */
import { describe, expect, test } from 'vitest'
import { lagSeen, underReplicationSeen } from '../../harness/model/alarm.ts'
import { brokers } from '../../harness/model/cluster.ts'
import { seconds } from '../../harness/model/duration.ts'
import { experiment, type Checker, type Experiment } from '../../harness/model/experiment.ts'
import type { AlarmReport } from '../../harness/model/report.ts'
import { topic } from '../../harness/model/topic.ts'
import { once } from '../../harness/nemesis/index.ts'
import { ending } from '../../harness/reporters/ending.ts'
import { markdown } from '../../harness/reporters/markdown.ts'
import { plain } from '../../harness/reporters/paint.ts'
import { refuseUnlessExperiment } from '../../harness/run/experiment-shape.ts'
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
    ['a group that is not there', lagSeen('shipping', { ...options, of: orders, records: 1 }), 'how far shipping is behind in orders']
  ])('of %s is refused', (_, checker, words) => {
    expect(() => refuseUnlessExperiment(claiming(checker), 'mine.ts')).toThrow(words)
  })

  test('of one of several topics that a group reads is refused: how far it is behind is known over all of them', () => {
    const wide = groupReads({ from: [orders, topic('invoices')], group: 'auditing', members: 1, firstMember: 3, commits: 'after-work' })

    expect(() => refuseUnlessExperiment(claiming(lagSeen('auditing', { ...options, of: orders, records: 1 }), [wide]), 'mine.ts')).toThrow('orders all that it reads')
  })

  test('that has to be seen before a scrape has come round, or of no records, is refused', () => {
    expect(() => underReplicationSeen(orders, { ...options, within: seconds(15) })).toThrow('within is 15 s and scrapedEvery 15 s')
    expect(() => underReplicationSeen(orders, { ...options, scrapedEvery: seconds(0) })).toThrow('more than 0')
    expect(() => lagSeen('billing', { ...options, of: orders, records: 0 })).toThrow('records is 0')
  })
})
