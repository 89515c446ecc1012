/** What is wrong with what a group was given: records that it never got, got out of order, or got again. */
import { describe, expect, test } from 'vitest'
import {
  assigned, audit, commit, delivered, findingsOf, found, leader, logged, member, revoked, seek, send, topic, transaction, type HistoryLine
} from '../histories.ts'

const nothing: readonly HistoryLine[] = [topic(), audit(0)]
const log = (...ids: string[]) => [...ids.flatMap((id, offset) => (id === '' ? [] : [send(id, { at: 0 }), logged(id, offset)])), audit(ids.length)]
const abc = log('a', 'b', 'c')

describe('skipped', () => {
  test('what a group passed it must have received', async () => {
    expect(await found('skipped', ...abc, assigned({ position: 0 }), delivered('a', 0), delivered('c', 2))).toEqual(['skipped 1 violation orders-0 of g'])
    expect(await findingsOf(...abc, assigned({ position: 0 }), delivered('a', 0), delivered('b', 1), delivered('c', 2))).toEqual([])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('acknowledged commits and positions pass records, others do not', async () => {
    const start = [...abc, assigned({ position: 0 })]
    expect(await found('skipped', ...start, commit(2))).toEqual(['skipped 2 violation orders-0 of g'])
    expect(await found('skipped', ...start, commit(2, { outcome: 'indeterminate' }))).toEqual([])
    expect(await found('skipped', ...start, assigned({ member: 'c2', position: 3 }))).toEqual(['skipped 3 violation orders-0 of g'])
  })

  test('a commit in a transaction counts when that is committed', async () => {
    const start = [...abc, assigned({ position: 0 }), commit(2, { transaction: 't' })]
    expect(await found('skipped', ...start, transaction('t', 'committed'))).toEqual(['skipped 2 violation orders-0 of g'])
    expect(await found('skipped', ...start, transaction('t', 'aborted'))).toEqual([])
    expect(await found('skipped', ...start)).toEqual([])
  })

  test('a group is owed nothing below its first position', async () => {
    expect(await found('skipped', ...abc, assigned({ position: 1 }), delivered('c', 2))).toEqual(['skipped 1 violation orders-0 of g'])
    expect(await found('skipped', ...abc, delivered('c', 2))).toEqual([])
    expect(await found('skipped', ...abc, commit(2))).toEqual([])
  })

  test('without a position the policy tells where a group began', async () => {
    expect(await found('skipped', ...abc, assigned(), commit(2))).toEqual(['skipped 2 violation orders-0 of g'])
    expect(await found('skipped', ...abc, member({ reset: 'latest' }), assigned(), commit(2))).toEqual([])
  })

  test('what the application jumped over is excused, other jumps are not', async () => {
    const jump = (reason: string | null) => [...abc, assigned({ position: 0 }), seek(2, { reason }), delivered('c', 2)]
    expect(await found('skipped', ...jump('application'))).toEqual([])
    expect(await found('skipped', ...jump('reset'))).toEqual(['skipped 2 violation orders-0 of g'])
    expect(await found('skipped', ...jump('out-of-range'))).toEqual(['skipped 2 violation orders-0 of g'])
    expect(await found('skipped', ...abc, assigned({ position: 0 }), delivered('a', 0), seek(2, { reason: 'application' }), delivered('c', 2))).toEqual([])
  })

  test('that a group resets to latest excuses no jump of its client', async () => {
    const latest = member({ reset: 'latest' })
    expect(await found('skipped', ...abc, latest, assigned({ position: 0 }), delivered('a', 0), seek(2, { reason: 'out-of-range' }), delivered('c', 2)))
      .toEqual(['skipped 1 violation orders-0 of g'])
    expect(await found('skipped', ...abc, latest, assigned(), seek(2, { reason: 'out-of-range' }), delivered('c', 2))).toEqual([])
    expect(await found('poll-skip', ...abc, latest, assigned({ position: 0 }), delivered('a', 0), seek(2, { reason: 'out-of-range' }), delivered('c', 2))).toEqual([])
  })

  test('a jump of another member excuses only what that one jumped over', async () => {
    expect(await found('skipped', ...abc, assigned({ position: 0 }), assigned({ member: 'c2', position: 1 }), seek(2, { member: 'c2', reason: 'application' }), commit(2)))
      .toEqual(['skipped 1 violation orders-0 of g'])
  })

  test('a jump from an unknown position excuses all below its target', async () => {
    expect(await found('skipped', ...abc, delivered('a', 0, { member: 'c2' }), assigned(), seek(2, { reason: 'application' }), commit(3)))
      .toEqual(['skipped 1 violation orders-0 of g'])
  })

  test('another record at the offset is not the record', async () => {
    expect(await found('skipped', ...abc, send('x', { at: 0 }), delivered('a', 0), delivered('x', 1), delivered('c', 2))).toEqual(['skipped 1 violation orders-0 of g'])
  })

  test('careless commits permit it', async () => {
    for (const commits of ['automatic', 'before-work', 'none']) {
      expect(await found('skipped', ...abc, member({ commits }), assigned({ position: 0 }), commit(2))).toEqual(['skipped 2 permitted orders-0 of g'])
    }
    expect(await found('skipped', ...abc, member({ member: 'c9', commits: 'none' }), assigned({ position: 0 }), commit(2))).toEqual(['skipped 2 permitted orders-0 of g'])
    expect(await found('skipped', ...abc, member({ commits: 'transactional' }), assigned({ position: 0 }), commit(2))).toEqual(['skipped 2 violation orders-0 of g'])
  })

  test('an incomplete audit still shows what it found', async () => {
    const lines = [...abc.slice(0, -1), audit(3, { complete: false }), assigned({ position: 0 }), delivered('b', 1), delivered('c', 2)]
    expect(await found('skipped', ...lines)).toEqual(['skipped 1 violation orders-0 of g'])
    expect(await found('inconclusive', ...lines)).toEqual(['inconclusive 1 inconclusive orders-0'])
  })

  test('hidden records are not owed', async () => {
    expect(await found('skipped', send('a', { at: 0 }), logged('a', 0, { committed: false }), audit(1), assigned({ position: 0 }), commit(1))).toEqual([])
  })
})

describe('undelivered', () => {
  test('what a group has not come to may still come, and is told', async () => {
    expect(await findingsOf(...abc, assigned({ position: 0 }), delivered('a', 0))).toEqual(['undelivered 2 liveness orders-0 of g'])
    expect(await findingsOf(...abc, delivered('a', 0))).toEqual(['undelivered 2 liveness orders-0 of g'])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('nobody owned it, or it is not audited', async () => {
    expect(await findingsOf(...abc, delivered('a', 0), delivered('b', 1, { member: 'c2' }))).toEqual([])
    expect(await found('undelivered', ...abc.slice(0, -1), audit(3, { complete: false }), assigned({ position: 0 }))).toEqual([])
  })
})

describe('poll-skip', () => {
  test('a member gets one visible offset after the other', async () => {
    expect(await found('poll-skip', ...abc, assigned(), delivered('a', 0), delivered('c', 2))).toEqual(['poll-skip 1 violation orders-0 of g'])
    expect(await found('poll-skip', ...log('a', '', 'c'), assigned(), delivered('a', 0), delivered('c', 2))).toEqual([])
    expect(await found('poll-skip', ...abc, assigned({ position: 1 }), delivered('c', 2))).toEqual(['poll-skip 1 violation orders-0 of g'])
    expect(await found('poll-skip', ...nothing)).toEqual([])
  })

  test('a seek of that member explains it, of another one not', async () => {
    expect(await found('poll-skip', ...abc, assigned(), delivered('a', 0), seek(2), delivered('c', 2))).toEqual([])
    expect(await found('poll-skip', ...abc, assigned(), delivered('a', 0), seek(2, { member: 'c2' }), delivered('c', 2))).toEqual(['poll-skip 1 violation orders-0 of g'])
  })

  test('assignments and members are looked at one by one', async () => {
    expect(await found('poll-skip', ...abc, assigned(), delivered('a', 0), revoked(), assigned(), delivered('c', 2))).toEqual([])
    expect(await found('poll-skip', ...abc, assigned(), delivered('a', 0), assigned({ member: 'c2' }), delivered('b', 1, { member: 'c2' }), delivered('c', 2)))
      .toEqual(['poll-skip 1 violation orders-0 of g'])
  })

  test('without assignments one reader is followed, several are not', async () => {
    expect(await found('poll-skip', ...abc, delivered('a', 0), delivered('c', 2))).toEqual(['poll-skip 1 violation orders-0 of g'])
    expect(await found('poll-skip', ...abc, delivered('a', 0), delivered('c', 2), delivered('b', 1, { member: 'c2' }))).toEqual([])
  })
})

describe('poll-rewind', () => {
  test('a member is not given again what it was given', async () => {
    expect(await found('poll-rewind', ...abc, assigned(), delivered('b', 1), delivered('b', 1))).toEqual(['poll-rewind 1 violation orders-0 of g'])
    expect(await found('poll-rewind', ...abc, assigned(), delivered('b', 1), delivered('a', 0))).toEqual(['poll-rewind 1 violation orders-0 of g'])
    expect(await found('poll-rewind', ...abc, assigned({ position: 1 }), delivered('a', 0))).toEqual(['poll-rewind 1 violation orders-0 of g'])
    expect(await found('poll-rewind', ...nothing)).toEqual([])
  })

  test('a seek or a new assignment explains it, a weak topic permits it', async () => {
    expect(await found('poll-rewind', ...abc, assigned(), delivered('b', 1), seek(0), delivered('a', 0))).toEqual([])
    expect(await found('poll-rewind', ...abc, assigned(), delivered('b', 1), assigned(), delivered('a', 0))).toEqual([])
    expect(await found('poll-rewind', topic({ minInsyncReplicas: 1 }), ...abc, assigned(), delivered('b', 1), delivered('a', 0))).toEqual(['poll-rewind 1 permitted orders-0 of g'])
  })
})

describe('redelivered', () => {
  test('each further delivery of an offset to a group counts', async () => {
    const reads = [delivered('a', 0), delivered('a', 0, { member: 'c2' }), delivered('a', 0, { member: 'c3' }), delivered('a', 0, { group: 'h' })]
    expect(await found('redelivered', ...abc, ...reads)).toEqual(['redelivered 2 information orders-0 of g'])
    expect(await found('redelivered', ...abc, delivered('a', 0), delivered('b', 1))).toEqual([])
    expect(await found('redelivered', ...nothing)).toEqual([])
  })
})

describe('what is read of brokers\' disks', () => {
  test('is owed if the last leader has it', async () => {
    const disks = [logged('a', 0, { replica: 1 }), audit(1, { replica: 1 }), audit(0, { replica: 2 })]
    expect(await found('undelivered', send('a', { at: 0 }), ...disks, leader(2), leader(1), assigned({ position: 0 }))).toEqual(['undelivered 1 liveness orders-0 of g'])
    expect(await found('undelivered', send('a', { at: 0 }), ...disks, leader(1), leader(2), assigned({ position: 0 }))).toEqual([])
  })
})
