/** Which attempts a copy could be of, and where each attempt ended in the log. */
import { describe, expect, test } from 'vitest'
import { possibleSends, soleSend, wasSent } from '../../harness/checkers/attempts.ts'
import { establishFacts } from '../../harness/checkers/facts.ts'
import { acknowledged, audit, evidenceOf, logged, producer, rejected, send, transaction, type HistoryLine } from '../histories.ts'

/** An attempt without an outcome, unless lines follow that tell one. */
const again = (attempt: number, more = {}): HistoryLine => send('a', { attempt, ...more })
const there = (attempt: number, offset: number | null, more = {}): HistoryLine => acknowledged('a', offset, { attempt, ...more })

describe('a copy', () => {
  /** The numbers of the attempts that a copy of `a` could be. */
  const possible = async (lines: readonly HistoryLine[], { attempt = -1, partition = 0, offset = 7 } = {}): Promise<readonly (number | undefined)[]> => {
    const evidence = await evidenceOf(lines)
    const place = evidence.partitions.findIndex(one => one.partition === partition && evidence.topics[one.topic]?.name === 'orders')

    return possibleSends(evidence, { record: 0, attempt, partition: place, offset }).map(row => evidence.sends.attempt[row])
  }

  test('is of the attempt that it names', async () => {
    expect(await possible([again(1), again(2), again(3)], { attempt: 2 })).toEqual([2])
    expect(await possible([again(1), there(1, 7), again(2)], { attempt: 2 })).toEqual([2])
  })

  test('is of the attempt that was acknowledged exactly there', async () => {
    const lines = [again(1), again(2), there(2, 7), again(3, { partition: 1 }), there(3, 7)]
    expect(await possible(lines)).toEqual([2])
    expect(await possible(lines, { partition: 1 })).toEqual([3])
  })

  test('elsewhere is of those sent to that partition whose offset is not known', async () => {
    expect(await possible([again(1), there(1, 5), again(2), again(3), there(3, null)])).toEqual([2, 3])
    expect(await possible([again(1), again(2, { partition: 1 })])).toEqual([1])
    expect(await possible([again(1), again(2, { partition: 1 })], { partition: 1 })).toEqual([2])
  })

  test('may be of an attempt acknowledged elsewhere, if its producer may write twice', async () => {
    expect(await possible([producer('p1', { idempotent: false }), again(1), there(1, 5), again(2)])).toEqual([1, 2])
    expect(await possible([producer('p1', { idempotent: false }), again(1), there(1, 5), again(2, { producer: 'p2' }), there(2, 6)])).toEqual([1])
  })

  test('is of none that was rejected', async () => {
    expect(await possible([again(1), rejected('a', { attempt: 1 }), again(2), again(3)])).toEqual([2, 3])
  })

  test('may be of an attempt whose client chose a partition of that topic and never said which', async () => {
    expect(await possible([again(1, { partition: null }), again(2), again(3, { partition: 1 })])).toEqual([1, 2])
    expect(await possible([again(1, { topic: 'other', partition: null }), again(2)])).toEqual([2])
  })

  test('may be of any attempt where none fits', async () => {
    expect(await possible([again(1), there(1, 5), again(2), there(2, 6)])).toEqual([1, 2])
    expect(await possible([again(1), rejected('a', { attempt: 1 }), again(2), rejected('a', { attempt: 2 })])).toEqual([1, 2])
  })

  test('of a record that nobody sent is of no attempt', async () => {
    const evidence = await evidenceOf([logged('x', 0), audit(1)])

    expect(possibleSends(evidence, { record: 0, attempt: -1, partition: 0, offset: 0 })).toEqual([])
    expect([wasSent(evidence, 0), soleSend(evidence, 0)]).toEqual([false, -1])
  })

  test('of a record that was sent once is of that send', async () => {
    const evidence = await evidenceOf([send('b'), again(1), again(2)])

    expect([0, 1].map(record => soleSend(evidence, record))).toEqual([0, -1])
    expect([0, 1].map(record => wasSent(evidence, record))).toEqual([true, true])
  })
})

describe('the first visible offset', () => {
  /** By attempt of `a`, in their order. */
  const first = async (...lines: readonly HistoryLine[]): Promise<readonly number[]> => {
    const evidence = await evidenceOf(lines)
    const found = establishFacts(evidence).firstVisible()

    return [...found.keys()].sort((left, right) => evidence.sends.attempt[left]! - evidence.sends.attempt[right]!).map(row => found[row]!)
  }

  test('is that of the lowest copy in the partition that the attempt was sent to', async () => {
    expect(await first(again(1), logged('a', 3), logged('a', 5), audit(6))).toEqual([3])
    expect(await first(again(1), there(1, 5), logged('a', 3), logged('a', 5), audit(6))).toEqual([3])
    expect(await first(again(1), logged('a', 3, { partition: 1 }), logged('a', 5), audit(6), audit(4, { partition: 1 }))).toEqual([5])
    expect(await first(again(1), audit(0))).toEqual([-1])
  })

  test('counts a copy only for an attempt that it must be', async () => {
    expect(await first(again(1), again(2), logged('a', 3), audit(4))).toEqual([-1, -1])
    expect(await first(again(1), again(2), logged('a', 3, { attempt: 2 }), audit(4))).toEqual([-1, 3])
    expect(await first(again(1), there(1, 3), again(2), logged('a', 3), logged('a', 5), audit(6))).toEqual([3, 5])
  })

  test('is else the acknowledged one, where a copy is visible there', async () => {
    const twice = [again(1), there(1, 3), again(2), there(2, 3)]
    expect(await first(...twice, logged('a', 3), audit(4))).toEqual([3, 3])
    expect(await first(...twice, logged('a', 4), audit(5))).toEqual([-1, -1])
    expect(await first(...twice, logged('a', 3, { committed: false }), audit(4))).toEqual([-1, -1])
  })

  test('is not that of an acknowledgement for another partition', async () => {
    expect(await first(again(1), there(1, 3, { partition: 1 }), again(2), logged('a', 3), audit(4), audit(0, { partition: 1 }))).toEqual([-1, 3])
    expect(await first(again(1), there(1, 3, { partition: 1 }), logged('a', 3, { partition: 1 }), audit(0), audit(4, { partition: 1 }))).toEqual([-1])
  })

  test('is that of no copy that is hidden, or of which nobody knows', async () => {
    expect(await first(again(1), there(1, 3), logged('a', 3, { committed: false }), logged('a', 5), audit(6))).toEqual([5])
    expect(await first(again(1, { transaction: 't' }), there(1, 3), transaction('t', 'begun'), logged('a', 3), audit(6))).toEqual([-1])
  })
})
