/** Finding what a run left, and telling it: folders, names, `latest`, histories alone, and what is refused with which words. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { explainCommand } from '../../harness/commands/explain.ts'
import { explain } from '../../harness/run/explain.ts'
import { attempt, type Tried } from '../commands/surroundings.ts'
import { acknowledged, audit, historyText, leader, send, topic, written } from '../histories.ts'
import { finding, refuted } from '../run-reports.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const history = historyText([topic(), leader(1, { epoch: 0 }), ...written('p1:16', 0), send('p1:17'), acknowledged('p1:17', 1), leader(2, { epoch: 1 }), audit(1)])
const report = { ...refuted, experiment: 'acks1-loses', judgement: { ...refuted.judgement, findings: [finding({ count: 1, witnesses: [{ id: 'p1:17', offset: 1, at: 70 }] })] } }

let cwd = ''
beforeAll(() => {
  cwd = temporaryFolder()
  const folder = (name: string): string => {
    const path = join(cwd, 'reports', name)
    mkdirSync(path, { recursive: true })

    return path
  }
  const finished = folder('2026-11-21T10-00-00-acks1-loses-1')
  writeFileSync(join(finished, 'report.json'), JSON.stringify(report))
  writeFileSync(join(finished, 'history.ndjson.gz'), gzipSync(history))
  writeFileSync(join(folder('2026-11-21T09-00-00-null-run-1'), 'report.json'), JSON.stringify({ ...report, judgement: { ...report.judgement, findings: [] } }))
  folder('2026-11-21T11-00-00-going-on-1')
  folder('2026-11-21T08-00-00-broken-1')
  writeFileSync(join(cwd, 'reports/2026-11-21T08-00-00-broken-1/report.json'), '{"cut')
  writeFileSync(join(cwd, 'alone.ndjson'), history)
  writeFileSync(join(cwd, 'damaged.ndjson'), history.replace('"offset":1', '"offset":"x"'))
})

const tried = (...words: readonly string[]): Promise<Tried> => attempt(explainCommand, words, { cwd, explain })
const refused = (...words: readonly string[]): Promise<unknown> => tried(...words).then(() => 'not refused', (error: unknown) => error)

describe('explain', () => {
  test.each(['latest', '2026-11-21T10-00-00-acks1-loses-1', 'reports/2026-11-21T10-00-00-acks1-loses-1', 'reports/2026-11-21T10-00-00-acks1-loses-1/history.ndjson.gz', 'alone.ndjson'])(
    'finds %s', async run => {
      const { out, exitCode } = await tried(run, 'p1:17')

      expect(out).toContain('p1:17   orders-0   LOST IN THE CLUSTER')
      expect(exitCode).toBe(0)
    })

  test('of a run tells the verdict, and the story of its witnesses', async () => {
    const { out, exitCode } = await tried('latest')

    expect(out).toContain('REFUTED')
    expect(out).toMatch(/· p1:17 {2}lost in the cluster: acknowledged at offset 1 /)
    expect(out).toContain('npx ackproof explain reports/2026-11-21T10-00-00-acks1-loses-1 p1:17')
    expect(exitCode).toBe(0)
  })

  test('of a history alone judges it first', async () => {
    const { out } = await tried('alone.ndjson', '--json')

    expect(JSON.parse(out)).toMatchObject({ experiment: null, verdict: 'refuted', findings: [{ anomaly: 'lost', witnesses: [{ id: 'p1:17' }] }], records: [{ id: 'p1:17' }] })
  })

  test('of a run that kept no history has no stories', async () => {
    const { out } = await tried('2026-11-21T09-00-00-null-run-1')

    expect(out).toContain('Nothing was found.')
  })

  test('explains a record that is fine', async () => {
    expect((await tried('latest', 'p1:16')).out).toContain('NOTHING HAPPENED TO IT')
  })
})

describe('explain refuses, with exit code 2 and what to do next,', () => {
  test.each([
    [['acks1-loses'], /There is no run or history 'acks1-loses'\.\nDid you mean 2026-11-21T10-00-00-acks1-loses-1\?/],
    [['2026-11-21T10-00-00-acks1-lose-1'], /Did you mean 2026-11-21T10-00-00-acks1-loses-1/],
    [['nobody-knows-it'], /There is no run or history 'nobody-knows-it'\.\n`latest` is the last run in reports; `ls reports` shows all of them\./],
    [['nobody-knows-it', '--out', 'elsewhere'], /\nelsewhere holds no run; name the folder of the runs with --out\./],
    [['reports/2026-11-21T11-00-00-going-on-1'], /holds no run/],
    [['reports/2026-11-21T08-00-00-broken-1'], /cannot be read as JSON/],
    [['latest', 'p1:71'], /No line of reports\/.* is about a record 'p1:71'\.\nDid you mean p1:16, p1:17\?/],
    [['latest', 'nothing-like-it'], /names the records of its findings/],
    [['2026-11-21T09-00-00-null-run-1', 'p1:17'], /left no history/],
    [['latest', '--out', 'elsewhere'], /elsewhere: There is no run yet\.\nRun one/]
  ])('%j', async (words, message) => {
    const error = await refused(...words)

    expect(error).toMatchObject({ name: 'UsageError', exitCode: 2 })
    expect((error as Error).message).toMatch(message)
  })

  test('a history whose lines about the record are wrong', async () => {
    const error = await refused('damaged.ndjson', 'p1:17')

    expect(error).toMatchObject({ name: 'UsageError', exitCode: 2 })
    expect((error as Error).message).toMatch(/^damaged\.ndjson, line 8: offset: must be an integer/)
  })
})
