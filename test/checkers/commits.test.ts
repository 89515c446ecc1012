/** What is wrong with commits and ownership: forgotten, made too early, taken back, or made by the wrong member. */
import { describe, expect, test } from 'vitest'
import { assigned, audit, commit, delivered, findingsOf, found, logged, member, revoked, seek, send, topic, transaction, type HistoryLine } from '../histories.ts'

const nothing: readonly HistoryLine[] = [topic(), audit(0)]
const log = [...['a', 'b', 'c'].flatMap((id, offset) => [send(id, { at: 0 }), logged(id, offset)]), audit(3)]
const c2 = { member: 'c2' }

describe('resume-rewind', () => {
  const resumed = (committed: HistoryLine, position: number | null = 1, more: readonly HistoryLine[] = []) =>
    [assigned({ at: 1, position: 0 }), committed, revoked({ at: 90 }), assigned({ ...c2, at: 100, position }), ...more]

  test('a group does not forget what it committed', async () => {
    expect(await found('resume-rewind', ...resumed(commit(3, { at: 50 })))).toEqual(['resume-rewind 1 violation orders-0 of g'])
    expect(await found('resume-rewind', ...resumed(commit(3, { at: 50 }), 3))).toEqual([])
    expect(await found('resume-rewind', ...resumed(commit(3, { at: 50 }), null))).toEqual([])
    expect(await found('resume-rewind', ...nothing)).toEqual([])
  })

  test('only what was acknowledged and completed before counts', async () => {
    expect(await found('resume-rewind', ...resumed(commit(3, { at: 50, until: 100 })))).toEqual([])
    expect(await found('resume-rewind', ...resumed(commit(3, { at: 50, until: 99 })))).toEqual(['resume-rewind 1 violation orders-0 of g'])
    expect(await found('resume-rewind', ...resumed(commit(3, { at: 50, outcome: 'indeterminate' })))).toEqual([])
    expect(await found('resume-rewind', ...resumed(commit(3, { at: 50, outcome: 'rejected' })))).toEqual([])
  })

  test('a transactional commit is complete at the committed line', async () => {
    const inT = commit(3, { at: 50, transaction: 't' })
    expect(await found('resume-rewind', ...resumed(inT), transaction('t', 'committed', { at: 99 }))).toEqual(['resume-rewind 1 violation orders-0 of g'])
    expect(await found('resume-rewind', ...resumed(inT), transaction('t', 'committed', { at: 100 }))).toEqual([])
    expect(await found('resume-rewind', ...resumed(inT), transaction('t', 'aborted', { at: 60 }))).toEqual([])
  })

  test('a lower commit that may have taken effect after the higher one explains it', async () => {
    const higher = commit(3, { at: 50, until: 60 })
    const lower = (more: Record<string, unknown>) => [commit(1, { ...c2, ...more })]
    expect(await found('resume-rewind', ...resumed(higher, 1, lower({ at: 20, until: 49 })))).toEqual(['resume-rewind 1 violation orders-0 of g'])
    expect(await found('resume-rewind', ...resumed(higher, 1, lower({ at: 20, until: 51 })))).toEqual([])
    expect(await found('resume-rewind', ...resumed(higher, 1, lower({ at: 20, outcome: 'indeterminate' })))).toEqual([])
    expect(await found('resume-rewind', ...resumed(higher, 1, lower({ at: 20, until: 300 })))).toEqual([])
    expect(await found('resume-rewind', ...resumed(higher, 1, lower({ at: 55, outcome: 'rejected' })))).toEqual(['resume-rewind 1 violation orders-0 of g'])
    expect(await found('resume-rewind', ...resumed(higher, 1, lower({ at: 120 })))).toEqual(['resume-rewind 1 violation orders-0 of g'])
    expect(await found('resume-rewind', ...resumed(higher, 1, [commit(2, { at: 70 })]))).toEqual(['resume-rewind 1 violation orders-0 of g'])
  })

  test('a seek of that member before its first delivery explains it', async () => {
    const higher = commit(3, { at: 50 })
    expect(await found('resume-rewind', ...resumed(higher, 1, [seek(0, { ...c2, at: 110 })]))).toEqual([])
    expect(await found('resume-rewind', ...resumed(higher, 1, [delivered('b', 1, { ...c2, at: 105 }), seek(0, { ...c2, at: 110 })]))).toEqual(['resume-rewind 1 violation orders-0 of g'])
    expect(await found('resume-rewind', ...resumed(higher, 1, [seek(0, { member: 'c3', at: 110 })]))).toEqual(['resume-rewind 1 violation orders-0 of g'])
  })

  test('a weak topic permits it', async () => {
    expect(await found('resume-rewind', topic({ minInsyncReplicas: 1 }), ...resumed(commit(3, { at: 50 })))).toEqual(['resume-rewind 1 permitted orders-0 of g'])
  })
})

describe('commit-ahead', () => {
  const start = [...log, assigned({ position: 0, at: 0 })]
  const read = [delivered('a', 0, { at: 100 }), delivered('b', 1, { at: 110 })]

  test('a commit does not run ahead of what was received', async () => {
    expect(await found('commit-ahead', ...start, ...read, commit(2, { at: 110 }))).toEqual([])
    expect(await found('commit-ahead', ...start, ...read, commit(2, { at: 109 }))).toEqual(['commit-ahead 1 violation orders-0 of g'])
    expect(await found('commit-ahead', ...start, ...read, commit(3, { at: 120 }))).toEqual(['commit-ahead 1 violation orders-0 of g'])
    expect(await found('commit-ahead', ...start, ...read, commit(3, { at: 120, outcome: 'indeterminate' }))).toEqual([])
    expect(await found('commit-ahead', ...nothing)).toEqual([])
  })

  test('commits are counted', async () => {
    expect(await found('commit-ahead', ...start, commit(1, { at: 5 }), commit(2, { at: 6 }))).toEqual(['commit-ahead 2 violation orders-0 of g'])
  })

  test('it is judged by the committing member\'s own mode', async () => {
    const careless = member({ commits: 'automatic' })
    expect(await found('commit-ahead', careless, ...start, commit(1, { at: 5 }))).toEqual(['commit-ahead 1 permitted orders-0 of g'])
    expect(await found('commit-ahead', careless, ...start, commit(1, { ...c2, at: 5 }))).toEqual(['commit-ahead 1 violation orders-0 of g'])
  })

  test('a commit beyond the end of the log is judged by the topic', async () => {
    expect(await found('commit-ahead', member({ commits: 'automatic' }), ...start, ...read, delivered('c', 2, { at: 120 }), commit(4, { at: 130 })))
      .toEqual(['commit-ahead 1 violation orders-0 of g'])
    expect(await found('commit-ahead', topic({ uncleanLeaderElection: true }), ...start, commit(4, { at: 130 }))).toEqual(['commit-ahead 1 permitted orders-0 of g'])
    expect(await found('commit-ahead', ...start, ...read, delivered('c', 2, { at: 120 }), commit(3, { at: 130 }))).toEqual([])
  })
})

describe('commit-regressed', () => {
  const owner = assigned({ at: 0 })

  test('a member does not take back what it committed', async () => {
    expect(await found('commit-regressed', owner, commit(10, { at: 10 }), commit(7, { at: 20 }))).toEqual(['commit-regressed 1 violation orders-0 of g'])
    expect(await found('commit-regressed', owner, commit(10, { at: 10 }), commit(10, { at: 20 }), commit(11, { at: 30 }))).toEqual([])
    expect(await found('commit-regressed', ...nothing)).toEqual([])
  })

  test('commits that were under way at once are not compared', async () => {
    expect(await found('commit-regressed', owner, commit(10, { at: 10, until: 20 }), commit(7, { at: 20 }))).toEqual([])
    expect(await found('commit-regressed', owner, commit(10, { at: 10, until: 19 }), commit(7, { at: 20 }))).toEqual(['commit-regressed 1 violation orders-0 of g'])
    expect(await found('commit-regressed', owner, commit(10, { at: 10 }), commit(7, { at: 20, outcome: 'indeterminate' }))).toEqual([])
  })

  test('a seek between, another assignment, or another member explains it', async () => {
    expect(await found('commit-regressed', owner, commit(10, { at: 10 }), seek(7, { at: 15 }), commit(7, { at: 20 }))).toEqual([])
    expect(await found('commit-regressed', owner, commit(10, { at: 10 }), seek(7, { at: 25 }), commit(7, { at: 20 }))).toEqual(['commit-regressed 1 violation orders-0 of g'])
    expect(await found('commit-regressed', owner, commit(10, { at: 10 }), assigned({ at: 15 }), commit(7, { at: 20 }))).toEqual([])
    expect(await found('commit-regressed', owner, assigned({ ...c2, at: 1 }), commit(10, { ...c2, at: 10 }), commit(7, { at: 20 }))).toEqual([])
  })

  test('a transaction that was committed before the commit in it was invoked takes back nothing, and breaks nothing', async () => {
    expect(await findingsOf(...nothing, owner, transaction('t', 'committed', { at: 15 }), commit(0, { at: 20, transaction: 't' }))).toEqual([])
  })

  test('what was invoked before a seek and completed after it does not count', async () => {
    expect(await found('commit-regressed', owner, commit(10, { at: 10, until: 16 }), seek(7, { at: 15 }), commit(7, { at: 20 }))).toEqual([])
    expect(await found('commit-regressed', owner, seek(7, { at: 5 }), commit(10, { at: 10 }), commit(7, { at: 20 }), commit(6, { at: 30 })))
      .toEqual(['commit-regressed 2 violation orders-0 of g'])
  })
})

describe('dual-owner', () => {
  const both = [assigned({ at: 0 }), assigned({ ...c2, at: 50 }), revoked({ at: 90 })]

  test('two members do not commit while both own a partition', async () => {
    expect(await found('dual-owner', ...both, commit(1, { at: 60 }), commit(2, { ...c2, at: 70 }))).toEqual(['dual-owner 1 violation orders-0 of g'])
    expect(await found('dual-owner', ...both, commit(1, { at: 40 }), commit(2, { ...c2, at: 70 }))).toEqual([])
    expect(await found('dual-owner', ...both, commit(1, { at: 60 }), commit(2, { ...c2, at: 95 }))).toEqual([])
    expect(await found('dual-owner', ...both, commit(1, { at: 60, outcome: 'rejected' }), commit(2, { ...c2, at: 70 }))).toEqual([])
    expect(await found('dual-owner', ...nothing)).toEqual([])
  })

  test('pairs of assignments are counted', async () => {
    const three = [...both, assigned({ member: 'c3', at: 55 })]
    expect(await found('dual-owner', ...three, ...['c1', 'c2', 'c3'].map((name, index) => commit(1, { member: name, at: 60 + index })))).toEqual(['dual-owner 3 violation orders-0 of g'])
  })

  test('assignments that only touch do not overlap', async () => {
    expect(await found('dual-owner', assigned({ at: 0 }), revoked({ at: 50 }), assigned({ ...c2, at: 50 }), commit(1, { at: 50 }), commit(2, { ...c2, at: 50 }))).toEqual([])
  })
})

describe('unowned', () => {
  const owned = [assigned({ at: 10 }), revoked({ at: 20 })]

  test('commits of a member that owned nothing are violations, deliveries are told', async () => {
    expect(await found('unowned', ...owned, send('a', { at: 0 }), commit(1, { at: 21 }), commit(1, { ...c2, at: 15 }), delivered('a', 0, { at: 5 })))
      .toEqual(['unowned 2 violation orders-0 of g', 'unowned 1 information orders-0 of g'])
    expect(await found('unowned', ...owned, commit(1, { at: 21, outcome: 'rejected' }))).toEqual([])
    expect(await found('unowned', ...nothing)).toEqual([])
  })

  test('in the very moment of a change the member owns it', async () => {
    expect(await found('unowned', ...owned, commit(1, { at: 20 }), commit(1, { at: 10 }))).toEqual([])
  })

  test('a group without assignments is not asked', async () => {
    expect(await found('unowned', send('a', { at: 0 }), delivered('a', 0), commit(1), commit(1, c2))).toEqual([])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('a commit invoked while it owned may complete later', async () => {
    expect(await found('unowned', ...owned, commit(1, { at: 19, until: 40 }))).toEqual([])
  })
})
