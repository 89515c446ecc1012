/** What is told of records that a group passed, has not come to, or committed too early, and in which words its commits are named. */
import { describe, expect, test } from 'vitest'
import { assigned, audit, commit, delivered, found, logged, member, seek, send, told, topic, type HistoryLine } from '../histories.ts'

const c2 = { member: 'c2' }
const log = [topic(), ...['a', 'b', 'c'].flatMap((id, offset) => [send(id, { at: 0 }), logged(id, offset)]), audit(3)]
const begin = assigned({ at: 1, position: 0 })
const place = { topic: 'orders', partition: 0, group: 'g' }

describe('skipped', () => {
  const passed = [begin, delivered('a', 0, { at: 10 }), delivered('c', 2, { at: 20 })]

  test('is told with the record and how the members commit', async () => {
    const expected = { anomaly: 'skipped', count: 1, ...place, witnesses: [{ id: 'b', offset: 1, at: null }] }
    expect(await told('skipped', ...log, member({ commits: 'after-work' }), ...passed))
      .toEqual([{ ...expected, level: 'violation', reason: 'commits after-work: the group passed a record without receiving it' }])
    expect(await told('skipped', ...log, member({ commits: 'none' }), ...passed))
      .toEqual([{ ...expected, level: 'permitted', reason: 'commits none: the group passed a record without receiving it, which this contract permits' }])
  })

  test('ends where the group has passed', async () => {
    expect(await told('skipped', ...log, begin, commit(2, { at: 5 }))).toMatchObject([{ count: 2, witnesses: [{ offset: 0 }, { offset: 1 }] }])
    expect(await told('undelivered', ...log, begin, commit(2, { at: 5 }))).toMatchObject([{ count: 1, witnesses: [{ offset: 2 }] }])
  })
})

describe('undelivered', () => {
  test('is told with the records that may still come', async () => {
    expect(await told('undelivered', ...log, begin, delivered('a', 0, { at: 10 }))).toEqual([{
      anomaly: 'undelivered', level: 'liveness', count: 2, ...place, reason: 'a record was not delivered by the end, and the group has not passed it',
      witnesses: [{ id: 'b', offset: 1, at: null }, { id: 'c', offset: 2, at: null }]
    }])
  })

  test('needs somebody who owned the partition', async () => {
    expect(await found('undelivered', ...log, seek(0, { at: 5 }))).toEqual([])
    expect(await found('undelivered', ...log, begin, delivered('a', 0, { at: 10 }), delivered('c', 2, { at: 20 }))).toEqual([])
  })
})

describe('the members that decide', () => {
  const reasonOf = async (...members: readonly HistoryLine[]): Promise<string | undefined> =>
    (await told('skipped', ...log, ...members, assigned({ member: 'c0', at: 1, position: 0 }), commit(2, { member: 'c0', at: 5 })))[0]?.reason.split(':')[0]

  test('are the one that excuses most, else the first', async () => {
    expect(await reasonOf()).toBe('commits after-work (assumed)')
    expect(await reasonOf(member({ commits: 'after-work', member: 'c0' }), member({ ...c2, commits: 'automatic' }))).toBe('commits automatic')
    expect(await reasonOf(member({ commits: 'transactional', member: 'c0' }), member({ ...c2, commits: 'after-work' }))).toBe('commits transactional')
    expect(await reasonOf(member({ member: 'c0' }), member({ ...c2, commits: 'before-work' }))).toBe('commits before-work')
  })
})

describe('commit-ahead', () => {
  const ahead = 'the group committed past a record that it had not received yet'

  test('is told with the commit, and how that member commits', async () => {
    const lines = [begin, delivered('a', 0, { at: 10 }), commit(2, { at: 20 }), delivered('b', 1, { at: 30 })]
    const expected = { anomaly: 'commit-ahead', count: 1, ...place, witnesses: [{ id: null, offset: 2, at: 20, member: 'c1' }] }
    expect(await told('commit-ahead', ...log, member({ commits: 'after-work' }), ...lines)).toEqual([{ ...expected, level: 'violation', reason: `commits after-work: ${ahead}` }])
    expect(await told('commit-ahead', ...log, member({ commits: 'automatic' }), member({ ...c2, commits: 'after-work' }), ...lines))
      .toEqual([{ ...expected, level: 'permitted', reason: `commits automatic: ${ahead}, which this contract permits` }])
  })

  test('is told with the end of the log that the commit lies beyond', async () => {
    const expected = { anomaly: 'commit-ahead', count: 1, ...place, witnesses: [{ id: null, offset: 4, at: 90, member: 'c1' }] }
    const all = [begin, ...['a', 'b', 'c'].map((id, offset) => delivered(id, offset, { at: 10 + offset })), commit(4, { at: 90 })]
    const reason = ': the group committed an offset beyond the end of the log, 3'
    expect(await told('commit-ahead', ...log, ...all)).toEqual([{ ...expected, level: 'violation', reason: `min ISR 2, unclean election off${reason}` }])
    expect(await told('commit-ahead', topic({ minInsyncReplicas: 1 }), ...log.slice(1), ...all))
      .toEqual([{ ...expected, level: 'permitted', reason: `min ISR 1, unclean election off${reason}` }])
    expect(await found('commit-ahead', ...log, ...all.slice(0, -1), commit(3, { at: 90 }))).toEqual([])
  })

  test('looks at what lies below each commit, in whatever order commits come', async () => {
    const reads = [delivered('a', 0, { at: 10 }), delivered('b', 1, { at: 30 }), delivered('c', 2, { at: 20 })]
    const early = async (...commits: readonly (readonly [offset: number, at: number])[]) =>
      (await told('commit-ahead', ...log, begin, ...reads, ...commits.map(([offset, at]) => commit(offset, { at })))).flatMap(({ witnesses }) => witnesses.map(({ offset, at }) => [offset, at]))
    expect(await early([3, 25], [1, 26], [2, 27])).toEqual(expect.arrayContaining([[3, 25], [2, 27]]))
    expect(await early([3, 25], [1, 26], [2, 27])).toHaveLength(2)
    expect(await early([3, 30], [2, 30], [1, 10], [0, 5])).toEqual([])
    expect(await early([1, 9])).toEqual([[1, 9]])
    expect(await early([3, 29])).toEqual([[3, 29]])
  })

  test('does not ask for what is not owed', async () => {
    expect(await found('commit-ahead', ...log, assigned({ at: 1, position: 1 }), delivered('b', 1, { at: 10 }), commit(2, { at: 20 }))).toEqual([])
    expect(await found('commit-ahead', ...log, begin, seek(2, { at: 5, reason: 'application' }), commit(2, { at: 20 }))).toEqual([])
    expect(await found('commit-ahead', ...log.slice(0, -1), begin, commit(9, { at: 20, outcome: 'rejected' }))).toEqual([])
  })

  test('without an audit ends nowhere', async () => {
    expect(await found('commit-ahead', begin, commit(99, { at: 20 }))).toEqual([])
    expect(await found('commit-ahead', send('a', { at: 0 }), logged('a', 0), begin, commit(99, { at: 20 }))).toEqual(['commit-ahead 1 violation orders-0 of g'])
  })
})
