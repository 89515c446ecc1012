/** What cgroups of both generations say of memory that was refused. */
import { expect, test } from 'vitest'
import { refusalsIn } from '../../harness/cluster/docker/squeezes.ts'

test('the older cgroups count two limits, of which the one is felt or the other', () => {
  expect(refusalsIn('memory/memory.failcnt:0\nmemory/memory.memsw.failcnt:12\n')).toBe(12)
  expect(refusalsIn('memory/memory.failcnt:3\n')).toBe(3)
})

test('the newer ones count events, of which only those at the limit are refusals', () => {
  expect(refusalsIn('memory.events:low 4\nmemory.events:high 5\nmemory.events:max 6\nmemory.events:oom 1\nmemory.events:oom_kill 1\n')).toBe(6)
})

test('where nothing is counted, nothing is made up', () => {
  expect(refusalsIn('')).toBeUndefined()
  expect(refusalsIn('grep: memory.events: No such file or directory\n')).toBeUndefined()
})
