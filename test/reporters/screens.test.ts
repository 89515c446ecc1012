/** The two screens: plain lines for logs, and lines that spin on a terminal. */
import { describe, expect, it } from 'vitest'
import type { Reporter } from '../../harness/model/reporter.ts'
import { consoleReporter } from '../../harness/reporters/console.ts'
import { coloured, paintFor, plain } from '../../harness/reporters/paint.ts'
import { terminalReporter } from '../../harness/reporters/terminal.ts'
import { brokenRun, refuted, skippedRun, upheld } from '../run-reports.ts'

const introduction = {
  run: 'r1', experiment: 'leader-sigkill', claim: upheld.claim, control: false, seed: '4711', kafka: '4.3.0', folder: upheld.folder, durationMs: 90_000
}
const load = {
  sent: 12_000, acknowledged: 11_990, rejected: 0, indeterminate: 10, delivered: 11_000, acknowledgedPerSecond: 2000.4, deliveredPerSecond: 1990
}

const wholeRun = async (reporter: Reporter): Promise<void> => {
  reporter.runStarted?.(introduction)
  reporter.phaseStarted?.('provision')
  reporter.phaseEnded?.('provision', 'three brokers ready, every connection through Toxiproxy: 21 links probed', 6800)
  reporter.phaseStarted?.('disturb')
  reporter.load?.(load)
  reporter.happened?.({ at: new Date(2026, 10, 21, 14, 2, 11), text: 'kill leader of orders-0 → broker 2\u001b[2J', tone: 'fault', milliseconds: 41 })
  reporter.load?.(load)
  reporter.phaseEnded?.('disturb', 'steady again', 90_000)
  await reporter.runEnded?.(upheld)
  await reporter.allEnded?.([upheld, refuted], [skippedRun], [brokenRun])
}

describe('the plain screen', () => {
  it('tells a run in lines without a single escape code', async () => {
    const written: string[] = []
    await wholeRun(consoleReporter({ write: text => void written.push(text), paint: plain }))
    const text = written.join('')

    expect(text).not.toContain('\u001b')
    expect(text).toContain('seed 4711, Kafka 4.3.0, 1 min 30 s of load')
    expect(text).toMatch(/✔ three brokers ready, every connection through Toxiproxy: 21 links probed +6\.8 s\n/)
    expect(text).toMatch(/⚡ 14:02:11 {2}kill leader of orders-0 → broker 2\\u001b\[2J +41 ms\n/)
    expect(text).toContain('1 upheld, 1 refuted, 1 could not run, 1 skipped')
  })

  it('shows the load only once in a while', () => {
    const written: string[] = []
    let now = 0
    const reporter = consoleReporter({ write: text => void written.push(text), paint: plain }, () => now)
    reporter.phaseStarted?.('disturb')
    for (let second = 1; second <= 31; second++) {
      now = second * 1000
      reporter.load?.(load)
    }

    expect(written.filter(line => line.includes('2,000 records/s acknowledged, 1,990/s delivered; 12,000 sent, 10 indeterminate'))).toHaveLength(2)
  })
})

describe('the terminal', () => {
  it('keeps a line for everything that happened, and shows the figures below the one that spins', async () => {
    const log: string[] = []
    const reporter = terminalReporter({ write: text => void log.push(text), paint: plain }, text => {
      log.push(`spin ${text}\n`)

      return {
        output: shown => void log.push(`below ${shown}\n`),
        end: async (title, mark) => void log.push(`${mark} ${title}\n`)
      }
    })
    await wholeRun(reporter)
    const text = log.join('')

    expect(text).toContain('✔ three brokers ready, every connection through Toxiproxy: 21 links probed   6.8 s\n')
    expect(text).toContain('below 2,000 records/s acknowledged')
    expect(text).toContain('⚡ 14:02:11  kill leader of orders-0 → broker 2')
    expect(text.indexOf('⚡')).toBeLessThan(text.indexOf('✔ steady again'))
    expect(text).toContain('UPHELD   Records acknowledged')
  })
})

describe('colour', () => {
  it('is for terminals only, and not for those who do not want it', () => {
    expect(paintFor({ isTTY: true }, {})).toBe(coloured)
    expect(paintFor({ isTTY: true }, { NO_COLOR: '' })).toBe(coloured)
    expect(paintFor({ isTTY: true }, { NO_COLOR: '1' })).toBe(plain)
    expect(paintFor({ isTTY: true }, { TERM: 'dumb' })).toBe(plain)
    expect(paintFor({}, {})).toBe(plain)
  })
})
