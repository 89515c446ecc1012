/** What is wrong with an application's effects: missing, or there too often. */
import { describe, expect, test } from 'vitest'
import { assigned, audit, commit, delivered, effect, found, member, processed, rejected, send, logged, topic, written, type HistoryLine } from '../histories.ts'

const nothing: readonly HistoryLine[] = [topic(), audit(0)]
const record = [...written('a', 0), audit(1), assigned({ position: 0 })]
const read = delivered('a', 0, { at: 500 })
const applied = processed('a', 'applied')

describe('effect-missing', () => {
  test('what a group received has its effect in the store', async () => {
    expect(await found('effect-missing', ...record, read, applied, effect('a', 0))).toEqual(['effect-missing 1 violation orders-0 of g'])
    expect(await found('effect-missing', ...record, read, applied, effect('other', 1))).toEqual(['effect-missing 1 violation orders-0 of g'])
    expect(await found('effect-missing', ...record, read, applied, effect('a', 1))).toEqual([])
    expect(await found('effect-missing', ...nothing)).toEqual([])
  })

  test('without effect lines, or without processed lines, nothing is said', async () => {
    expect(await found('effect-missing', ...record, read, applied)).toEqual([])
    expect(await found('effect-missing', ...record, read, effect('a', 0))).toEqual([])
  })

  test('what it passed without receiving counts, what it has not come to does not', async () => {
    const worked = [processed('other', 'applied'), effect('a', 0)]
    expect(await found('effect-missing', ...record, ...worked, commit(1, { at: 600 }))).toEqual(['effect-missing 1 violation orders-0 of g'])
    expect(await found('effect-missing', ...record, ...worked)).toEqual([])
  })

  test('a failure at last is missing, a dead letter is not', async () => {
    expect(await found('effect-missing', ...record, read, processed('a', 'applied'), processed('a', 'failed'), effect('a', 1))).toEqual(['effect-missing 1 violation orders-0 of g'])
    expect(await found('effect-missing', ...record, read, processed('a', 'failed'), processed('a', 'applied'), effect('a', 1))).toEqual([])
    expect(await found('effect-missing', ...record, read, processed('a', 'failed'), processed('a', 'dead-lettered'), effect('a', 0))).toEqual([])
  })

  test('only acknowledged and visible records are asked for', async () => {
    const end = [assigned({ position: 0 }), read, applied, effect('a', 0), audit(1)]
    expect(await found('effect-missing', send('a', { at: 0 }), logged('a', 0), ...end)).toEqual([])
    expect(await found('effect-missing', send('a', { at: 0 }), rejected('a'), logged('a', 0), ...end)).toEqual([])
  })

  test('a line for the group has the say over one for all', async () => {
    expect(await found('effect-missing', ...record, read, applied, effect('a', 1), effect('a', 0, { group: 'g' }))).toEqual(['effect-missing 1 violation orders-0 of g'])
    expect(await found('effect-missing', ...record, read, applied, effect('a', 1, { group: 'h' }))).toEqual(['effect-missing 1 violation orders-0 of g'])
  })

  test('careless commits permit it', async () => {
    expect(await found('effect-missing', member({ commits: 'before-work' }), ...record, read, applied, effect('a', 0))).toEqual(['effect-missing 1 permitted orders-0 of g'])
  })
})

describe('effect-repeated', () => {
  const thrice = [...record, read, applied, effect('a', 3)]

  test('nothing keeps a plain group from repeating', async () => {
    expect(await found('effect-repeated', ...thrice)).toEqual(['effect-repeated 2 permitted orders-0 of g'])
    expect(await found('effect-repeated', ...record, read, applied, effect('a', 1))).toEqual([])
    expect(await found('effect-repeated', ...nothing)).toEqual([])
  })

  test('a transactional group, and one that recognises duplicates, may not', async () => {
    expect(await found('effect-repeated', member({ commits: 'transactional' }), ...thrice)).toEqual(['effect-repeated 2 violation orders-0 of g'])
    expect(await found('effect-repeated', ...thrice, processed('b', 'recognised'))).toEqual(['effect-repeated 2 violation orders-0 of g'])
  })

  test('without a group every group that works is meant', async () => {
    expect(await found('effect-repeated', ...thrice, processed('b', 'applied', { group: 'h' }))).toEqual(['effect-repeated 2 permitted orders-0 of g', 'effect-repeated 2 permitted orders-0 of h'])
    expect(await found('effect-repeated', ...record, effect('a', 3))).toEqual(['effect-repeated 2 permitted orders-0'])
    expect(await found('effect-repeated', ...record, applied, effect('a', 3, { group: 'h' }))).toEqual(['effect-repeated 2 permitted orders-0 of h'])
  })
})
