/** The one word for a run: each thing that must keep it from being green does so, and the gravest wins. */
import { expect, test } from 'vitest'
import { weigh } from '../../harness/run/verdict.ts'
import { fault, finding, judgement, run } from './weighing.ts'

test('a run without a finding, whose faults bit, is upheld', () => {
  expect(weigh(run())).toEqual({ verdict: 'upheld', reasons: [] })
})

test('one violation refutes', () => {
  const { verdict, reasons } = weigh(run({ judgement: judgement(finding('lost', 'violation')) }))

  expect(verdict).toBe('refuted')
  expect(reasons[0]).toContain('lost 1 in orders-0: acks=all')
})

test('a permitted loss does not refute a claim that is not about losses', () => {
  expect(weigh(run({ judgement: judgement(finding('lost', 'permitted')) })).verdict).toBe('upheld')
})

test('a permitted loss refutes the claim that nothing is lost', () => {
  const { verdict, reasons } = weigh(run({ judgement: judgement(finding('lost', 'permitted')), demanded: new Set(['lost']) }))

  expect(verdict).toBe('refuted')
  expect(reasons[0]).toContain('the configuration permits it')
})

test('a fault that did not bite makes a clean run vacuous', () => {
  expect(weigh(run({ faults: [fault({ bit: false, evidence: ['still running'] })] }))).toMatchObject({
    verdict: 'vacuous', reasons: [expect.stringContaining('still running')]
  })
})

test('a scheduled fault that never took place makes a clean run vacuous', () => {
  expect(weigh(run({ faults: [] })).verdict).toBe('vacuous')
})

test('a run that was stopped before its fault is inconclusive, not vacuous', () => {
  expect(weigh(run({ faults: [], cutShort: true, gaps: ['The time was up.'] })).verdict).toBe('inconclusive')
})

test('a run that was stopped is never upheld, whatever else was noted', () => {
  expect(weigh(run({ cutShort: true })).verdict).toBe('inconclusive')
})

test('a history in which nothing was acknowledged is inconclusive, without any finding', () => {
  const nothing = { ...judgement(), verdict: 'inconclusive' as const, counts: { ...judgement().counts, acknowledged: 0 } }

  expect(weigh(run({ judgement: nothing })).verdict).toBe('inconclusive')
})

test('99 overlapping sends are too few, 100 are enough', () => {
  expect(weigh(run({ faults: [fault({ overlappingSends: 99 })] })).verdict).toBe('vacuous')
  expect(weigh(run({ faults: [fault({ overlappingSends: 100 })] })).verdict).toBe('upheld')
})

test('a fault that no client noticed makes a run vacuous', () => {
  expect(weigh(run({ unnoticed: ['No client noticed it.'] })).verdict).toBe('vacuous')
})

test('a run without work after the last healing is inconclusive, unless it was stopped or something graver holds', () => {
  const unshown = ['Nothing that was sent to orders-0 after the last fault had healed was acknowledged.']

  expect(weigh(run({ unshown }))).toEqual({ verdict: 'inconclusive', reasons: unshown })
  expect(weigh(run({ unshown, cutShort: true, gaps: ['The time was up.'] })).reasons).toEqual(['The time was up.'])
  expect(weigh(run({ unshown, judgement: judgement(finding('lost', 'violation')) })).verdict).toBe('refuted')
})

test('what a claim demands of groups and was not so refutes it, whatever the findings are', () => {
  const broken = ['c2 of billing gave up orders-1 at 0:21.']

  expect(weigh(run({ broken }))).toEqual({ verdict: 'refuted', reasons: [`The claim demands otherwise: ${broken[0]}`] })
  expect(weigh(run({ broken, faults: [fault({ bit: false })] })).verdict).toBe('refuted')
})

test('a run that ended early is refuted by what the judges confirm, and else inconclusive, never upheld or vacuous', () => {
  const early = { endedEarly: 'The load was ended early by --fail-fast: 1 record is gone.', faults: [], scheduled: 2 }

  expect(weigh(run(early))).toEqual({ verdict: 'inconclusive', reasons: [early.endedEarly] })
  expect(weigh(run({ ...early, judgement: judgement(finding('lost', 'violation')) }))).toMatchObject({
    verdict: 'refuted', reasons: [expect.stringContaining('lost 1 in orders-0'), early.endedEarly]
  })
})

test('a failed self-test outweighs even a violation', () => {
  expect(weigh(run({
    selfTest: { passed: false, planted: [], failures: ['drop: 1 planted, 0 noticed'] }, judgement: judgement(finding('lost', 'violation'))
  })).verdict).toBe('invalid')
})

test('a violation outweighs a fault that did not bite', () => {
  expect(weigh(run({ faults: [fault({ bit: false })], judgement: judgement(finding('lost', 'violation')) })).verdict).toBe('refuted')
})

test('missing evidence makes a run inconclusive, an outage that never ends stalls it, and a missed objective is told', () => {
  expect(weigh(run({ gaps: ['The time ran out.'] })).verdict).toBe('inconclusive')
  expect(weigh(run({ judgement: judgement(finding('stalled', 'liveness')) })).verdict).toBe('stalled')
  expect(weigh(run({ judgement: judgement(finding('unavailable', 'objective')) })).verdict).toBe('objective-missed')
})
