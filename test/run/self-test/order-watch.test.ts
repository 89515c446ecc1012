/** Which records of a log an order finding could hang on, by logs of a few records. */
import { describe, expect, it } from 'vitest'
import { recordNumber } from '../../../harness/model/record-number.ts'
import { watchHeights, watchOrder } from '../../../harness/run/self-test/order-watch.ts'
import { newStory } from '../../../harness/run/self-test/story.ts'

const of = (producer: number, sequence: number): number => recordNumber({ producer, incarnation: 1, sequence })

/** Which records of a log take part in no inversion. */
const inOrder = (...log: readonly number[]): readonly number[] => {
  const watch = watchOrder()
  const stories = new Map(log.map(record => [record, newStory(record)]))
  for (const record of log) watch.logged(record, stories.get(record))

  return [...stories.values()].filter(story => story.inOrder).map(({ record }) => record)
}

describe('the order of a log', () => {
  it('is undisturbed where each incarnation ascends', () => {
    expect(inOrder(of(1, 1), of(2, 1), of(1, 2), of(2, 5))).toEqual([of(1, 1), of(2, 1), of(1, 2), of(2, 5)])
  })

  it('is disturbed for both sides of an inversion, and for nobody else', () => {
    expect(inOrder(of(1, 1), of(1, 2), of(1, 5), of(1, 6), of(1, 3), of(1, 4), of(1, 7))).toEqual([of(1, 1), of(1, 2), of(1, 7)])
  })

  it('is that of an incarnation alone', () => {
    expect(inOrder(of(1, 9), of(2, 1), of(1, 10))).toHaveLength(3)
  })
})

describe('acknowledged heights', () => {
  it('know the highest offset acknowledged up to a moment', () => {
    const heights = watchHeights()
    heights.acknowledged(10, 1_000_000)
    heights.acknowledged(5, 2_000_000)
    heights.acknowledged(20, 3_000_000)

    expect([500_000, 1_500_000, 2_500_000, 9_000_000].map(heights.until)).toEqual([-1, 10, 10, 20])
  })
})
