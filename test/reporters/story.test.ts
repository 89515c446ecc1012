/** Stories on a screen: nothing wider than the terminal, nothing that a terminal would obey, and commands that can be typed. */
import { describe, expect, test } from 'vitest'
import type { RunStory, Story } from '../../harness/model/story.ts'
import { plain } from '../../harness/reporters/paint.ts'
import { recordStory, runStory } from '../../harness/reporters/story.ts'
import { recordData, runData } from '../../harness/reporters/story-data.ts'
import { finding, refuted } from '../run-reports.ts'

const story: Story = {
  id: 'p1:17',
  places: ['orders-0'],
  remarks: [{ anomaly: 'lost', where: 'in the cluster', title: 'lost in the cluster', sentence: 'lost in the cluster: acknowledged at offset 41.', why: 'acks=1 promises little.' }],
  timeline: [
    { at: 81_234_567, kind: 'record', actor: 'p1', what: 'sent to orders-0 ' + 'and so on '.repeat(12).trim() },
    { at: 82_000_000, kind: 'fault', actor: 'data:2->1, data:3->1', what: 'stall' },
    { at: null, kind: 'audit', actor: 'audit', what: 'orders-0 does not have it' }
  ],
  notKnown: ['who led orders-0'],
  facts: { attempts: [], copies: [], deliveries: [] }
}
const source = { source: 'reports/a run', startedAt: null }
const layout = { paint: plain, columns: 80 }

const run: RunStory = {
  ...source, experiment: 'acks1-loses', claim: refuted.claim, control: false, verdict: 'refuted', reasons: ['3 violations.'],
  judgement: { ...refuted.judgement, findings: [finding({ witnesses: [{ id: 'p1:17', offset: 41, at: 1 }, { id: 'p1:18', offset: 42, at: 81_234_567 }] })] },
  stories: new Map([['p1:17', story]])
}

describe('a record\'s story', () => {
  const lines = recordStory({ ...source, story }, layout)
  const text = lines.join('\n')

  test('begins with what became of it, and ends with what to type', () => {
    expect(lines[1]).toBe('  p1:17   orders-0   LOST IN THE CLUSTER')
    expect(text).toContain('    acks=1 promises little.')
    expect(text).toContain('not known  who led orders-0')
    expect(text).toContain('npx ackproof explain \'reports/a run\' p1:17 --json')
  })

  test('has the times in one column and long names in the text', () => {
    expect(text).toContain('    1:21.234  p1     sent to orders-0')
    expect(text).toContain('    1:22.000         data:2->1, data:3->1: stall')
    expect(text).toContain('  in the end  audit  orders-0 does not have it')
  })

  test('fits the terminal', () => {
    expect(Math.max(...lines.map(line => line.length))).toBeLessThan(80)
  })

  test('prints nothing that a terminal would obey', () => {
    const evil = '\u001b[2J\u009b'
    const hostile = recordStory({ ...source, source: evil, story: { ...story, id: evil, places: [evil], timeline: [{ at: 1, kind: 'record', actor: evil, what: evil }], notKnown: [evil] } }, layout)

    expect(hostile.join('')).not.toMatch(/[\u001b\u009b]/)
  })
})

describe('a run\'s story', () => {
  test('tells each finding with what happened to its witnesses, or with what the judge says of them', () => {
    const text = runStory(run, layout).join('\n')

    expect(text).toContain('REFUTED   acks1-loses')
    expect(text).toContain('3 acknowledged records are gone from the log')
    expect(text).toContain('· p1:17  lost in the cluster: acknowledged at offset 41.')
    expect(text).toContain('· p1:18  offset 42, at 1:21.234')
    expect(text).toContain('npx ackproof explain \'reports/a run\' p1:17')
  })

  test('says that nothing was found, and offers no record', () => {
    const text = runStory({ ...run, verdict: 'upheld', reasons: [], judgement: { ...run.judgement, findings: [] }, stories: new Map() }, layout).join('\n')

    expect(text).toContain('Nothing was found.')
    expect(text).not.toContain('one record')
  })
})

test('for machines both are plain data', () => {
  expect(JSON.parse(JSON.stringify(recordData({ ...source, story })))).toMatchObject({ source: 'reports/a run', id: 'p1:17', remarks: [{ anomaly: 'lost' }], timeline: [{ at: 81_234_567 }, {}, {}] })
  expect(JSON.parse(JSON.stringify(runData(run)))).toMatchObject({ verdict: 'refuted', findings: [{ anomaly: 'lost' }], records: [{ id: 'p1:17' }] })
})
