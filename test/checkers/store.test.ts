/** What an application's store is found to hold: which record, how often, and what the group promised of it. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, assigned, audit, commit, delivered, effect, found, indeterminate, logged, member, processed, send, told, topic, type HistoryLine
} from '../histories.ts'

const h = { group: 'h', member: 'd1' }
const place = { topic: 'orders', partition: 0, group: 'g' }
const record = (id: string, offset: number) => [send(id, { at: 0 }), acknowledged(id, offset, { at: 1 }), logged(id, offset)]
const log = [topic(), ...record('a', 0), ...record('b', 1), audit(2)]
const begin = assigned({ at: 2, position: 0 })
const read = [begin, delivered('a', 0, { at: 10 }), delivered('b', 1, { at: 20 })]
const work = (...more: readonly HistoryLine[]) => [processed('a', 'applied', { at: 11 }), processed('b', 'applied', { at: 21 }), ...more]

describe('effect-missing', () => {
  const missing = (...lines: readonly HistoryLine[]) => told('effect-missing', ...log, ...lines)

  test('is told with the delivery of the record', async () => {
    const expected = { anomaly: 'effect-missing', count: 1, ...place, witnesses: [{ id: 'b', offset: 1, at: 20, note: 'its effect is absent' }] }
    const sentence = 'the effect of an acknowledged record is not in the store'
    expect(await missing(member({ commits: 'after-work' }), ...read, ...work(effect('a', 1)))).toEqual([{ ...expected, level: 'violation', reason: `commits after-work: ${sentence}` }])
    expect(await missing(member({ commits: 'automatic' }), ...read, ...work(effect('a', 1))))
      .toEqual([{ ...expected, level: 'permitted', reason: `commits automatic: ${sentence}, which this contract permits` }])
  })

  test('has no time to tell of a record that was passed and never received', async () => {
    expect(await missing(begin, delivered('b', 1, { at: 20 }), ...work(effect('b', 1)))).toMatchObject([{ witnesses: [{ id: 'a', at: null, note: 'its effect is absent' }] }])
    expect(await missing(begin, delivered('a', 0, { at: 20 }), ...work(effect('a', 1)))).toEqual([])
    expect(await missing(begin, commit(2, { at: 20 }), ...work(effect('a', 1)))).toMatchObject([{ count: 1, witnesses: [{ id: 'b' }] }])
  })

  test('says that the last attempt failed, whatever the store holds', async () => {
    expect(await missing(...read, ...work(processed('b', 'failed', { at: 30 }), effect('a', 1), effect('b', 1))))
      .toMatchObject([{ count: 1, witnesses: [{ id: 'b', note: 'the last attempt to process it failed' }] }])
    expect(await missing(...read, ...work(processed('b', 'failed', { at: 30 }), processed('b', 'recognised', { at: 40 }), effect('a', 1), effect('b', 1)))).toEqual([])
    expect(await missing(...read, ...work(processed('b', 'dead-lettered', { at: 30 }), processed('b', 'failed', { at: 40 }), effect('a', 1)))).toEqual([])
  })

  test('counts a record once, however many copies of it there are', async () => {
    expect(await found('effect-missing', topic(), ...record('a', 0), logged('a', 1), logged('a', 2), audit(3), begin, ...[0, 1, 2].map(offset => delivered('a', offset)), ...work(effect('b', 1))))
      .toEqual(['effect-missing 1 violation orders-0 of g'])
  })

  test('is asked of each group that works, by what its own lines say', async () => {
    const other = [assigned({ ...h, at: 2, position: 0 }), delivered('a', 0, { ...h, at: 12 }), delivered('b', 1, { ...h, at: 22 })]
    const groups = async (...lines: readonly HistoryLine[]) => (await missing(...read, ...other, ...lines)).map(({ group, witnesses }) => `${group} ${witnesses.map(({ id }) => id).join()}`)
    expect(await groups(...work(effect('a', 1)))).toEqual(['g b'])
    expect(await groups(...work(processed('a', 'applied', h), effect('a', 1)))).toEqual(['g b', 'h b'])
    expect(await groups(...work(processed('a', 'applied', h), effect('a', 1), effect('b', 1), effect('b', 0, { group: 'h' })))).toEqual(['h b'])
    expect(await groups(...work(processed('a', 'applied', h), effect('a', 1, { group: 'g' }), effect('b', 1)))).toEqual(['h a'])
    expect(await groups(...work(processed('b', 'failed', h), effect('a', 1), effect('b', 1)))).toEqual(['h b'])
  })

  test('needs an acknowledgement of one of the attempts', async () => {
    const twice = [send('c', { at: 0 }), indeterminate('c', { at: 1 }), send('c', { at: 2, attempt: 2 })]
    const due = [logged('c', 2), begin, delivered('c', 2, { at: 30 }), ...work(effect('a', 1), effect('b', 1))]
    const lines = [...log.slice(0, -1), audit(3), ...twice, ...due]
    expect(await told('effect-missing', ...lines, delivered('a', 0), delivered('b', 1))).toEqual([])
    expect(await told('effect-missing', ...lines, acknowledged('c', 2, { at: 3, attempt: 2 }))).toMatchObject([{ count: 1, witnesses: [{ id: 'c' }] }])
  })

  test('is not said where nobody owned the partition, nor of what is hidden', async () => {
    expect(await missing(delivered('a', 0), delivered('b', 1, { member: 'c2' }), ...work(effect('a', 1)))).toEqual([])
    expect(await found('effect-missing', topic(), send('a', { at: 0 }), acknowledged('a', 0, { at: 1 }), logged('a', 0, { committed: false }), audit(1), begin, delivered('a', 0), ...work(effect('b', 1))))
      .toEqual([])
  })
})

describe('effect-repeated', () => {
  const repeated = (...lines: readonly HistoryLine[]) => told('effect-repeated', ...log, ...read, ...lines)
  const free = 'nothing in the group keeps a redelivered record from being applied again'
  const bound = 'the group applies each record once (it commits transactionally, or recognises duplicates), and an effect is in the store more often'

  test('is told with how often it is there', async () => {
    const expected = { anomaly: 'effect-repeated', count: 3, ...place, witnesses: [{ id: 'a', offset: null, at: null, note: '4 times' }] }
    expect(await repeated(...work(effect('a', 4), effect('b', 1)))).toEqual([{ ...expected, level: 'permitted', reason: free }])
    expect(await repeated(member({ commits: 'transactional' }), ...work(effect('a', 4)))).toEqual([{ ...expected, level: 'violation', reason: bound }])
    expect(await repeated(...work(processed('b', 'recognised', { at: 30 }), effect('a', 4)))).toEqual([{ ...expected, level: 'violation', reason: bound }])
  })

  test('is promised by all members together, or by what the group itself recognised', async () => {
    const transactional = member({ commits: 'transactional' })
    expect(await repeated(transactional, member({ member: 'c2', commits: 'after-work' }), ...work(effect('a', 2)))).toMatchObject([{ level: 'permitted' }])
    expect(await repeated(transactional, member({ member: 'c2', commits: 'transactional' }), ...work(effect('a', 2)))).toMatchObject([{ level: 'violation' }])
    expect(await repeated(transactional, member({ ...h }), ...work(processed('a', 'recognised', h), effect('a', 2, { group: 'g' }), effect('b', 2, { group: 'h' }))))
      .toMatchObject([{ group: 'g', level: 'violation' }, { group: 'h', level: 'violation' }])
    expect(await repeated(...work(processed('a', 'recognised', h), effect('a', 2, { group: 'g' })))).toMatchObject([{ group: 'g', level: 'permitted' }])
    expect(await repeated(...work(effect('a', 2, { group: 'idle' })))).toMatchObject([{ group: 'idle', level: 'permitted' }])
  })

  test('of a line for all groups is each one\'s that has no line of its own', async () => {
    const groups = async (...lines: readonly HistoryLine[]) => (await repeated(...work(processed('a', 'applied', h), ...lines))).map(({ group, count }) => `${group} ${count}`)
    expect(await groups(effect('a', 3))).toEqual(['g 2', 'h 2'])
    expect(await groups(effect('a', 3), effect('a', 1, { group: 'h' }))).toEqual(['g 2'])
    expect(await groups(effect('a', 3), effect('a', 5, { group: 'h' }))).toEqual(['g 2', 'h 4'])
    expect(await groups(effect('a', 3), effect('b', 2, { group: 'h' }))).toEqual(['g 2', 'h 3'])
    expect(await groups(effect('a', 1), effect('b', 0))).toEqual([])
    expect(await groups(effect('a', 3, { group: 'g' }))).toEqual(['g 2'])
  })

  test('belongs where the record was sent; of one that nobody sent, where the group was given it', async () => {
    const placeOf = async (...lines: readonly HistoryLine[]) => (await repeated(...work(...lines))).map(({ topic: name, partition, group }) => [name, partition, group])
    expect(await placeOf(delivered('x', 5, { partition: 3 }), effect('x', 2))).toEqual([['orders', 3, 'g']])
    expect(await placeOf(delivered('x', 5, { partition: 3, ...h }), effect('x', 2))).toEqual([[null, null, 'g']])
    expect(await placeOf(send('y', { partition: 1 }), delivered('y', 5, { partition: 3 }), effect('y', 2))).toEqual([['orders', 1, 'g']])
    expect(await placeOf(effect('never seen', 2))).toEqual([[null, null, 'g']])
  })

  test('without any group that works is nobody\'s', async () => {
    expect(await told('effect-repeated', ...log, ...read, effect('a', 2))).toMatchObject([{ level: 'permitted', group: null, topic: 'orders', partition: 0, reason: free }])
    expect(await told('effect-repeated', ...log, ...read, effect('a', 2, { group: 'g' }))).toMatchObject([{ level: 'permitted', group: 'g', reason: free }])
  })
})
