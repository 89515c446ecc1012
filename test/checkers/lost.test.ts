/** `lost`, and with it the rules that many anomalies share: audits, contracts, power cuts, compaction. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, audit, fault, findingsOf, found, indeterminate, judgementOf, leader, logged, producer, rejected, send, topic, transaction, written
} from '../histories.ts'

describe('lost', () => {
  test('an acknowledged record that the log does not have is lost', async () => {
    const judgement = await judgementOf(topic(), producer('p1'), send('p1:0'), acknowledged('p1:0', 0), audit(1))

    expect(judgement.verdict).toBe('refuted')
    expect(judgement.counts).toEqual({
      sent: 1, acknowledged: 1, rejected: 0, indeterminate: 0, logged: 0, delivered: 0, lost: 1, duplicated: 0, redelivered: 0
    })
    expect(judgement.findings).toEqual([{
      anomaly: 'lost', level: 'violation', count: 1, reason: 'acks=all, min ISR 2, unclean election off', topic: 'orders', partition: 0, group: null,
      witnesses: [{ id: 'p1:0', offset: 0, at: 40, attempt: 1 }]
    }])
  })

  test('a record that is there is not lost', async () => {
    expect(await findingsOf(topic(), ...written('p1:0', 0), audit(1))).toEqual([])
  })

  test('a history in which nothing happened shows nothing', async () => {
    const judgement = await judgementOf(topic(), audit(0))

    expect(judgement.findings).toEqual([])
    expect(judgement.verdict).toBe('inconclusive')
  })

  test('nothing is lost below the start of the log', async () => {
    expect(await findingsOf(send('a'), acknowledged('a', 4), audit(5, { logStart: 5 }))).toEqual([])
    expect(await found('lost', send('a'), acknowledged('a', 5), audit(6, { logStart: 5 }))).toEqual(['lost 1 violation orders-0'])
  })

  test('beyond the end of the log something can be lost too', async () => {
    expect(await found('lost', send('a'), acknowledged('a', 900), audit(1))).toEqual(['lost 1 violation orders-0'])
  })

  test('an unknown offset with deleted records is undecided', async () => {
    expect(await findingsOf(send('a'), acknowledged('a', null), audit(5, { logStart: 5 }))).toEqual(['inconclusive 1 inconclusive orders-0'])
    expect(await findingsOf(send('a'), acknowledged('a', null), audit(5))).toEqual(['lost 1 violation orders-0'])
    expect(await findingsOf(send('a'), acknowledged('a', null), logged('a', 5), audit(6, { logStart: 5 }))).toEqual([])
  })

  test('without a complete audit nothing is lost, and the judgement is inconclusive', async () => {
    expect(await findingsOf(send('a'), acknowledged('a', 0))).toEqual(['inconclusive 1 inconclusive orders-0'])
    const judgement = await judgementOf(send('a'), acknowledged('a', 0), audit(1, { complete: false }))

    expect(judgement.verdict).toBe('inconclusive')
    expect(judgement.findings.map(({ anomaly }) => anomaly)).toEqual(['inconclusive'])
  })

  test('a read_committed audit proves nothing between the last stable offset and the end', async () => {
    const story = [send('a'), acknowledged('a', 5)]
    expect(await found('lost', ...story, audit(9, { isolation: 'read_committed', lastStable: 5 }))).toEqual([])
    expect(await found('lost', ...story, audit(9, { isolation: 'read_committed', lastStable: 6 }))).toEqual(['lost 1 violation orders-0'])
    expect(await found('lost', ...story, audit(5, { isolation: 'read_committed', lastStable: 5 }))).toEqual(['lost 1 violation orders-0'])
    expect(await findingsOf(...story, audit(9, { isolation: 'read_committed' }))).toEqual(['inconclusive 1 inconclusive orders-0'])
  })

  test('a copy in any topic or partition is a copy', async () => {
    expect(await found('lost', send('a'), acknowledged('a', 0), audit(1), logged('a', 3, { partition: 1 }), audit(4, { partition: 1 }))).toEqual([])
  })

  test('an indeterminate or rejected record cannot be lost', async () => {
    expect(await findingsOf(send('a'), indeterminate('a'), send('b'), rejected('b'), send('c'), audit(0))).toEqual([])
  })

  test('acks 0 and 1 and weak topics permit a loss', async () => {
    const story = [send('a'), acknowledged('a', 0), audit(1)]
    expect(await findingsOf(producer('p1', { acks: '1' }), ...story)).toEqual(['lost 1 permitted orders-0'])
    expect(await findingsOf(producer('p1', { acks: 0 }), ...story)).toEqual(['lost 1 permitted orders-0'])
    expect(await findingsOf(topic({ minInsyncReplicas: 1 }), ...story)).toEqual(['lost 1 permitted orders-0'])
    expect(await findingsOf(topic({ uncleanLeaderElection: true }), ...story)).toEqual(['lost 1 permitted orders-0'])
    expect(await findingsOf(topic({ replicas: 1, minInsyncReplicas: null }), ...story)).toEqual(['lost 1 permitted orders-0'])
    expect(await findingsOf(producer('p1', { acks: -1 }), topic({ minInsyncReplicas: null }), ...story)).toEqual(['lost 1 violation orders-0'])
  })

  test('a permitted loss leaves the judgement upheld', async () => {
    const judgement = await judgementOf(topic(), producer('p1', { acks: '1' }), send('a'), acknowledged('a', 0), audit(1))

    expect(judgement.verdict).toBe('upheld')
    expect(judgement.findings[0]?.reason).toContain('acks=1, min ISR 2, unclean election off')
  })

  test('what was assumed of the contract is said', async () => {
    const judgement = await judgementOf(send('a'), acknowledged('a', 0), audit(1))

    expect(judgement.findings[0]?.reason).toBe('acks=all (assumed), min ISR 2 (assumed), unclean election off (assumed)')
  })

  test('a loss is a violation if any of the acknowledged attempts was a strong one', async () => {
    const weak = producer('weak', { acks: '1' })
    expect(await findingsOf(weak, send('a', { producer: 'weak' }), acknowledged('a', 0), send('a', { attempt: 2 }), acknowledged('a', 1, { attempt: 2 }), audit(2)))
      .toEqual(['lost 1 violation orders-0'])
    expect(await findingsOf(weak, send('a', { producer: 'weak' }), acknowledged('a', 0), send('a', { attempt: 2 }), rejected('a', { attempt: 2 }), audit(2)))
      .toEqual(['lost 1 permitted orders-0'])
  })

  test('ids are counted, not attempts', async () => {
    expect(await findingsOf(send('a'), acknowledged('a', 0), send('a', { attempt: 2 }), acknowledged('a', 1, { attempt: 2 }), audit(2)))
      .toEqual(['lost 1 violation orders-0'])
  })

  test('attempts to several partitions leave the finding without a place', async () => {
    const lines = [send('a'), acknowledged('a', 0), send('a', { attempt: 2, partition: 1 }), acknowledged('a', 0, { attempt: 2 }), audit(1), audit(1, { partition: 1 })]
    expect(await findingsOf(...lines)).toEqual(['lost 1 violation'])
    expect(await found('lost', ...lines.slice(0, -1))).toEqual([])
  })

  test('in a transaction only a committed record can be lost', async () => {
    const story = [send('a', { transaction: 't' }), acknowledged('a', 0), audit(1)]
    expect(await found('lost', ...story, transaction('t', 'begun'), transaction('t', 'committing'), transaction('t', 'committed'))).toEqual(['lost 1 violation orders-0'])
    expect(await found('lost', ...story, transaction('t', 'begun'), transaction('t', 'aborted'))).toEqual([])
    expect(await found('lost', ...story, transaction('t', 'begun'), transaction('t', 'committing'))).toEqual([])
    expect(await found('lost', ...story)).toEqual([])
  })

  test('a copy of unknown visibility proves neither presence nor absence', async () => {
    const story = [send('a', { transaction: 't' }), acknowledged('a', 0), send('a', { attempt: 2 }), acknowledged('a', 1, { attempt: 2 }), audit(2), transaction('t', 'begun')]
    expect(await found('lost', ...story)).toEqual(['lost 1 violation orders-0'])
    expect(await found('lost', ...story, logged('a', 0))).toEqual([])
    expect(await found('lost', ...story, logged('a', 0, { committed: false }))).toEqual(['lost 1 violation orders-0'])
  })

  describe('sent without a partition', () => {
    const free = { partition: null }

    test('the acknowledgement tells the partition', async () => {
      expect(await findingsOf(send('a', free), acknowledged('a', 0, { partition: 0 }), audit(1))).toEqual(['lost 1 violation orders-0'])
    })

    test('with neither, all partitions of the topic must have been audited completely from 0', async () => {
      const story = [topic({ partitions: 2 }), send('a', free), acknowledged('a', null)]
      expect(await findingsOf(...story, audit(0), audit(0, { partition: 1 }))).toEqual(['lost 1 violation orders'])
      expect(await findingsOf(...story, audit(0))).toEqual([])
      expect(await findingsOf(...story, audit(0), audit(3, { partition: 1, logStart: 3 }))).toEqual([])
      expect(await findingsOf(...story, audit(0), audit(3, { partition: 1, complete: false }))).toEqual(['inconclusive 1 inconclusive orders-1'])
      expect(await findingsOf(...story.slice(1), audit(0), audit(0, { partition: 1 }))).toEqual([])
    })

    test('it leaves no partition incompletely audited', async () => {
      expect(await findingsOf(send('a', free))).toEqual([])
    })
  })

  describe('after a power cut', () => {
    const cut = (brokers: readonly number[]) => [
      fault('dark', 'injecting', { at: 100, what: 'power-cut' }), fault('dark', 'injected', { at: 110 }), fault('dark', 'healed', { at: 200, brokers })
    ]
    const story = (at: number) => [send('a', { at }), acknowledged('a', 0, { at: at + 1 }), audit(1)]

    test('what was sent before the last of it healed may be lost', async () => {
      expect(await findingsOf(topic(), ...cut([1, 2, 3]), ...story(50))).toEqual(['lost 1 permitted orders-0'])
      expect(await findingsOf(topic(), ...cut([1, 2, 3]), ...story(199))).toEqual(['lost 1 permitted orders-0'])
      expect(await findingsOf(topic(), ...cut([1, 2, 3]), ...story(200))).toEqual(['lost 1 violation orders-0'])
    })

    test('fewer brokers than replicas excuse nothing', async () => {
      expect(await findingsOf(topic(), ...cut([1, 2]), ...story(50))).toEqual(['lost 1 violation orders-0'])
      expect(await findingsOf(topic({ replicas: 2 }), ...cut([1, 2]), ...story(50))).toEqual(['lost 1 permitted orders-0'])
    })

    test('a flushed topic is not excused', async () => {
      expect(await findingsOf(topic({ flushed: true }), ...cut([1, 2, 3]), ...story(50))).toEqual(['lost 1 violation orders-0'])
    })

    test('several faults count together only if they overlap', async () => {
      const one = (name: string, broker: number, from: number, to: number) => [
        fault(name, 'injected', { at: from, what: 'power-cut', brokers: [broker] }), fault(name, 'healed', { at: to })
      ]
      expect(await findingsOf(topic(), ...one('x', 1, 100, 150), ...one('y', 2, 120, 160), ...one('z', 3, 140, 300), ...story(250)))
        .toEqual(['lost 1 permitted orders-0'])
      expect(await findingsOf(topic(), ...one('x', 1, 100, 110), ...one('y', 2, 120, 160), ...one('z', 3, 140, 300), ...story(250)))
        .toEqual(['lost 1 violation orders-0'])
    })

    test('a cut that never healed excuses everything', async () => {
      expect(await findingsOf(topic(), fault('dark', 'injected', { what: 'power-cut', brokers: [1, 2, 3] }), ...story(9_000))).toEqual(['lost 1 permitted orders-0'])
    })
  })

  describe('in a compacted topic', () => {
    const compacted = topic({ cleanupPolicy: 'compact,delete' })
    const keyed = (id: string, offset: number | null, more = {}) => [send(id, { key: 'k', ...more }), acknowledged(id, offset)]

    test('only the last acknowledged record of a key can be lost', async () => {
      expect(await findingsOf(compacted, ...keyed('a', 0), ...keyed('b', 1), audit(2))).toEqual(['lost 1 violation orders-0'])
    })

    test('a visible record of the key above it explains its absence', async () => {
      expect(await findingsOf(compacted, ...keyed('a', 0), send('b', { key: 'k' }), logged('b', 1), audit(2))).toEqual([])
    })

    test('an attempt of the key at an unknown offset explains its absence, unless it was rejected', async () => {
      expect(await findingsOf(compacted, ...keyed('a', 0), send('b', { key: 'k' }), audit(2))).toEqual([])
      expect(await findingsOf(compacted, ...keyed('a', 0), send('b', { key: 'k' }), rejected('b'), audit(2))).toEqual(['lost 1 violation orders-0'])
    })

    test('a tombstone of the key explains its absence', async () => {
      expect(await findingsOf(compacted, ...keyed('a', 0, { tombstone: true }), audit(1))).toEqual([])
      expect(await findingsOf(compacted, ...keyed('a', 5), ...keyed('b', 3, { tombstone: true }), audit(6))).toEqual([])
    })

    test('a record without a key is not judged', async () => {
      expect(await findingsOf(compacted, send('a'), acknowledged('a', 0), audit(1))).toEqual([])
    })

    test('a record with an unknown offset is not judged', async () => {
      expect(await findingsOf(compacted, ...keyed('a', null), audit(1))).toEqual([])
    })
  })

  describe('with audits of replicas only', () => {
    const story = [send('a'), acknowledged('a', 0), logged('a', 0, { replica: 1 }), audit(1, { replica: 1 }), audit(0, { replica: 2 })]

    test('the last leader has the say', async () => {
      expect(await findingsOf(...story, leader(2), leader(1))).toEqual([])
      expect(await findingsOf(...story, leader(1), leader(2))).toEqual(['lost 1 violation orders-0'])
    })

    test('without a leader there is no effective audit', async () => {
      expect(await findingsOf(...story)).toEqual(['inconclusive 1 inconclusive orders-0'])
    })

    test('a client\'s audit has the say over all of them', async () => {
      expect(await findingsOf(...story, leader(1), audit(0))).toEqual(['lost 1 violation orders-0'])
    })
  })
})
