/** Who owned a partition when, and what follows for commits: whose they are, what they take back, and what a member forgets. */
import { describe, expect, test } from 'vitest'
import { assigned, audit, commit, delivered, findingsOf, found, logged, member, revoked, seek, send, told, topic, transaction, type HistoryLine } from '../histories.ts'

const c2 = { member: 'c2' }
const sent = ['a', 'b', 'c'].map(id => send(id, { at: 0 }))

describe('unowned', () => {
  const owned = [assigned({ at: 10 }), revoked({ at: 20 }), assigned({ at: 30 }), revoked({ at: 40 }), assigned({ at: 50 }), revoked({ at: 60 })]
  const violations = (...lines: readonly HistoryLine[]) => told('unowned', topic(), ...owned, ...lines)

  test('is told with the commit', async () => {
    expect(await violations(commit(7, { at: 25 }))).toEqual([{
      anomaly: 'unowned', level: 'violation', count: 1, topic: 'orders', partition: 0, group: 'g', reason: 'a commit of a member that did not own the partition was acknowledged',
      witnesses: [{ id: null, offset: 7, at: 25, member: 'c1' }]
    }])
  })

  test('is told with the delivery', async () => {
    expect(await violations(...sent, delivered('b', 1, { at: 25 }))).toEqual([{
      anomaly: 'unowned', level: 'information', count: 1, topic: 'orders', partition: 0, group: 'g', reason: 'a record was delivered to a member that did not own the partition',
      witnesses: [{ id: 'b', offset: 1, at: 25, member: 'c1' }]
    }])
  })

  test('looks at each assignment, the moments of change included', async () => {
    const times = [9, 10, 15, 20, 21, 29, 30, 35, 40, 41, 49, 50, 55, 60, 61]
    const outside = [9, 21, 29, 41, 49, 61]
    expect((await violations(...times.map(at => commit(1, { at }))))[0]?.witnesses.map(({ at }) => at)).toEqual(outside)
    expect((await violations(...sent, ...times.map(at => delivered('a', 0, { at }))))[0]?.witnesses.map(({ at }) => at)).toEqual(outside)
  })

  test('is about each member by itself', async () => {
    const reads = [delivered('a', 0, { at: 15 }), delivered('a', 0, { ...c2, at: 16 }), delivered('b', 1, { at: 17 }), delivered('b', 1, { ...c2, at: 18 })]
    expect(await violations(...sent, ...reads)).toMatchObject([{ count: 2, witnesses: [{ member: 'c2', at: 16 }, { member: 'c2', at: 18 }] }])
    expect(await violations(assigned({ ...c2, at: 17 }), ...sent, ...reads)).toMatchObject([{ count: 1, witnesses: [{ member: 'c2', at: 16 }] }])
  })

  test('is still so after a member gave up a second time what it did not own', async () => {
    expect(await violations(revoked({ at: 25 }), commit(1, { at: 24 }), revoked({ ...c2, at: 26 }))).toMatchObject([{ count: 1 }])
  })

  test('is not asked where only seeks and revocations are told', async () => {
    expect(await found('unowned', ...sent, seek(0), revoked(), delivered('a', 0), commit(1))).toEqual([])
  })

  test('is not changed by a seek', async () => {
    expect(await violations(seek(0, { at: 12 }), commit(1, { at: 15 }))).toEqual([])
  })
})

describe('dual-owner', () => {
  const both = [assigned({ at: 0 }), assigned({ ...c2, at: 50 }), revoked({ at: 90 })]
  const one = ['dual-owner 1 violation orders-0 of g']

  test('is told with both members', async () => {
    expect(await told('dual-owner', ...both, commit(1, { at: 60 }), commit(2, { ...c2, at: 70 }))).toEqual([{
      anomaly: 'dual-owner', level: 'violation', count: 1, topic: 'orders', partition: 0, group: 'g',
      reason: 'two members owned a partition at once, and the commits of both were acknowledged',
      witnesses: [{ id: null, offset: null, at: 50, member: 'c2', note: 'together with c1' }]
    }])
  })

  test('needs both commits strictly within the time that both owned it', async () => {
    const pair = (first: number, second: number) => found('dual-owner', ...both, commit(1, { at: first }), commit(2, { ...c2, at: second }))
    expect([await pair(51, 89), await pair(89, 51)]).toEqual([one, one])
    for (const [first, second] of [[50, 60], [60, 50], [90, 60], [60, 90]] as const) expect(await pair(first, second)).toEqual([])
  })

  test('ends with the assignment that ends first, whichever it is', async () => {
    const inside = [assigned({ at: 0 }), assigned({ ...c2, at: 50 }), revoked({ ...c2, at: 70 }), revoked({ at: 90 }), commit(2, { ...c2, at: 60 })]
    expect(await found('dual-owner', ...inside, commit(1, { at: 65 }))).toEqual(one)
    expect(await found('dual-owner', ...inside, commit(1, { at: 80 }))).toEqual([])
  })

  test('is not said of one member\'s own assignments, nor of other pairs', async () => {
    expect(await found('dual-owner', assigned({ at: 0 }), assigned({ at: 50 }), commit(1, { at: 20 }), commit(2, { at: 60 }))).toEqual([])
    expect(await found('dual-owner', ...both, assigned({ member: 'c3', at: 95 }), commit(1, { at: 60 }), commit(3, { member: 'c3', at: 99 }), commit(2, { ...c2, at: 98 }))).toEqual(one)
  })
})

describe('commit-regressed', () => {
  const owner = assigned({ at: 0 })
  const one = ['commit-regressed 1 violation orders-0 of g']

  test('is told with what had been acknowledged', async () => {
    expect(await told('commit-regressed', owner, commit(12, { at: 5 }), commit(10, { at: 10 }), commit(13, { at: 20 }))).toEqual([{
      anomaly: 'commit-regressed', level: 'violation', count: 1, topic: 'orders', partition: 0, group: 'g',
      reason: 'a member committed a lower offset than it had committed before, without a seek',
      witnesses: [{ id: null, offset: 10, at: 10, member: 'c1', note: 'offset 12 had been acknowledged before' }]
    }])
  })

  test('is measured against the highest that had completed, in whatever order', async () => {
    const three = [commit(9, { at: 10, until: 40 }), commit(12, { at: 11, until: 20 }), commit(11, { at: 12, until: 30 })]
    expect(await told('commit-regressed', owner, ...three, commit(8, { at: 25 }))).toMatchObject([{ witnesses: [{ offset: 8, note: 'offset 12 had been acknowledged before' }] }])
    expect(await found('commit-regressed', owner, ...three, commit(12, { at: 50 }))).toEqual([])
    expect(await found('commit-regressed', owner, ...three, commit(8, { at: 20 }))).toEqual([])
  })

  test('needs an assignment that holds', async () => {
    expect(await found('commit-regressed', assigned({ at: 0 }), revoked({ at: 5 }), commit(10, { at: 10 }), commit(7, { at: 20 }))).toEqual([])
    expect(await found('commit-regressed', assigned({ at: 15 }), commit(10, { at: 10 }), commit(7, { at: 20 }))).toEqual([])
    expect(await found('commit-regressed', assigned({ at: 15 }), commit(10, { at: 10 }), commit(7, { at: 20 }), commit(6, { at: 30 }))).toEqual(one)
    expect(await found('commit-regressed', assigned({ at: 15 }), commit(10, { at: 15 }), commit(7, { at: 20 }))).toEqual(one)
    expect(await found('commit-regressed', send('a', { at: 0 }), delivered('a', 0, { at: 1 }), commit(10, { at: 10 }), commit(7, { at: 20 }))).toEqual(one)
  })

  test('is excused by a seek of that member between the invocations, or at the moment of one', async () => {
    const around = (at: number, more = {}) => found('commit-regressed', owner, commit(10, { at: 10, until: 12 }), seek(0, { at, ...more }), commit(7, { at: 20 }))
    expect([await around(9), await around(10), await around(15), await around(20), await around(21)]).toEqual([one, [], [], [], one])
    expect(await around(15, c2)).toEqual(one)
  })

  test('of what was committed after the seek is not excused', async () => {
    expect(await found('commit-regressed', owner, commit(10, { at: 10 }), seek(3, { at: 15 }), commit(5, { at: 20 }), commit(4, { at: 30 }))).toEqual(one)
    expect(await found('commit-regressed', owner, seek(3, { at: 5 }), commit(10, { at: 10 }), seek(3, { at: 15 }), seek(3, { at: 16 }), commit(5, { at: 20 }))).toEqual([])
  })
})

describe('resume-rewind', () => {
  const rewound = (...lines: readonly HistoryLine[]) => told('resume-rewind', topic(), assigned({ at: 1, position: 0 }), revoked({ at: 90 }), assigned({ ...c2, at: 100, position: 1 }), ...lines)
  const high = commit(3, { at: 50, until: 60 })

  test('is told with the position and the commit that it forgot', async () => {
    const expected = {
      anomaly: 'resume-rewind', count: 1, topic: 'orders', partition: 0, group: 'g',
      witnesses: [{ id: null, offset: 1, at: 100, member: 'c2', note: 'offset 3 had been committed at 60' }]
    }
    const reason = ': a member began below what its group had committed'
    expect(await rewound(high)).toEqual([{ ...expected, level: 'violation', reason: `min ISR 2, unclean election off${reason}` }])
    expect(await told('resume-rewind', topic({ minInsyncReplicas: 1 }), assigned({ ...c2, at: 100, position: 1 }), high))
      .toEqual([{ ...expected, level: 'permitted', reason: `min ISR 1, unclean election off${reason}, which this contract permits` }])
  })

  test('is not said of a commit at the position, or below it', async () => {
    expect(await rewound(commit(1, { at: 50 }))).toEqual([])
    expect(await rewound(commit(1, { at: 50, transaction: 't' }), transaction('t', 'committed', { at: 40 }))).toEqual([])
    expect(await rewound(commit(2, { at: 50 }))).toMatchObject([{ witnesses: [{ note: 'offset 2 had been committed at 50' }] }])
  })

  test('is excused by a lower commit that may have come last', async () => {
    const lower = (at: number, until: number, more = {}) => rewound(high, commit(1, { ...c2, at, until, ...more }))
    expect(await lower(20, 49)).toHaveLength(1)
    expect(await lower(20, 50)).toEqual([])
    expect(await lower(20, 51)).toEqual([])
    expect(await lower(20, 100)).toEqual([])
    expect(await lower(100, 100)).toEqual([])
    expect(await lower(101, 101)).toHaveLength(1)
    expect(await lower(20, 30, { transaction: 't' })).toEqual([])
    expect(await rewound(high, commit(1, { ...c2, at: 20, until: 30, transaction: 't' }), transaction('t', 'aborted', { at: 80 }))).toHaveLength(1)
    expect(await rewound(high, commit(2, { ...c2, at: 20, until: 70 }))).toHaveLength(1)
  })

  test('is told of a commit that came after the lower one', async () => {
    expect(await rewound(commit(5, { at: 10, until: 15 }), commit(1, { at: 20, until: 30 }), high)).toMatchObject([{ witnesses: [{ note: 'offset 3 had been committed at 60' }] }])
    expect(await rewound(commit(5, { at: 10, until: 15 }), commit(1, { at: 20, until: 30 }), commit(0, { at: 16, until: 17 }))).toEqual([])
  })

  test('is excused by a seek of that member in that assignment, before its first delivery', async () => {
    const read = (at: number, more = {}) => delivered('b', 1, { ...c2, at, ...more })
    expect(await rewound(high, ...sent, seek(2, { ...c2, at: 110 }), read(120))).toEqual([])
    expect(await rewound(high, ...sent, seek(2, { ...c2, at: 110 }), read(110))).toEqual([])
    expect(await rewound(high, ...sent, seek(2, { ...c2, at: 110 }), read(109))).toHaveLength(1)
    expect(await rewound(high, ...sent, seek(2, { ...c2, at: 110 }), read(105, { member: 'c1' }))).toEqual([])
    expect(await rewound(high, ...sent, seek(2, { ...c2, at: 110 }), read(50))).toEqual([])
    expect(await rewound(high, ...sent, seek(2, { ...c2, at: 110 }), read(104, { member: 'c1' }), read(105))).toHaveLength(1)
    expect(await rewound(high, ...sent, seek(2, { ...c2, at: 110 }), read(100))).toEqual([])
    expect(await rewound(high, ...sent, seek(2, { ...c2, at: 99 }))).toHaveLength(1)
    expect(await rewound(high, ...sent, seek(2, { ...c2, at: 100 }))).toEqual([])
    expect(await rewound(high, revoked({ ...c2, at: 110 }), ...sent, seek(2, { ...c2, at: 110 }))).toEqual([])
    expect(await rewound(high, ...sent, seek(2, { member: 'c1', at: 110 }))).toHaveLength(1)
    expect(await rewound(high, revoked({ ...c2, at: 105 }), ...sent, seek(2, { ...c2, at: 110 }))).toHaveLength(1)
  })

  test('is not said where nobody was assigned anything', async () => {
    expect(await found('resume-rewind', ...sent, commit(3, { at: 50 }), delivered('a', 0, { at: 100 }))).toEqual([])
  })
})

test('a group that was told no assignment, and read nothing, owned nothing', async () => {
  expect(await findingsOf(send('a', { at: 0 }), logged('a', 0), member(), commit(0), audit(1))).toEqual([])
  expect(await findingsOf(send('a', { at: 0 }), logged('a', 0), member(), seek(0), audit(1))).toEqual([])
})
