/** A reporter that throws spoils nothing for the others, and is not forgotten. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Reporter } from '../../harness/model/reporter.ts'
import { contain } from '../../harness/reporters/contained.ts'
import { jsonLines, jsonReporter } from '../../harness/reporters/json-report.ts'
import { skippedRun, upheld } from '../run-reports.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const broken: Reporter = {
  phaseStarted: () => { throw new Error('no room\u001b[2J') },
  runEnded: async () => { throw new Error('disk full') },
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the types allow no promise here, but JavaScript does
  load: async () => { throw new Error('late') }
}

describe('contained reporters', () => {
  it('let the others hear everything after one has thrown', async () => {
    const heard: string[] = []
    const listening: Reporter = { phaseStarted: phase => void heard.push(phase), runEnded: report => void heard.push(report.run), allEnded: () => void heard.push('all') }
    const warned: string[] = []
    const reporter = contain([{ name: 'broken', reporter: broken }, { name: 'listening', reporter: listening }], sentence => void warned.push(sentence))

    reporter.phaseStarted('audit')
    await reporter.runEnded(upheld)
    await reporter.allEnded([upheld], [skippedRun], [])

    expect(heard).toEqual(['audit', 'r1', 'all'])
    expect(reporter.failures()).toEqual(['The reporter broken failed in phaseStarted: no room\\u001b[2J. The others were told everything.'])
    expect(warned).toEqual(reporter.failures())
  })

  it('notice a promise that fails where none is waited for', async () => {
    const reporter = contain([{ name: 'broken', reporter: { load: broken.load! } }], () => undefined)
    reporter.load({ sent: 0, acknowledged: 0, rejected: 0, indeterminate: 0, delivered: 0, acknowledgedPerSecond: 0, deliveredPerSecond: 0 })
    await new Promise(setImmediate)

    expect(reporter.failures()).toHaveLength(1)
  })

  it('are without failures when nobody throws', async () => {
    const reporter = contain([{ name: 'silent', reporter: {} }], () => undefined)
    await reporter.runEnded(upheld)

    expect(reporter.failures()).toEqual([])
  })
})

describe('report.json', () => {
  it('holds the whole report', async () => {
    const folder = join(temporaryFolder(), 'run')
    await jsonReporter().runEnded?.({ ...upheld, folder })

    expect(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))).toEqual({ ...upheld, folder })
  })

  it('is one line a run for machines', async () => {
    const lines: string[] = []
    const reporter = jsonLines(text => void lines.push(text))
    await reporter.runEnded?.(upheld)
    reporter.runSkipped?.(skippedRun)

    expect(lines.map(line => (JSON.parse(line) as { verdict?: string }).verdict)).toEqual(['upheld', undefined])
    expect(lines.every(line => line.endsWith('}\n') && !line.slice(0, -1).includes('\n'))).toBe(true)
  })
})
