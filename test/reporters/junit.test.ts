/** JUnit files: what a CI system makes of each way in which a run can end. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { junitReporter, junitXml } from '../../harness/reporters/junit.ts'
import { brokenRun, control, inconclusive, refuted, skippedRun, upheld, vacuous } from '../run-reports.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const none = { reports: [], skipped: [], broken: [] }

describe('JUnit', () => {
  it('counts claims that do not hold as failures, and runs that show nothing as errors', () => {
    const xml = junitXml('ackproof', { reports: [upheld, control, refuted, vacuous, inconclusive], skipped: [skippedRun], broken: [brokenRun] })

    expect(xml).toContain('<testsuite name="ackproof"')
    expect(xml).toMatch(/<testsuites [^>]*tests="7" failures="1" errors="3" skipped="1"/)
    expect(xml).toMatch(/<failure message="REFUTED: 3 violations: acknowledged records are gone." type="refuted"/)
    expect(xml).toMatch(/<error message="VACUOUS: The fault did not provably bite." type="vacuous"/)
    expect(xml).toMatch(/<error message="No Docker engine answers." type="could-not-run"/)
  })

  it('gives the reason of a skipped run', () => {
    expect(junitXml('ackproof', { ...none, skipped: [skippedRun] })).toContain('<skipped message="This machine has no loop devices (capability disks)."/>')
  })

  it('puts the findings, their pages and the command that repeats the run into the failure', () => {
    const xml = junitXml('ackproof', { ...none, reports: [refuted] })

    expect(xml).toContain('more in docs/anomalies/lost.md')
    expect(xml).toContain('3 acknowledged records are gone from the log')
    expect(xml).toContain('npx ackproof run leader-sigkill --seed 4711')
  })

  it('stays XML whatever an id holds', () => {
    const hostile = { ...refuted, reasons: ['\u0000\u001b]]><evil a="&'], claim: '<b>' }

    const xml = junitXml('ackproof', { ...none, reports: [hostile] })

    expect(xml).not.toMatch(/[\u0000-\u0008\u001b]/)
    expect(xml.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '')).not.toMatch(/<evil|<b>/)
  })

  it('writes one file for each run and one for the command', async () => {
    const folder = temporaryFolder()
    const report = { ...upheld, folder: join(folder, 'one') }
    const reporter = junitReporter(join(folder, 'junit.xml'))
    await reporter.runEnded?.(report)
    await reporter.allEnded?.([report], [skippedRun], [])

    expect(await readFile(join(folder, 'one', 'junit.xml'), 'utf8')).toMatch(/<testsuite name="leader-sigkill" [^>]*tests="1"/)
    expect(await readFile(join(folder, 'junit.xml'), 'utf8')).toMatch(/<testsuite name="ackproof" [^>]*tests="2"/)
  })
})
