/** How a group's lag is told: in words, in blocks, and as a picture beside the Markdown report. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { LagReport } from '../../harness/model/report.ts'
import { lagPicture } from '../../harness/reporters/lag-picture.ts'
import { lagBlocks, lagSentence } from '../../harness/reporters/lag-words.ts'
import { markdown, markdownReporter } from '../../harness/reporters/markdown.ts'
import { fault, upheld } from '../run-reports.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const lag: LagReport = { group: 'billing', stepMs: 500, behind: [0, 2000, 4000, 6012, 3000, 100], most: 6012, mostAt: 31_000_000, caughtUpAt: 52_000_000, caughtUpPerSecond: 286 }
const { caughtUpAt: _at, caughtUpPerSecond: _rate, ...stuck } = lag

describe('in words', () => {
  test.each<[string, LagReport]>([
    ['billing at most 6,012 records behind, at 0:31; caught up at 0:52, by 286 records/s beyond what was written', lag],
    ['billing at most 6,012 records behind, at 0:31; not caught up by the end', stuck],
    ['billing at most 6,012 records behind, at 0:31', { ...stuck, caughtUpAt: 32_000_000 }],
    ['billing never behind', { ...stuck, most: 0 }]
  ])('%s', (words, told) => {
    expect(lagSentence(told)).toBe(words)
  })

  test('a line of blocks is as high as the lag, and no longer than a line', () => {
    expect(lagBlocks(lag)).toBe('▁▃▆█▄▁')
    expect(lagBlocks({ ...lag, behind: Array.from({ length: 600 }, (_, step) => step) })).toHaveLength(40)
    expect(lagBlocks({ ...lag, behind: [0, 0], most: 0 })).toBe('▁▁')
  })
})

describe('the picture', () => {
  const drawn = (faults = [fault({ injectingAt: 500_000, healedAt: 1_500_000, fault: 'kill <one> & all' })]): string => lagPicture({ experiment: 'backlog', lag: [lag], faults }) ?? ''

  test('has each group\'s curve, from the bottom to the most', () => {
    expect(drawn()).toContain('points="80,300 240,213.5 400,127 560,40 720,170.3 880,295.7"')
    expect(drawn()).toContain('billing: at most 6,012')
  })

  test('has the faults drawn in, from the blow to the healing, or to the end', () => {
    expect(drawn()).toContain('<rect x="240" y="40" width="320" height="260"')
    expect(drawn([fault({ injectingAt: 500_000, healedAt: undefined })])).toContain('<rect x="240" y="40" width="640" height="260"')
  })

  test('takes no name for markup', () => {
    expect(drawn()).toContain('1. kill &lt;one&gt; &amp; all (broker 2)')
  })

  test('begins when somebody was behind for the first time, and its axis tells the run\'s time', () => {
    const late = lagPicture({ experiment: 'late', lag: [{ ...lag, behind: [...Array.from({ length: 20 }, () => 0), ...lag.behind] }], faults: [] }) ?? ''

    expect(late).toContain('points="80,300 240,213.5 400,127 560,40 720,170.3 880,295.7"')
    expect([...late.matchAll(/>(0:\d\d)</g)].map(([, time]) => time)).toEqual(['0:10', '0:11', '0:12'])
    expect(lagBlocks({ ...lag, behind: [0, 0, 0, ...lag.behind] })).toBe(lagBlocks(lag))
  })

  test('is not drawn where no group read anything', () => {
    expect(lagPicture({ experiment: 'null', lag: [], faults: [] })).toBeUndefined()
    expect(lagPicture({ experiment: 'null', faults: [] })).toBeUndefined()
  })
})

test('the Markdown report has the words, and beside it lies the picture that it shows; a job\'s summary has no picture to show', async () => {
  const folder = temporaryFolder()
  const jobSummary = join(folder, 'summary.md')
  await markdownReporter(jobSummary).runEnded?.({ ...upheld, lag: [lag], folder })

  expect(readFileSync(join(folder, 'report.md'), 'utf8')).toContain('| billing at most 6,012 records behind, at 0:31; caught up at 0:52')
  expect(readFileSync(join(folder, 'report.md'), 'utf8')).toContain('(lag.svg)')
  expect(readFileSync(join(folder, 'lag.svg'), 'utf8')).toContain('<polyline')
  expect(readFileSync(jobSummary, 'utf8')).not.toContain('lag.svg')
})

test('a report without groups has neither', async () => {
  const folder = temporaryFolder()
  await markdownReporter(undefined).runEnded?.({ ...upheld, folder })

  expect(existsSync(join(folder, 'lag.svg'))).toBe(false)
  expect(markdown(upheld)).not.toContain('behind')
})
