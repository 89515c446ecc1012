/**
 * Where a log may be cut off and written again, a group is to blame for a record that was there when it passed, and only for such a
 * one. Each of the four findings both ways.
 */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, assigned, audit, commit, delivered, effect, fault, judgementOf, logged, member, processed, producer, revoked, send, topic, transaction,
  type HistoryLine
} from '../histories.ts'

const weak = topic({ minInsyncReplicas: 1 })
const flushed = topic({ flushed: true })
const powerCut = [fault('f', 'injected', { what: 'power-cut', brokers: [1, 2, 3], evidence: 'gone', at: 1 }), fault('f', 'healed', { at: 2 })]
const begin = assigned({ position: 0, at: 5 })

/** What the log holds in the end; the records at 0 and 2 were there from the beginning. */
const log = (...between: HistoryLine[]) => [
  send('a', { at: 3 }), acknowledged('a', 0, { at: 4 }), logged('a', 0), send('b', { at: 3 }), logged('b', 1),
  send('c', { at: 3 }), acknowledged('c', 2, { at: 4 }), logged('c', 2), audit(3), begin, ...between
]
const writtenAt = (at: number, offset = 1) => acknowledged('b', offset, { at })
const jump = [delivered('a', 0, { at: 10 }), delivered('c', 2, { at: 100 })]

const levelOf = async (anomaly: string, ...lines: readonly HistoryLine[]): Promise<string> =>
  (await judgementOf(...lines)).findings.filter(one => one.anomaly === anomaly).map(({ level, count }) => `${count} ${level}`).join(', ')

describe('skipped', () => {
  test('is a violation if the record was there before the group passed it, however weak the topic', async () => {
    expect(await levelOf('skipped', weak, ...log(writtenAt(99), ...jump))).toBe('1 violation')
    expect(await levelOf('skipped', weak, ...log(writtenAt(100), ...jump))).toBe('1 permitted')
    expect(await levelOf('skipped', weak, ...log(...jump))).toBe('1 permitted')
    expect(await levelOf('skipped', ...log(...jump))).toBe('1 violation')
  })

  test('and where no audit says how far it read', async () => {
    expect(await levelOf('skipped', weak, ...log(writtenAt(99), ...jump).filter(({ event }) => event !== 'audit'))).toBe('1 violation')
  })

  test('and after a power cut, unless every record was on disk', async () => {
    expect(await levelOf('skipped', ...powerCut, ...log(writtenAt(99), ...jump))).toBe('1 violation')
    expect(await levelOf('skipped', ...powerCut, ...log(writtenAt(101), ...jump))).toBe('1 permitted')
    expect(await levelOf('skipped', flushed, ...powerCut, ...log(writtenAt(101), ...jump))).toBe('1 violation')
  })

  test('is proven by a delivery of it to any group, not by one at another offset, and not by the acknowledgement of another attempt elsewhere', async () => {
    const other = { member: 'd1', group: 'h' }
    const again = [send('b', { attempt: 2, at: 50 }), acknowledged('b', 7, { attempt: 2, at: 60 })]
    expect(await levelOf('skipped', weak, ...log(delivered('b', 1, { ...other, at: 50 }), ...jump))).toBe('1 violation')
    expect(await levelOf('skipped', weak, ...log(delivered('b', 1, { ...other, at: 100 }), ...jump))).toBe('1 permitted')
    expect(await levelOf('skipped', weak, ...log(delivered('b', 3, { ...other, at: 50 }), ...jump))).toBe('1 permitted')
    expect(await levelOf('skipped', weak, ...log(writtenAt(50, 7), ...jump))).toBe('1 permitted')
    expect(await levelOf('skipped', weak, ...log(...again, ...jump))).toBe('1 permitted')
    expect(await levelOf('skipped', weak, ...log(send('b', { attempt: 2, at: 50, partition: 1 }), acknowledged('b', 1, { attempt: 2, at: 60 }), ...jump))).toBe('1 permitted')
    expect(await levelOf('skipped', weak, ...log(writtenAt(150), ...again.slice(0, 1), acknowledged('b', 1, { attempt: 2, at: 60 }), ...jump))).toBe('1 violation')
  })

  test('counts from the earliest line that passes: a commit, a delivery or a position', async () => {
    const early: readonly HistoryLine[] = [commit(2, { at: 40 }), delivered('c', 2, { at: 40 }), assigned({ member: 'c2', position: 2, at: 40 })]
    for (const line of early) {
      expect(await levelOf('skipped', weak, ...log(writtenAt(39), delivered('a', 0, { at: 10 }), line, delivered('c', 2, { at: 100 })))).toBe('1 violation')
      expect(await levelOf('skipped', weak, ...log(writtenAt(40), delivered('a', 0, { at: 10 }), line, delivered('c', 2, { at: 100 })))).toBe('1 permitted')
    }
  })

  test('counts from the highest commit so far, though lower ones follow it', async () => {
    expect(await levelOf('skipped', weak, ...log(writtenAt(50), delivered('a', 0, { at: 10 }), commit(2, { at: 60 }), commit(1, { at: 70 })))).toBe('1 violation')
    expect(await levelOf('skipped', weak, ...log(writtenAt(65), delivered('a', 0, { at: 10 }), commit(2, { at: 60 }), commit(1, { at: 70 })))).toBe('1 permitted')
  })

  test('does not count from a line that does not pass it', async () => {
    const others: readonly HistoryLine[] = [
      commit(1, { at: 40 }), commit(2, { at: 40, outcome: 'rejected' }), commit(2, { at: 40, outcome: 'indeterminate' }), delivered('a', 0, { at: 40 }),
      assigned({ member: 'c2', position: 1, at: 40 }), assigned({ member: 'c2', at: 40 }), delivered('c', 2, { at: 40, member: 'd1', group: 'h' }), revoked({ member: 'c2', at: 40 })
    ]
    for (const line of others) expect(await levelOf('skipped', weak, ...log(writtenAt(50), delivered('a', 0, { at: 10 }), line, delivered('c', 2, { at: 100 })))).toBe('1 violation')
  })

  test('has both levels in one partition, each with its reason', async () => {
    const { findings } = await judgementOf(
      weak, ...log(writtenAt(50), ...jump, commit(4, { at: 150 }), send('d', { at: 200 }), acknowledged('d', 3, { at: 210 }), logged('d', 3)).filter(({ event }) => event !== 'audit'),
      audit(4)
    )
    const skips = findings.filter(({ anomaly }) => anomaly === 'skipped')
    const contract = 'commits after-work (assumed), min ISR 1, unclean election off: the group passed a record without receiving it'
    expect(skips.map(({ level, witnesses }) => [level, witnesses.map(({ id }) => id)])).toEqual([['violation', ['b']], ['permitted', ['d']]])
    expect(skips.map(({ reason }) => reason)).toEqual([
      `${contract}, and it was written before that`, `${contract}, but it may have been written only after that, which this contract permits`
    ])
  })

  test('is permitted by the members\' commits as before, and says so', async () => {
    const { findings } = await judgementOf(weak, member({ commits: 'before-work' }), ...log(writtenAt(50), ...jump))
    expect(findings.find(({ anomaly }) => anomaly === 'skipped')).toMatchObject({
      level: 'permitted', reason: 'commits before-work: the group passed a record without receiving it, which this contract permits'
    })
  })
})

describe('what a group passed may have been another record', () => {
  const slow = [send('x', { at: 3 }), delivered('a', 0, { at: 10 }), delivered('x', 1, { at: 60 }), delivered('c', 2, { at: 100 })]

  test('which it had fetched before the log was cut off, and was given later', async () => {
    expect(await levelOf('skipped', weak, ...log(writtenAt(50), ...slow))).toBe('1 permitted')
    expect(await levelOf('commit-ahead', weak, ...log(writtenAt(50), ...slow, commit(3, { at: 110 })))).toBe('1 permitted')
    expect(await levelOf('skipped', ...log(writtenAt(50), ...slow))).toBe('1 violation')
  })

  test('but not one that only another group was given, nor one that it was given afterwards', async () => {
    const elsewhere = delivered('x', 1, { at: 60, member: 'd1', group: 'h' })
    expect(await levelOf('skipped', weak, ...log(writtenAt(50), send('x', { at: 3 }), elsewhere, ...jump))).toContain('1 violation')
    expect(await levelOf('skipped', weak, ...log(writtenAt(50), send('x', { at: 3 }), ...jump, delivered('x', 1, { at: 120 })))).toBe('1 violation')
  })

  test('or none that is handed out: a marker, an aborted or a foreign record, or one that was compacted away', async () => {
    const inTransaction = [producer('t', { transactionalId: 'T' }), send('t:0', { producer: 't', transaction: 'T1', at: 3 }), transaction('T1', 'aborted', { producer: 't', at: 4 })]
    const guilty = log(writtenAt(50), ...jump)
    expect(await levelOf('skipped', weak, ...guilty)).toBe('1 violation')
    expect(await levelOf('skipped', weak, ...guilty, ...inTransaction)).toBe('1 permitted')
    expect(await levelOf('skipped', weak, ...guilty.filter(({ event }) => event !== 'audit'), audit(4, { foreign: 1 }))).toBe('1 permitted')
    expect(await levelOf('skipped', topic({ minInsyncReplicas: 1, cleanupPolicy: 'compact' }), ...guilty)).toBe('1 permitted')
    expect(await levelOf('poll-skip', weak, ...guilty, ...inTransaction)).toBe('1 permitted')
  })
})

describe('commit-ahead', () => {
  const late = (at: number) => [delivered('a', 0, { at: 10 }), commit(2, { at: 40 }), delivered('b', 1, { at })]

  test('is a violation if one of the records not yet received was there when it was invoked', async () => {
    expect(await levelOf('commit-ahead', weak, ...log(writtenAt(39), ...late(60)))).toBe('1 violation')
    expect(await levelOf('commit-ahead', weak, ...log(writtenAt(40), ...late(60)))).toBe('1 permitted')
    expect(await levelOf('commit-ahead', weak, ...log(...late(60)))).toBe('1 permitted')
    expect(await levelOf('commit-ahead', weak, ...log(writtenAt(39), ...late(40)))).toBe('')
    expect(await levelOf('commit-ahead', ...log(...late(60)))).toBe('1 violation')
  })

  test('says why, in the words of each member that committed', async () => {
    const reasons = async (...lines: readonly HistoryLine[]) =>
      (await judgementOf(weak, member({ commits: 'after-work' }), ...log(...lines))).findings.filter(({ anomaly }) => anomaly === 'commit-ahead').map(({ reason }) => reason)
    const because = (commits: string, why: string) => `commits ${commits}, min ISR 1, unclean election off: the group committed past a record that it had not received yet, ${why}`
    const [before, after] = ['and it was written before that', 'but it may have been written only after that, which this contract permits']
    expect(await reasons(writtenAt(39), ...late(60))).toEqual([because('after-work', before)])
    expect(await reasons(writtenAt(40), ...late(60))).toEqual([because('after-work', after)])
    expect(await reasons(writtenAt(39), member({ member: 'c2', commits: 'transactional' }), ...late(60), commit(2, { at: 50, member: 'c2' })))
      .toEqual([`${because('after-work', before)}; ${because('transactional', before)}`])
  })

  test('is not proven by a record that the group was not owed, nor by one received in that moment', async () => {
    const unproven = log(...late(60)).filter(({ event }) => event !== 'assigned')
    expect(await levelOf('commit-ahead', weak, ...unproven, assigned({ position: 1, at: 5 }))).toBe('1 permitted')
    const started = [...unproven.filter(({ id, event }) => id !== 'a' || event !== 'delivered'), delivered('x', 7, { at: 95 }), send('x', { at: 3 })]
    expect(await levelOf('commit-ahead', weak, ...started, assigned({ position: 1, at: 5 }))).toBe('1 permitted')
    expect(await levelOf('commit-ahead', weak, ...started, assigned({ position: 0, at: 5 }))).toBe('1 violation')
    const moment = (at: number) => log(writtenAt(39), delivered('a', 0, { at: 10 }), delivered('b', 1, { at: 50 }), commit(3, { at }), delivered('c', 2, { at: 60 }))
      .filter(({ id, event }) => id !== 'c' || event !== 'acknowledged')
    expect(await levelOf('commit-ahead', weak, ...moment(49))).toBe('1 violation')
    expect(await levelOf('commit-ahead', weak, ...moment(50))).toBe('1 permitted')
    expect(await levelOf('commit-ahead', weak, ...moment(45), commit(3, { at: 50 }))).toBe('1 violation, 1 permitted')
  })

  test('is judged commit by commit', async () => {
    const commits = [[3, 20], [2, 30], [1, 45], [2, 50], [3, 55], [3, 80], [2, 90]].map(([offset, at]) => commit(offset!, { at }))
    // Nothing of b is proven at 20 and 30, though c is owed to the first; 1 is not ahead; b and c are received at 60 and 85.
    const lines = [writtenAt(40), delivered('a', 0, { at: 10 }), ...commits, delivered('b', 1, { at: 60 }), delivered('c', 2, { at: 85 })]
    const judged = (await judgementOf(weak, ...log(...lines))).findings.filter(({ anomaly }) => anomaly === 'commit-ahead')
    expect(judged.map(({ level, witnesses }) => [level, witnesses.map(({ at }) => at)])).toEqual([['violation', [20, 50, 55, 80]], ['permitted', [30]]])
  })

  test('is permitted by the committing member\'s mode, and beyond the end of the log as before', async () => {
    expect(await levelOf('commit-ahead', weak, member({ commits: 'automatic' }), ...log(writtenAt(39), ...late(60)))).toBe('1 permitted')
    expect(await levelOf('commit-ahead', weak, member({ member: 'c2', commits: 'automatic' }), ...log(writtenAt(39), ...late(60)))).toBe('1 violation')
    expect(await levelOf('commit-ahead', weak, ...log(writtenAt(39), ...late(60), commit(4, { at: 120 })))).toBe('1 violation, 1 permitted')
  })
})

describe('poll-skip', () => {
  test('is a violation if one of the records left out was there before the second delivery', async () => {
    expect(await levelOf('poll-skip', weak, ...log(writtenAt(99), ...jump))).toBe('1 violation')
    expect(await levelOf('poll-skip', weak, ...log(writtenAt(100), ...jump))).toBe('1 permitted')
    expect(await levelOf('poll-skip', weak, ...log(...jump))).toBe('1 permitted')
  })

  test('so too if the member had been given it before it went back', async () => {
    const again = [delivered('a', 0, { at: 10 }), delivered('b', 1, { at: 20 }), delivered('a', 0, { at: 30 }), delivered('c', 2, { at: 100 })]
    expect(await levelOf('poll-skip', weak, ...log(writtenAt(15), ...again))).toBe('1 violation')
  })

  test('so too between a position and the first delivery', async () => {
    const first = delivered('c', 2, { at: 100 })
    const unproven = log(first).filter(({ event, id }) => event !== 'acknowledged' || id !== 'a')
    expect(await levelOf('poll-skip', weak, ...log(first))).toBe('1 violation')
    expect(await levelOf('poll-skip', weak, ...unproven)).toBe('1 permitted')
    expect(await levelOf('poll-skip', weak, ...unproven, writtenAt(99))).toBe('1 violation')
  })

  test('says why', async () => {
    const reasonAt = async (at: number) => (await judgementOf(weak, ...log(writtenAt(at), ...jump))).findings.find(({ anomaly }) => anomaly === 'poll-skip')?.reason
    const leftOut = 'min ISR 1, unclean election off: a record in the log was left out between what a member was given, without a seek'
    expect(await reasonAt(99)).toBe(`${leftOut}, and it was written before that`)
    expect(await reasonAt(100)).toBe(`${leftOut}, but it may have been written only after that, which this contract permits`)
  })

  test('a hidden record between them proves nothing', async () => {
    const lines = [
      send('a', { at: 3 }), acknowledged('a', 0, { at: 4 }), logged('a', 0), send('b', { at: 3 }), logged('b', 1), send('h', { at: 3 }), acknowledged('h', 2, { at: 4 }),
      send('d', { at: 3 }), logged('d', 3), audit(4), begin, delivered('a', 0, { at: 10 }), delivered('d', 3, { at: 100 })
    ]
    expect(await levelOf('poll-skip', weak, ...lines, logged('h', 2, { committed: false }))).toBe('1 permitted')
    expect(await levelOf('poll-skip', weak, ...lines, logged('h', 2))).toBe('1 violation')
  })

  test('a record below the first or at the second delivery is not left out', async () => {
    const hidden = [logged('h', 1, { committed: false }), send('h', { at: 3 }), acknowledged('h', 1, { at: 4 })]
    expect(await levelOf('poll-skip', weak, ...log(...jump).filter(({ id, event }) => event !== 'logged' || id !== 'b'), ...hidden)).toBe('')
  })
})

describe('effect-missing', () => {
  const work = [processed('a', 'applied', { at: 110 }), effect('a', 1), effect('c', 1)]

  test('of a received record is excused by nothing but the way the members commit', async () => {
    const received = [delivered('a', 0, { at: 10 }), delivered('b', 1, { at: 20 }), writtenAt(30), ...work]
    expect(await levelOf('effect-missing', weak, ...log(...received))).toBe('1 violation')
    expect(await levelOf('effect-missing', weak, member({ commits: 'none' }), ...log(...received))).toBe('1 permitted')
  })

  test('of one that was passed and never received is judged as skipped', async () => {
    expect(await levelOf('effect-missing', weak, ...log(writtenAt(99), ...jump, ...work))).toBe('1 violation')
    expect(await levelOf('effect-missing', weak, ...log(writtenAt(100), ...jump, ...work))).toBe('1 permitted')
    expect(await levelOf('effect-missing', ...log(writtenAt(100), ...jump, ...work))).toBe('1 violation')
  })

  test('says why', async () => {
    const reason = async (...lines: readonly HistoryLine[]) => (await judgementOf(weak, ...log(...lines, ...work))).findings.find(({ anomaly }) => anomaly === 'effect-missing')?.reason
    const because = (why: string) => `commits after-work (assumed), min ISR 1, unclean election off: the effect of an acknowledged record is not in the store, ${why}`
    expect(await reason(delivered('a', 0, { at: 10 }), delivered('b', 1, { at: 20 }), writtenAt(30))).toBe(because('though the group had received it'))
    expect(await reason(writtenAt(99), ...jump)).toBe(because('and it was written before that'))
    expect(await reason(writtenAt(100), ...jump)).toBe(because('but it may have been written only after that, which this contract permits'))
  })

  test('of one that is due twice is demanded if one place demands it', async () => {
    const twice = [writtenAt(100), ...jump, logged('b', 3), delivered('b', 3, { at: 130 }), ...work]
    const lines = log(...twice).filter(({ event }) => event !== 'audit')
    expect(await levelOf('effect-missing', weak, ...lines, audit(4))).toBe('1 violation')
  })
})
