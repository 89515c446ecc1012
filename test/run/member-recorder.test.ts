/** What a history says of a member: the contract that its group is judged by. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { topic } from '../../harness/model/topic.ts'
import { recordMember } from '../../harness/run/member-recorder.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { temporaryFolder } from '../temporary-folder.ts'

test.each([[undefined, 'earliest'], ['latest', 'latest'], ['none', 'none']] as const)('a member that was told to reset to %s has %s on record', (reset, told) => {
  const folder = temporaryFolder()
  const reads = groupReads({ from: topic('orders'), group: 'billing', members: 1, commits: 'before-work', ...reset === undefined ? {} : { reset } })
  for (const plan of reads.clients) if (plan.kind === 'member') recordMember({ folder, run: 'r', plan, now: () => 5 }).close()

  const lines = readFileSync(join(folder, 'c1.ndjson'), 'utf8').trim().split('\n').map((line): unknown => JSON.parse(line))
  expect(lines).toContainEqual({ event: 'member', member: 'c1', group: 'billing', at: 5, isolation: 'read_uncommitted', commits: 'before-work', reset: told })
})
