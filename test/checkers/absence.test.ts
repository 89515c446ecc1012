/** What it takes to prove that a record is not there: audits of every place where it may be, and what is said where one is missing. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, assigned, audit, commit, delivered, findingsOf, found, judgementOf, leader, logged, producer, rejected, revoked, seek, send, topic, transaction,
  type HistoryLine
} from '../histories.ts'

const again = (more = {}): HistoryLine => send('a', { attempt: 2, ...more })
const there = (offset: number | null, more = {}): HistoryLine => acknowledged('a', offset, { attempt: 2, ...more })
const gone = [send('a'), acknowledged('a', 0), audit(1)]
const committedOnly = (lastStable: number | null, more = {}) => ({ isolation: 'read_committed', lastStable, ...more })

describe('a partition that is incompletely audited', () => {
  const reasonOf = async (...lines: readonly HistoryLine[]) => (await judgementOf(...lines)).findings.filter(({ anomaly }) => anomaly === 'inconclusive')
  const because = (reason: string) => [{
    anomaly: 'inconclusive', level: 'inconclusive', count: 1, reason, topic: 'orders', partition: 0, group: null, witnesses: []
  }]

  test('is told with what is missing', async () => {
    expect(await reasonOf(send('a'))).toEqual(because('no audit of this partition says how far it read'))
    expect(await reasonOf(send('a'), audit(1, { complete: false }))).toEqual(because('the audit of this partition did not reach its end'))
    expect(await reasonOf(send('a'), audit(1, committedOnly(null)))).toEqual(because('the read_committed audit of this partition does not say where the last stable offset is'))
    expect(await reasonOf(send('a'), acknowledged('a', null), audit(3, { logStart: 1 })))
      .toEqual(because('records at the beginning of the log were deleted, and the offset of an acknowledged record that is not there is not known'))
  })

  test('is one with sends, deliveries, commits, assignments or records, and no other', async () => {
    const missing = ['inconclusive 1 inconclusive orders-0']
    for (const line of [send('a'), delivered('a', 0), commit(0), assigned(), logged('a', 0)]) expect(await found('inconclusive', line), line.event).toEqual(missing)
    for (const line of [leader(1), revoked(), seek(0)]) expect(await found('inconclusive', line), line.event).toEqual([])
    expect(await found('inconclusive', seek(0), assigned())).toEqual(missing)
    expect(await found('inconclusive', send('b', { partition: 1 }), audit(0, { partition: 1 }), leader(1))).toEqual([])
  })
})

describe('an unknown offset', () => {
  const unknown = [send('a'), acknowledged('a', null)]

  test('is undecided only where records were deleted at the beginning, and the record is not found lost all the same', async () => {
    expect(await findingsOf(...unknown, again(), there(7), audit(8, { logStart: 5 }))).toEqual(['lost 1 violation orders-0'])
    expect(await found('inconclusive', ...unknown, audit(3, committedOnly(2)))).toEqual([])
    expect(await found('lost', ...unknown, audit(3, committedOnly(2)))).toEqual([])
    expect(await found('lost', ...unknown, audit(3, committedOnly(3)))).toEqual(['lost 1 violation orders-0'])
  })

  test('is undecided in each partition where it is', async () => {
    expect(await findingsOf(...unknown, send('b', { partition: 1 }), acknowledged('b', null), audit(5, { logStart: 5 }), audit(5, { logStart: 5, partition: 1 })))
      .toEqual(['inconclusive 1 inconclusive orders-0', 'inconclusive 1 inconclusive orders-1'])
  })

  test('in a compacted topic is not even undecided', async () => {
    expect(await findingsOf(topic({ cleanupPolicy: 'compact' }), ...unknown, audit(5, { logStart: 5 }))).toEqual([])
  })

  test('of a transaction that was not committed means nothing', async () => {
    expect(await found('inconclusive', send('a', { transaction: 't' }), acknowledged('a', null), transaction('t', 'aborted'), audit(5, { logStart: 5 }))).toEqual([])
  })
})

describe('other attempts', () => {
  const lost = ['lost 1 violation']

  test('that were rejected need no audit', async () => {
    expect(await found('lost', ...gone, again({ partition: 1 }), rejected('a', { attempt: 2 }))).toEqual(lost)
  })

  test('must have been seen where they were acknowledged', async () => {
    const story = [...gone, again({ partition: 1 }), there(3)]
    expect(await found('lost', ...story, audit(4, { partition: 1 }))).toEqual(lost)
    expect(await found('lost', ...story, audit(4, { partition: 1, complete: false }))).toEqual([])
    expect(await found('lost', ...story)).toEqual([])
    expect(await found('lost', ...story, audit(6, { partition: 1, ...committedOnly(3) }))).toEqual([])
    expect(await found('lost', ...story, audit(6, { partition: 1, ...committedOnly(4) }))).toEqual(lost)
  })

  test('below the start of a completely audited log may have been anything, and are not there', async () => {
    const story = [...gone, again({ partition: 1 }), there(3)]
    expect(await found('lost', ...story, audit(9, { partition: 1, logStart: 5 }))).toEqual(lost)
    expect(await found('lost', ...story, audit(9, { partition: 1, logStart: 5, complete: false }))).toEqual([])
    expect(await found('lost', ...story, audit(9, { partition: 1, logStart: 5, ...committedOnly(7) }))).toEqual(lost)
    expect(await found('lost', ...story, audit(9, { partition: 1, logStart: 3, ...committedOnly(3) }))).toEqual([])
  })

  test('whose offset is not known must have been sent to a partition that was read to its end', async () => {
    const story = [...gone, again({ partition: 1 })]
    expect(await found('lost', ...story, audit(9, { partition: 1, logStart: 5 }))).toEqual(lost)
    expect(await found('lost', ...story, audit(9, { partition: 1, complete: false }))).toEqual([])
  })

  test('whose partition is not known must be nowhere in their topic', async () => {
    const story = [topic({ partitions: 2 }), ...gone, again({ partition: null })]
    expect(await found('lost', ...story, audit(0, { partition: 1 }))).toEqual(['lost 1 violation orders'])
    expect(await found('lost', ...story)).toEqual([])
  })
})

describe('a topic of which every partition must have been audited', () => {
  const story = [send('a', { partition: null }), acknowledged('a', null)]

  test('is not made of another topic\'s partitions, or of one beyond its own', async () => {
    expect(await found('lost', topic({ partitions: 2 }), ...story, audit(0), audit(0, { topic: 'other', partition: 1 }))).toEqual([])
    expect(await found('lost', topic({ partitions: 2 }), ...story, audit(0), audit(0, { partition: 2 }))).toEqual([])
    expect(await found('lost', topic({ partitions: 2 }), ...story, audit(0), audit(0, { partition: 1 }), audit(0, { partition: 2 }))).toEqual(['lost 1 violation orders'])
  })

  test('has partitions, and says how many', async () => {
    expect(await found('lost', topic({ partitions: 0 }), ...story)).toEqual([])
    expect(await found('lost', ...story, audit(0))).toEqual([])
  })

  test('is asked about for each such record', async () => {
    const another = [send('b', { partition: null }), acknowledged('b', null)]
    expect(await found('lost', topic(), ...story, ...another, audit(0))).toEqual(['lost 2 violation orders'])
    expect(await found('lost', topic({ partitions: 2 }), ...story, ...another, audit(0))).toEqual([])
  })
})

describe('a record that was acknowledged for another partition than its own', () => {
  const story = [send('a'), acknowledged('a', 0, { partition: 1 })]

  test('is lost only where both were audited', async () => {
    expect(await found('lost', ...story, audit(0), audit(1, { partition: 1 }))).toEqual(['lost 1 violation orders-0'])
    expect(await found('lost', ...story, audit(0, { complete: false }), audit(1, { partition: 1 }))).toEqual([])
    expect(await found('lost', ...story, audit(1))).toEqual([])
    expect(await found('lost', ...story, audit(9, { logStart: 9 }), audit(1, { partition: 1 }))).toEqual(['lost 1 violation orders-0'])
  })
})

describe('the attempt that tells a loss', () => {
  const attemptOf = async (...lines: readonly HistoryLine[]) => (await judgementOf(...lines)).findings.map(({ level, witnesses }) => `${level}: attempt ${witnesses[0]?.attempt}`)
  const weak = producer('weak', { acks: '1' })

  test('is the first whose loss is a violation, else the first', async () => {
    const strongly = (attempt: number) => [send('a', { attempt }), acknowledged('a', attempt, { attempt })]
    const weakly = (attempt: number) => [send('a', { attempt, producer: 'weak' }), acknowledged('a', attempt, { attempt })]

    expect(await attemptOf(weak, ...strongly(1), ...strongly(2), audit(3))).toEqual(['violation: attempt 1'])
    expect(await attemptOf(weak, ...strongly(1), ...weakly(2), audit(3))).toEqual(['violation: attempt 1'])
    expect(await attemptOf(weak, ...weakly(1), ...strongly(2), audit(3))).toEqual(['violation: attempt 2'])
    expect(await attemptOf(weak, ...weakly(1), ...weakly(2), audit(3))).toEqual(['permitted: attempt 1'])
  })
})

test('a loss is told with the contract, and with what permits it', async () => {
  const contract = [topic(), producer('p1', { acks: '1' }), producer('p2', { acks: '0' })]
  const { findings } = await judgementOf(
    ...contract, send('a', { at: 40 }), acknowledged('a', null, { at: 50 }), send('b', { producer: 'p2', at: 60 }), acknowledged('b', 7, { at: 70 }), audit(8)
  )

  expect(findings).toEqual([{
    anomaly: 'lost', level: 'permitted', count: 2, topic: 'orders', partition: 0, group: null,
    reason: 'acks=1, min ISR 2, unclean election off: this contract permits the loss; acks=0, min ISR 2, unclean election off: this contract permits the loss',
    witnesses: [{ id: 'a', offset: null, at: 50, attempt: 1 }, { id: 'b', offset: 7, at: 70, attempt: 1 }]
  }])
})
