/** What a member had asked for and not been answered when it was killed, and what the judges make of it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { openLedger } from '../../harness/ledger/index.ts'
import { topic } from '../../harness/model/topic.ts'
import { judgeLedger } from '../../harness/run/judge-ledger.ts'
import { recordMember } from '../../harness/run/member-recorder.ts'
import { doubtOpenCommits } from '../../harness/run/open-commits.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })
const where = { topic: 'orders', partition: 0 }
let folder: string
beforeEach(() => { folder = temporaryFolder() })

const member = (number: number) => {
  const [plan] = groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work', commitCalls: 'async', firstMember: number }).clients
  if (plan?.kind !== 'member') throw new Error('There is no plan.')

  return recordMember({ folder, run: 'r', plan, now: () => 1 })
}

/** c1 asks for 20 and for 30, hears of 30 alone, and is killed at 90; c2 begins at 20. */
const killed = (answered: readonly number[]): void => {
  const ledger = openLedger(folder, { format: 1, run: 'r', process: 'harness', topics: ['orders'] })
  ledger.event({ event: 'topic', topic: 'orders', partitions: 1, replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: false })
  ledger.event({ event: 'audit', ...where, logStart: 0, logEnd: 40, complete: true })
  ledger.close()
  const c1 = member(1)
  c1.assigned({ ...where, at: 5, position: 0 })
  for (const offset of [20, 30]) c1.committing({ ...where, offset, at: offset })
  for (const offset of answered) c1.committed({ ...where, offset, at: offset, until: offset + 5, outcome: 'acknowledged' })
  c1.revoked({ ...where, at: 90 })
  c1.close()
  const c2 = member(2)
  c2.assigned({ ...where, at: 100, position: 20 })
  c2.close()
}
const rewinds = (): number => judgeLedger(folder, { witnesses: 1 }).judgement.findings.filter(({ anomaly }) => anomaly === 'resume-rewind').length
const written = (): readonly unknown[] => readdirSync(folder).includes('c1.harness.ndjson')
  ? readFileSync(join(folder, 'c1.harness.ndjson'), 'utf8').trim().split('\n').map((text): unknown => JSON.parse(text))
  : []

test('a group begins at a commit that nobody heard the end of, and did not forget the higher one before it: without the record of that it is accused', () => {
  killed([30])
  expect(rewinds()).toBe(1)

  doubtOpenCommits(folder, 'c1', 90)
  expect(rewinds()).toBe(0)
  expect(written()).toEqual([{ event: 'offset-commit', at: 20, until: 90, member: 'c1', group: 'billing', topic: 'orders', partition: 0, offset: 20, outcome: 'indeterminate' }])
})

test('a group that did forget is accused: every commit had been answered', () => {
  killed([20, 30])
  doubtOpenCommits(folder, 'c1', 90)

  expect([rewinds(), written()]).toEqual([1, []])
})

test('what is in doubt is said once, and of this member alone', () => {
  killed([30])
  doubtOpenCommits(folder, 'c', 90)
  doubtOpenCommits(folder, 'c2', 90)
  expect(written()).toEqual([])

  doubtOpenCommits(folder, 'c1', 90)
  doubtOpenCommits(folder, 'c1', 120)
  expect(written()).toHaveLength(1)
})

test('of who never wrote anything there is nothing to say', () => {
  doubtOpenCommits(join(folder, 'not-there'), 'c1', 90)
  doubtOpenCommits(folder, 'c1', 90)

  expect(readdirSync(folder)).toEqual([])
})
