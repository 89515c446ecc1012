/** Markdown: the report of a run, and what a GitHub job shows of it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { markdown, markdownReporter } from '../../harness/reporters/markdown.ts'
import { brokenRun, control, fault, finding, refuted, skippedRun, upheld, vacuous } from '../run-reports.ts'
import { temporaryFolder } from '../temporary-folder.ts'

describe('Markdown', () => {
  it('tells the verdict, the figures, the faults and how to repeat the run', () => {
    const text = markdown(upheld)

    expect(text).toContain('## UPHELD: leader-sigkill')
    expect(text).toContain('| 214,392 | 214,380 | 0 | 12 | 214,389 | 215,593 | 0 | 0 | 1,204 |')
    expect(text).toContain('| kill the leader of orders | broker 2 | 1:04, 3 ms late | found in 12 ms |')
    expect(text).toContain('`npx ackproof run leader-sigkill --seed 4711`')
  })

  it('tells findings, controls and faults that did not bite in words', () => {
    expect(markdown(refuted)).toMatch(/- 3 acknowledged records are gone from the log \(violation\): .* More in docs\/anomalies\/lost\.md\.\n/)
    expect(markdown(upheld)).toContain('More in docs/anomalies/redelivered.md.')
    expect(markdown(upheld)).not.toContain('docs/anomalies/lost.md')
    expect(markdown(control)).toContain('## UPHELD (control): acks1-loses')
    expect(markdown(vacuous)).toContain('did not provably bite')
  })

  it('tells of each fault when it struck and how late, and how long its target took to be found and looked at', () => {
    const text = markdown({ ...upheld, faults: [fault({ lookedInMs: 31.4 }), fault({ injectedAt: undefined, bit: false })] })

    expect(text).toContain('| found in 12 ms, looked at for 31 ms |')
    expect(text).toContain('| it did not strike, or not as a whole | found in 12 ms |')
  })

  it('lets nothing from outside become markup', () => {
    const hostile = 'a|b`c<script>\n[x](y)'
    const text = markdown({
      ...refuted,
      faults: [fault({ whom: hostile })],
      judgement: { ...refuted.judgement, findings: [finding({ topic: hostile })] }
    })

    expect(text).not.toContain('<script>')
    expect(text).toContain('a\\|b\\`c&lt;script&gt;')
  })

  it('writes report.md and appends to the summary of a GitHub job', async () => {
    const folder = temporaryFolder()
    const jobSummary = join(folder, 'summary.md')
    const report = { ...upheld, folder: join(folder, 'one') }
    const reporter = markdownReporter(jobSummary)
    await reporter.runEnded?.(report)
    await reporter.allEnded?.([report], [skippedRun], [brokenRun])

    expect(await readFile(join(folder, 'one', 'report.md'), 'utf8')).toContain('## UPHELD')
    expect(await readFile(jobSummary, 'utf8')).toContain('## 1 upheld, 1 could not run, 1 skipped')
  })

  it('shows what a fault cost in time', () => {
    const figures = (p99Ms: number) => ({ sends: 1000, p50Ms: 3, p99Ms })

    expect(markdown({ ...upheld, faults: [fault({ latency: { before: figures(14), during: figures(612) } })] })).toContain('| p99 14 ms before, 612 ms during (half of them 3 ms, 3 ms) |')
  })

  it('tells the summary of a job of a command\'s only run, where that did not take place', async () => {
    const jobSummary = join(temporaryFolder(), 'summary.md')
    await markdownReporter(jobSummary).allEnded?.([], [skippedRun], [])

    expect(await readFile(jobSummary, 'utf8')).toContain('## 1 skipped')
    expect(await readFile(jobSummary, 'utf8')).toContain('This machine has no loop devices')
  })
})
