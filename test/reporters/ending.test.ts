/** The ending screen: what a tired person reads first, and what must never reach a terminal. */
import { describe, expect, it } from 'vitest'
import { ending } from '../../harness/reporters/ending.ts'
import { coloured, plain } from '../../harness/reporters/paint.ts'
import { control, fault, finding, inconclusive, refuted, upheld, vacuous } from '../run-reports.ts'

const screenOf = (...[report, paint]: [Parameters<typeof ending>[0], Parameters<typeof ending>[1]?]): string => ending(report, paint ?? plain).join('\n')

describe('the ending screen', () => {
  it('begins with the verdict and the claim, and ends with the command that repeats the run', () => {
    const lines = ending(upheld, plain).filter(line => line !== '')

    expect(lines[0]).toBe('  UPHELD   Records acknowledged by every in-sync replica survive the sudden death of their leader.')
    expect(lines.at(-1)).toBe('  again      npx ackproof run leader-sigkill --seed 4711')
  })

  it('shows the figures with thousands separators, the recovery, the evidence and the verifier\'s own test', () => {
    const screen = screenOf(upheld)

    expect(screen).toContain('sent 214,392   acknowledged 214,380   rejected 0   indeterminate 12   in the log 214,389   delivered 215,593')
    expect(screen).toContain('lost 0   duplicated 0   redelivered 1,204 (consumers resumed from their last commits)')
    expect(screen).toContain('recovery   orders-0 10.2 s   orders-1 0 s')
    expect(screen).toContain('fault      1:04 kill the leader of orders → broker 2: exit 137, gone in 41 ms')
    expect(screen).toContain('verifier   19 of 19 planted anomalies were noticed')
  })

  it('shows what a fault cost in time, where that was measured', () => {
    const figures = (p99Ms: number) => ({ sends: 1000, p50Ms: 3, p99Ms })
    const measured = fault({ latency: { before: figures(14), during: figures(612), after: figures(20.4) } })
    const screen = screenOf({ ...upheld, faults: [measured, fault({ latency: { after: figures(20) } }), fault()] })

    expect(screen).toContain('latency    1:04 p99 14 ms before, 612 ms during, 20 ms after (half of them 3 ms, 3 ms, 3 ms)')
    expect(screen.match(/latency/g)).toHaveLength(1)
    expect(screenOf({ ...upheld, faults: [fault({ latency: { during: figures(1204) } })] })).toContain('p99 1.2 s during (half of them 3 ms)')
  })

  it('says of an upheld control what it found', () => {
    const screen = screenOf(control)

    expect(screen).toContain('UPHELD (control)   acks=1 loses')
    expect(screen).toContain('2,779 acknowledged records are gone, all of them sent while the fault was in force.')
    expect(screen).toContain('2,779 acknowledged records are gone from the log (permitted): orders-0')
  })

  it('tells a finding before the figures, one paragraph for all partitions, with what to do', () => {
    const screen = screenOf(refuted)

    expect(screen).toContain('3 acknowledged records are gone from the log: orders-0: 2, orders-2: 1')
    expect(screen).toContain('acks=all, min ISR 2, unclean election off')
    expect(screen).toContain('for example p1:17 at offset 41')
    expect(screen).toContain('another client')
    expect(screen.match(/more in docs\/anomalies\/\S+/g)).toEqual(['more in docs/anomalies/lost.md'])
    expect(screen.indexOf('3 acknowledged records')).toBeLessThan(screen.indexOf('sent 214,392'))
    expect(screen).not.toContain('delivered again')
    expect(screen).toContain(`explain    npx ackproof explain ${refuted.folder}`)
    expect(screenOf(upheld)).not.toContain('ackproof explain')
  })

  it('never says "lost" of a run that showed nothing, and says why it showed nothing', () => {
    expect(screenOf(vacuous)).toContain('VACUOUS')
    expect(screenOf(vacuous)).toContain('Nothing was shown')
    expect(screenOf(vacuous)).toContain('did not provably bite; the link still answered after 2 s')
    expect(screenOf(inconclusive)).toContain('The audit of orders-1 did not finish within 60 s.')
  })

  it('says "never" of a partition that did not recover, and names the slowest of very many', () => {
    const one = { topic: 'orders', partition: 1, fault: 'kill', milliseconds: 31_000, recovered: false }
    const many = Array.from({ length: 30 }, (_, partition) => ({ ...one, partition, milliseconds: partition, recovered: partition !== 7 }))

    expect(screenOf({ ...upheld, recovery: [one] })).toContain('recovery   orders-1 never')
    expect(screenOf({ ...upheld, recovery: many })).toContain('slowest of 30 partitions: orders-7 never')
  })

  it('counts the faults that it does not list', () => {
    const faults = Array.from({ length: 20 }, (_, index) => fault({ number: index + 1, bit: index !== 19 }))

    expect(screenOf({ ...upheld, faults })).toContain('and 14 more, 1 of them without evidence')
  })

  it('has no escape codes without colour, and colours the verdict with it', () => {
    expect(screenOf(refuted)).not.toContain('\u001b')
    expect(screenOf(refuted, coloured)).toContain('\u001b[31mREFUTED')
  })

  it('never passes on control characters from ids, topics, evidence or reasons', () => {
    const hostile = '\u001b[2J\u0007\u202eevil\n'
    const report = {
      ...refuted,
      reasons: [hostile],
      incidents: [hostile],
      faults: [fault({ whom: hostile, evidence: [hostile] })],
      judgement: { ...refuted.judgement, findings: [finding({ topic: hostile, reason: hostile, witnesses: [{ id: hostile, offset: 1, at: 1 }] })] }
    }

    expect(screenOf(report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(screenOf(report)).toContain('\\u001b[2J')
  })
})
