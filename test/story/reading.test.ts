/** What became of a record on its way out of the log: passed over, received again, never reached, and read too early. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, assigned, audit, commit, delivered, effect, fault, type HistoryLine, indeterminate, logged, member, processed, revoked, seek, send, topic,
  transaction, written
} from '../histories.ts'
import { storyOf, told } from './stories.ts'

const anomaliesOf = async (id: string, ...lines: readonly HistoryLine[]): Promise<readonly unknown[]> => (await storyOf(id, lines)).remarks.map(({ anomaly }) => anomaly)

describe('lost after the broker', () => {
  const log = [...written('z', 40), ...written('a', 41), ...written('b', 60), audit(61)]
  const began = [assigned({ member: 'c2', position: 40, at: 1000 }), delivered('z', 40, { member: 'c2', at: 2000 })]
  const kill = [fault('1: kill a consumer', 'injecting', { at: 204_000, what: 'kill-client', whom: 'c2' }), fault('1: kill a consumer', 'injected', { at: 205_000, evidence: 'SIGKILL' })]
  const ended = [...kill, revoked({ member: 'c2', at: 204_500 })]

  test('by a commit before the work, whose member was killed', async () => {
    const { remarks: [remark] } = await storyOf('a', [member({ member: 'c2', commits: 'before-work' }), ...log, ...began, commit(60, { member: 'c2', at: 4000 }), ...ended])

    expect(remark).toMatchObject({ anomaly: 'skipped', where: 'after the broker' })
    expect(remark.sentence).toBe('lost after the broker: it is in the log of orders-0 at offset 41; c2 had received 40 at 0:00.002; '
      + 'group g committed 60 at 0:00.004 by member c2, and nobody of the group ever received it; '
      + '“kill a consumer” (c2) struck at 0:00.204, 200 ms after that commit, and c2 lost the partition at 0:00.204.')
    expect(remark.why).toContain('commits before its work')
  })

  test('by an assignment above it, which no commit of the history explains', async () => {
    const [sentence] = await told('a', ...log, ...began, ...ended, assigned({ member: 'c3', position: 50, at: 300_000 }), commit(61, { member: 'c3', at: 400_000 }))

    expect(sentence).toContain('c2 lost the partition at 0:00.204; c3 took the partition over at 0:00.300 from offset 50, and nobody of group g ever received it')
    expect(sentence).toContain('no acknowledged commit in the history led there')
  })

  test('an unanswered commit is told as what it is', async () => {
    const [sentence] = await told('a', ...log, ...began, commit(50, { member: 'c2', at: 3000, outcome: 'indeterminate' }), ...ended, assigned({ member: 'c3', position: 50, at: 300_000 }))

    expect(sentence).toContain('c2 had tried to commit 50 at 0:00.003 (indeterminate)')
  })

  test('a commit mode that nobody told is not blamed', async () => {
    const { remarks: [remark] } = await storyOf('a', [...log, ...began, commit(60, { member: 'c2', at: 4000 })])

    expect(remark.why).toContain('is not told')
    expect(remark.sentence).not.toContain('lost the partition')
  })

  test.each([
    ['it was received', [...began, delivered('a', 41, { member: 'c2' }), commit(60, { member: 'c2' })]],
    ['the group began above it', [assigned({ position: 42, at: 1 }), commit(60)]],
    ['nobody knows where the group began', [assigned(), commit(60)]],
    ['the application jumped over it', [...began, seek(50, { member: 'c2', at: 3000, reason: 'application' }), commit(60, { member: 'c2', at: 4000 })]],
    ['the commit was in a transaction that was aborted', [delivered('a', 41, { at: 1 }), commit(60, { transaction: 't' }), transaction('t', 'aborted')]]
  ])('not where %s', async (_, lines) => {
    expect(await anomaliesOf('a', ...log, ...lines)).toEqual([null])
  })

  test('a commit in a transaction counts when that was committed', async () => {
    const lines = [...log, ...began, commit(60, { member: 'c2', at: 3000, transaction: 't' })]

    expect(await anomaliesOf('a', ...lines, transaction('t', 'committed'))).toEqual(['skipped'])
    expect(await anomaliesOf('a', ...lines, transaction('t', 'aborted'))).toEqual(['undelivered'])
  })
})

test('a record that was never reached names the last owner', async () => {
  const lines = [...written('a', 5), audit(6), assigned({ position: 0 })]

  expect((await told('a', ...lines))[0]).toContain('group g neither received nor passed it until the end; c1 was the last to be assigned the partition')
  expect(await anomaliesOf('a', ...lines, delivered('a', 5))).toEqual([null])
})

describe('delivered again', () => {
  const log = [...written('a', 5), audit(6), delivered('a', 5, { at: 1000 })]
  const moved = [revoked({ at: 2000 }), assigned({ member: 'c2', position: 3, at: 3000 }), delivered('a', 5, { member: 'c2', at: 4000 })]

  test('by a rebalance to the last commit', async () => {
    expect(await told('a', ...log, commit(3, { at: 500 }), ...moved)).toEqual([
      'delivered again: group g received offset 5 twice: c1 at 0:00.001, c2 again at 0:00.004; c1 lost the partition at 0:00.002; '
      + 'c2 was assigned it at 0:00.003 from offset 3; the last commit acknowledged until then was 3, by c1 at 0:00.000.',
      expect.stringContaining('nothing happened to it')
    ])
  })

  test('says where no commit is known, and where a commit was forgotten', async () => {
    expect((await told('a', ...log, ...moved))[0]).toContain('no commit of the group had been acknowledged until then, as far as is known')
    expect((await told('a', ...log, commit(6, { at: 1500 }), ...moved))[0]).toContain('though the group had committed 6 by c1 at 0:00.001')
  })

  test('by a seek, or by nothing that the history tells', async () => {
    expect((await told('a', ...log, seek(4, { at: 2000, reason: 'application' }), delivered('a', 5, { at: 3000 })))[0]).toContain('c1 moved its position to 4 at 0:00.002 (application)')
    expect((await told('a', ...log, delivered('a', 5, { at: 3000 })))[0]).toContain('no line between the two says why')
  })
})

describe('isolation', () => {
  const reader = member({ isolation: 'read_committed' })
  const sent = [reader, transaction('t', 'begun'), send('a', { transaction: 't' }), acknowledged('a', 0)]

  test('a record of an aborted transaction was read though aborted', async () => {
    expect((await told('a', ...sent, delivered('a', 0), transaction('t', 'aborted'), audit(2)))[0]).toContain('though transaction t was aborted')
  })

  test('a record was read before its commit, and not where it was read after', async () => {
    const log = [logged('a', 0), audit(2)]

    expect((await told('a', ...sent, delivered('a', 0), transaction('t', 'committing'), transaction('t', 'committed'), ...log))[0]).toContain('before transaction t began to commit')
    expect(await anomaliesOf('a', ...sent, transaction('t', 'committing'), delivered('a', 0), transaction('t', 'committed'), ...log)).toEqual([null])
  })

  test('an aborted record that nobody sees is as it should be', async () => {
    expect((await told('a', ...sent, transaction('t', 'aborted'), logged('a', 0), audit(2)))[0]).toContain('as it should be')
  })
})

test('effects too many and missing ones are told with the work', async () => {
  const log = [...written('a', 0), audit(1), delivered('a', 0)]

  expect((await told('a', ...log, processed('a', 'applied'), processed('a', 'applied'), effect('a', 2)))[0]).toContain('it is twice in the store of the application; its work: applied by c1')
  expect((await told('a', ...log, processed('a', 'failed'), effect('a', 0)))[0]).toContain('it is not in the store of the application; its work: failed by c1')
  expect(await anomaliesOf('a', ...log, processed('a', 'applied'), effect('a', 1))).toEqual([null])
  expect(await anomaliesOf('a', ...log, processed('a', 'dead-lettered'), effect('a', 0))).toEqual([null])
})

describe('a record to which nothing happened', () => {
  test('was acknowledged, is there once, and was received', async () => {
    expect(await told('a', topic(), ...written('a', 0), audit(1), delivered('a', 0, { at: 12_020 })))
      .toEqual(['nothing happened to it: acknowledged at offset 0 at 0:00.000, once in the log, received by c1 of group g 12 ms after it was sent.'])
  })

  test('landed, or did not, where its client does not know', async () => {
    expect((await told('a', send('a'), indeterminate('a', { error: 'TIMEOUT' }), logged('a', 3), audit(4)))[0])
      .toBe('written, and its client does not know: sent at 0:00.000; at 0:00.000 the client did not know what became of it (TIMEOUT); the log has it in orders-0 at offset 3, read by no group.')
    expect((await told('a', send('a'), indeterminate('a', { error: 'TIMEOUT' }), audit(4)))[0]).toContain('not written, and its client does not know')
    expect((await told('a', send('a'), audit(4, { complete: false })))[0]).toContain('no copy was found, and that proves nothing')
  })
})
