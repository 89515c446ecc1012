/** What the harness writes for members that were killed, and how incarnations are counted. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { memberFile, nextIncarnation } from '../../harness/run/incarnations.ts'
import { revokeForTheDead } from '../../harness/run/member-end.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let folder: string
beforeEach(() => { folder = temporaryFolder() })

const line = (event: string, at: number, partition: number): string =>
  `${JSON.stringify({ event, member: 'c1', group: 'billing', at, topic: 'orders', partition })}\n`
const written = (): readonly string[] => readFileSync(join(folder, 'c1.harness.ndjson'), 'utf8').trim().split('\n')

test('a dead member\'s partitions are revoked, once', () => {
  writeFileSync(join(folder, 'c1.ndjson'), line('assigned', 1, 0) + line('assigned', 1, 1) + line('revoked', 5, 1))
  revokeForTheDead(folder, 'c1', 9)
  revokeForTheDead(folder, 'c1', 12)

  expect(written().map((text): unknown => JSON.parse(text))).toEqual([{ event: 'revoked', member: 'c1', group: 'billing', at: 9, topic: 'orders', partition: 0 }])
})

test('each life of a member is ended on its own, and a torn last line is no assignment', () => {
  writeFileSync(join(folder, 'c1.ndjson'), line('assigned', 1, 0))
  revokeForTheDead(folder, 'c1', 9)
  writeFileSync(join(folder, 'c1.2.ndjson'), line('assigned', 20, 0) + line('assigned', 21, 2).slice(0, -9))
  revokeForTheDead(folder, 'c1', 30)

  expect(written().map(text => (JSON.parse(text) as { at: number }).at)).toEqual([9, 30])
})

test('other members are left alone', () => {
  appendFileSync(join(folder, 'c11.ndjson'), line('assigned', 1, 0))
  revokeForTheDead(folder, 'c1', 9)

  expect(written).toThrow()
})

test('incarnations are counted by the files that they left', () => {
  expect(nextIncarnation(join(folder, 'not-there'), 'p1')).toBe(1)
  for (const file of ['p1.1.ledger', 'p1.9.ledger', 'p1.10.ledger', 'p11.40.ledger', 'c1.ledger', 'p1.99.ndjson']) writeFileSync(join(folder, file), '')

  expect(nextIncarnation(folder, 'p1')).toBe(11)
  expect(nextIncarnation(folder, 'p11')).toBe(41)
  expect(nextIncarnation(folder, 'c1')).toBe(2)
  expect([memberFile('c1', 1), memberFile('c1', 2)]).toEqual(['c1', 'c1.2'])
})
