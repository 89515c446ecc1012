/** What is wrong with the copies of a record: too many, in a wrong place, gone after they were read, or of nobody. */
import { describe, expect, test } from 'vitest'
import {
  acknowledged, assigned, audit, believed, delivered, fault, findingsOf, found, indeterminate, judgementOf, logged, member, producer, rejected, send,
  topic, transaction, written, type HistoryLine
} from '../histories.ts'

const nothing: readonly HistoryLine[] = [topic(), audit(0)]

describe('vanished', () => {
  const read = (id: string, offset: number, more = {}) => delivered(id, offset, more)

  test('a delivered record that the log does not have has vanished', async () => {
    expect(await found('vanished', send('a'), read('a', 0), audit(1))).toEqual(['vanished 1 violation orders-0'])
  })

  test('a delivered record that is there has not', async () => {
    expect(await findingsOf(...written('a', 0), delivered('a', 0, { at: 100 }), audit(1))).toEqual([])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('what is lost has not vanished as well', async () => {
    expect(await findingsOf(send('a'), acknowledged('a', 0), read('a', 0), audit(1))).toEqual(['lost 1 violation orders-0'])
  })

  test('what expired, was compacted, or is not audited has not vanished', async () => {
    expect(await found('vanished', send('a'), read('a', 3), audit(4, { logStart: 4 }))).toEqual([])
    expect(await found('vanished', topic({ cleanupPolicy: 'compact' }), send('a'), read('a', 0), audit(1))).toEqual([])
    expect(await findingsOf(send('a'), read('a', 0))).toEqual(['inconclusive 1 inconclusive orders-0'])
    expect(await findingsOf(send('a'), read('a', 0), audit(0, { complete: false }))).toEqual(['inconclusive 1 inconclusive orders-0'])
  })

  test('an id is counted once, whoever read it', async () => {
    expect(await found('vanished', send('a'), read('a', 0), read('a', 0, { group: 'h' }), read('a', 1), audit(2))).toEqual(['vanished 1 violation orders-0'])
  })

  test('a copy elsewhere does not help an entry that is gone', async () => {
    expect(await found('vanished', send('a'), read('a', 0), logged('a', 5), audit(6))).toEqual(['vanished 1 violation orders-0'])
  })

  test('an aborted record may vanish; one that a read_committed member was given may not, unless it was aborted', async () => {
    const story = [send('a', { transaction: 't' }), read('a', 0), audit(1)]
    const committed = member({ isolation: 'read_committed' })
    expect(await found('vanished', ...story, transaction('t', 'begun', { at: 1 }))).toEqual([])
    expect(await found('vanished', ...story, transaction('t', 'committed', { at: 100 }))).toEqual(['vanished 1 violation orders-0'])
    expect(await found('vanished', committed, ...story, transaction('t', 'begun', { at: 1 }))).toEqual(['vanished 1 violation orders-0'])
    expect(await found('vanished', committed, ...story, transaction('t', 'aborted', { at: 100 }))).toEqual([])
    expect(await found('vanished', committed, ...story, logged('a', 0), transaction('t', 'begun', { at: 1 }))).toEqual([])
  })

  test('a record that may be a weak attempt is permitted to vanish', async () => {
    const attempts = [producer('weak', { acks: '1' }), send('a', { producer: 'weak' }), send('a', { attempt: 2 })]
    expect(await found('vanished', ...attempts, read('a', 0), audit(1))).toEqual(['vanished 1 permitted orders-0'])
    expect(await found('vanished', ...attempts, read('a', 0, { attempt: 2 }), audit(1))).toEqual(['vanished 1 violation orders-0'])
    expect(await found('vanished', topic({ minInsyncReplicas: 1 }), send('a'), read('a', 0), audit(1))).toEqual(['vanished 1 permitted orders-0'])
  })
})

describe('duplicated, sent without a partition', () => {
  const anywhere = (more = {}) => send('a', { partition: null, ...more })
  const apart = [logged('a', 0), audit(1), logged('a', 4, { partition: 2 }), audit(5, { partition: 2 })]

  test('a copy in each of two partitions is one too many, whoever wrote it', async () => {
    expect(await findingsOf(topic({ partitions: 3 }), anywhere(), acknowledged('a', null), ...apart)).toEqual(['duplicated 1 violation orders'])
    expect(await findingsOf(producer('p1', { idempotent: false }), anywhere(), ...apart)).toEqual(['duplicated 1 permitted orders'])
  })

  test('copies in one partition and in another count together', async () => {
    expect(await findingsOf(anywhere(), logged('a', 0), logged('a', 1), audit(2), ...apart.slice(2))).toEqual(['duplicated 2 violation orders'])
  })

  test('a copy is none where it is the only one, or one of a second attempt', async () => {
    expect(await findingsOf(anywhere(), logged('a', 0), audit(1))).toEqual([])
    expect(await findingsOf(anywhere(), anywhere({ attempt: 2 }), ...apart)).toEqual([])
    expect(await findingsOf(anywhere(), anywhere({ attempt: 2 }), rejected('a', { attempt: 2 }), ...apart)).toEqual(['duplicated 1 violation orders'])
  })

  test('each topic counts its own, and no copy that strayed to it from another', async () => {
    const other = { topic: 'states' }
    const both = [send('a', { partition: null }), send('b', { partition: null, ...other }), logged('b', 0, other), logged('b', 0, { ...other, partition: 1 }), audit(2, other), audit(1, { ...other, partition: 1 })]

    expect(await found('duplicated', ...both, ...apart)).toEqual(['duplicated 1 violation orders', 'duplicated 1 violation states'])
    expect(await findingsOf(...both, ...apart, logged('a', 1, other))).toEqual(['duplicated 1 violation orders', 'duplicated 1 violation states'])
  })

  test('with the attempt known on all copies each attempt has its own surplus, wherever it stands', async () => {
    const twice = [anywhere(), anywhere({ attempt: 2 })]
    const of = (attempt: number, partition: number) => logged('a', 0, { attempt, partition })
    const audits = [0, 1, 2].map(partition => audit(1, { partition }))

    expect(await found('duplicated', ...twice, of(1, 0), of(2, 1), ...audits)).toEqual([])
    expect(await found('duplicated', ...twice, of(1, 0), of(1, 1), of(2, 2), ...audits)).toEqual(['duplicated 1 violation orders'])
  })

  test('a copy that an abort hides is none', async () => {
    const story = [anywhere({ transaction: 't' }), ...apart]

    expect(await found('duplicated', ...story, transaction('t', 'aborted', { at: 100 }))).toEqual([])
    expect(await found('duplicated', ...story, transaction('t', 'committed', { at: 100 }))).toEqual(['duplicated 1 violation orders'])
  })

  test('what nobody sent is nobody\'s copy', async () => {
    expect(await found('duplicated', anywhere(), logged('a', 0), logged('x', 1), audit(2), logged('x', 4, { partition: 2 }), audit(5, { partition: 2 }))).toEqual([])
  })

  test('an attempt with a partition of its own has its copies counted there', async () => {
    expect(await found('duplicated', anywhere(), send('a', { attempt: 2 }), ...apart)).toEqual([])
    expect(await found('duplicated', anywhere(), send('a', { attempt: 2 }), logged('a', 0), logged('a', 1), logged('a', 2), audit(3), ...apart.slice(2))).toEqual(['duplicated 1 violation orders-0'])
  })

  test('the witness says in which partitions the copies are', async () => {
    const judgement = await judgementOf(topic({ partitions: 3 }), anywhere(), ...apart)

    expect(judgement.findings).toMatchObject([{ topic: 'orders', partition: null, witnesses: [{ id: 'a', offset: null, note: 'copies at 0@0, 2@4 (partition@offset)' }] }])
  })

  test('a record that was sent to a partition of its own is not counted so', async () => {
    expect(await findingsOf(send('a'), ...apart)).toEqual(['misplaced 1 violation orders-0'])
  })
})

describe('duplicated', () => {
  test('two copies of one send are one too many', async () => {
    const judgement = await judgementOf(topic(), ...written('a', 0), logged('a', 1), logged('a', 2), audit(3))

    expect(judgement.findings).toMatchObject([{ anomaly: 'duplicated', level: 'violation', count: 2, topic: 'orders', partition: 0, group: null }])
    expect(judgement.counts).toMatchObject({ logged: 3, duplicated: 2 })
  })

  test('a copy for each attempt that was not rejected is none too many', async () => {
    const twice = [send('a'), send('a', { attempt: 2 }), logged('a', 0), logged('a', 1), audit(3)]
    expect(await findingsOf(...twice)).toEqual([])
    expect(await findingsOf(...twice, rejected('a', { attempt: 2 }))).toEqual(['duplicated 1 violation orders-0'])
    expect(await findingsOf(...twice, logged('a', 2))).toEqual(['duplicated 1 violation orders-0'])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('with the attempt known on all copies each attempt has its own surplus', async () => {
    const attempts = [send('a'), send('a', { attempt: 2 })]
    expect(await findingsOf(...attempts, logged('a', 0, { attempt: 1 }), logged('a', 1, { attempt: 1 }), audit(2))).toEqual(['duplicated 1 violation orders-0'])
    expect(await findingsOf(...attempts, logged('a', 0, { attempt: 1 }), logged('a', 1), audit(2))).toEqual([])
  })

  test('without idempotence it is permitted', async () => {
    expect(await findingsOf(producer('p1', { idempotent: false }), ...written('a', 0), logged('a', 1), audit(2))).toEqual(['duplicated 1 permitted orders-0'])
    expect(await findingsOf(producer('p1', { acks: '1' }), ...written('a', 0), logged('a', 1), audit(2))).toEqual(['duplicated 1 permitted orders-0'])
    expect(await findingsOf(producer('p1', { acks: '1', transactionalId: 'x' }), ...written('a', 0), logged('a', 1), audit(2))).toEqual(['duplicated 1 violation orders-0'])
  })

  test('one producer without idempotence among those of all attempts permits it', async () => {
    const lines = [producer('p1', { idempotent: false }), send('a'), send('a', { attempt: 2, producer: 'p2' }), logged('a', 0), logged('a', 1), logged('a', 2), audit(3)]
    expect(await findingsOf(...lines)).toEqual(['duplicated 1 permitted orders-0'])
    expect(await findingsOf(...lines, rejected('a'))).toEqual(['duplicated 2 violation orders-0'])
  })

  test('a line that says the same of the same offset again is no copy', async () => {
    expect(await findingsOf(...written('a', 0), logged('a', 0), audit(1))).toEqual([])
  })

  test('hidden copies do not count', async () => {
    expect(await findingsOf(...written('a', 0), logged('a', 1, { committed: false }), audit(2))).toEqual([])
  })
})

describe('offset-conflict', () => {
  test('acknowledgements, deliveries and logs must agree on who stands at an offset', async () => {
    expect(await found('offset-conflict', send('a'), acknowledged('a', 0), send('b'), acknowledged('b', 0), audit(1))).toEqual(['offset-conflict 1 violation orders-0'])
    expect(await found('offset-conflict', ...written('a', 0), send('b'), delivered('b', 0), audit(1))).toEqual(['offset-conflict 1 violation orders-0'])
    expect(await found('offset-conflict', ...written('a', 0), send('b'), logged('b', 0, { committed: false }), audit(1))).toEqual(['offset-conflict 1 violation orders-0'])
    expect(await found('offset-conflict', ...written('a', 0), ...written('b', 1), delivered('a', 0, { at: 999 }), audit(2))).toEqual([])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('offsets are counted, not records', async () => {
    expect(await found('offset-conflict', ...['a', 'b', 'c'].flatMap(id => [send(id), acknowledged(id, 0)]), audit(1))).toEqual(['offset-conflict 1 violation orders-0'])
  })

  test('one weak record, or a power cut, permits it', async () => {
    const conflict = [send('a'), acknowledged('a', 0), send('b', { producer: 'weak' }), acknowledged('b', 0), audit(1)]
    expect(await found('offset-conflict', producer('weak', { acks: '1' }), ...conflict)).toEqual(['offset-conflict 1 permitted orders-0'])
    expect(await found('offset-conflict', fault('x', 'injected', { at: 1, what: 'power-cut', brokers: [1, 2, 3] }), fault('x', 'healed', { at: 2 }), ...conflict))
      .toEqual(['offset-conflict 1 permitted orders-0'])
  })

  test('the disks of other brokers have no say', async () => {
    expect(await found('offset-conflict', ...written('a', 0), send('b'), logged('b', 0, { replica: 2 }), audit(1), audit(1, { replica: 2 }))).toEqual([])
  })
})

describe('misplaced', () => {
  test('a record where nobody sent it is misplaced', async () => {
    expect(await findingsOf(send('a'), logged('a', 0, { partition: 1 }), audit(0), audit(1, { partition: 1 }))).toEqual(['misplaced 1 violation orders-0'])
    expect(await findingsOf(producer('p1', { acks: '1' }), send('a'), logged('a', 0, { topic: 'other' }), audit(0), audit(1, { topic: 'other' })))
      .toEqual(['misplaced 1 violation orders-0'])
  })

  test('a record where one of its attempts was sent is not', async () => {
    expect(await findingsOf(send('a'), send('a', { attempt: 2, partition: 1 }), logged('a', 0, { partition: 1 }), audit(0), audit(1, { partition: 1 }))).toEqual([])
    expect(await findingsOf(send('a', { partition: null }), logged('a', 0, { partition: 1 }), audit(1, { partition: 1 }))).toEqual([])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('a record that is not where it was acknowledged is misplaced if it is elsewhere', async () => {
    expect(await found('misplaced', send('a'), acknowledged('a', 4), logged('a', 9), audit(10))).toEqual(['misplaced 1 violation orders-0'])
    expect(await found('misplaced', producer('p1', { acks: '1' }), send('a'), acknowledged('a', 4), logged('a', 9), audit(10))).toEqual(['misplaced 1 permitted orders-0'])
    expect(await found('misplaced', send('a'), acknowledged('a', 4), logged('a', 4), logged('a', 9), audit(10))).toEqual([])
  })

  test('below the start of the log, or where the audit is incomplete, it is not', async () => {
    expect(await found('misplaced', send('a'), acknowledged('a', 4), logged('a', 9), audit(10, { logStart: 5 }))).toEqual([])
    expect(await found('misplaced', send('a'), acknowledged('a', 4), logged('a', 9), audit(10, { complete: false }))).toEqual([])
  })

  test('an id is counted once, at its gravest', async () => {
    expect(await found('misplaced', producer('p1', { acks: '1' }), send('a'), acknowledged('a', 4), logged('a', 9, { partition: 1 }), audit(10), audit(10, { partition: 1 })))
      .toEqual(['misplaced 1 violation orders-0'])
  })
})

describe('unfounded', () => {
  test('what the application believed without reason is told', async () => {
    expect(await findingsOf(send('a'), indeterminate('a'), believed('a'), believed('a'), audit(0))).toEqual(['unfounded 1 information orders-0'])
    expect(await findingsOf(send('a'), believed('a'))).toEqual(['inconclusive 1 inconclusive orders-0', 'unfounded 1 information orders-0'])
  })

  test('an acknowledgement or a copy is a reason', async () => {
    expect(await found('unfounded', send('a'), acknowledged('a', 0), believed('a'), audit(1))).toEqual([])
    expect(await found('unfounded', send('a'), believed('a'), logged('a', 0), audit(1))).toEqual([])
    expect(await found('unfounded', ...nothing)).toEqual([])
  })
})

describe('phantom', () => {
  test('a record that nobody sent is a phantom, at its lowest place', async () => {
    expect(await found('phantom', logged('x', 3, { partition: 2 }), delivered('x', 7, { partition: 1 }), logged('x', 0, { topic: 'zoo' }))).toEqual(['phantom 1 violation orders-1'])
    expect(await found('phantom', logged('x', 0, { replica: 3 }), audit(1, { replica: 3 }))).toEqual(['phantom 1 violation orders-0'])
  })

  test('a record that was sent and rejected is none', async () => {
    expect(await found('phantom', send('a'), rejected('a'), logged('a', 0), audit(1))).toEqual([])
    expect(await found('phantom', ...nothing)).toEqual([])
  })
})

test('copies of what was sent elsewhere, or nowhere, are not duplicated', async () => {
  const copies = (id: string) => [logged(id, 0, { partition: 1 }), logged(id, 1, { partition: 1 }), audit(0), audit(2, { partition: 1 })]
  expect(await findingsOf(send('a'), ...copies('a'))).toEqual(['misplaced 1 violation orders-0'])
  expect(await findingsOf(...copies('x'))).toEqual(['phantom 1 violation orders-1'])
})

describe('resurrected', () => {
  test('a record all of whose attempts were rejected must not be there', async () => {
    expect(await findingsOf(send('a'), rejected('a'), logged('a', 0), audit(1))).toEqual(['resurrected 1 violation orders-0'])
    expect(await findingsOf(send('a'), rejected('a'), send('a', { attempt: 2 }), logged('a', 0), audit(1))).toEqual([])
    expect(await findingsOf(...nothing)).toEqual([])
  })

  test('an aborted record must not be there as committed', async () => {
    const story = [send('a', { transaction: 't' }), acknowledged('a', 0), transaction('t', 'aborted')]
    expect(await findingsOf(...story, logged('a', 0), audit(1))).toEqual([])
    expect(await findingsOf(...story, logged('a', 0, { committed: true }), audit(1))).toEqual(['resurrected 1 violation orders-0'])
    expect(await findingsOf(...story, logged('a', 0), audit(1, { isolation: 'read_committed', lastStable: 1 }))).toEqual(['resurrected 1 violation orders-0'])
  })

  test('a copy that may be another attempt accuses nobody', async () => {
    const story = [
      send('a', { transaction: 't' }), send('a', { attempt: 2 }), transaction('t', 'aborted'), audit(1, { isolation: 'read_committed', lastStable: 1 })
    ]
    expect(await findingsOf(...story, logged('a', 0))).toEqual([])
    expect(await findingsOf(...story, logged('a', 0, { attempt: 1 }))).toEqual(['resurrected 1 violation orders-0'])
  })
})

describe('corrupted', () => {
  test('each line whose fingerprint does not match counts, in its own place', async () => {
    const lines = [send('a'), delivered('a', 0, { intact: false }), delivered('a', 0, { intact: false }), logged('a', 0, { intact: false }), audit(1)]
    expect(await found('corrupted', ...lines)).toEqual(['corrupted 1 violation orders-0', 'corrupted 2 violation orders-0 of g'])
  })

  test('a fingerprint that nobody checked does not', async () => {
    expect(await found('corrupted', send('a'), assigned(), delivered('a', 0, { intact: null }), logged('a', 0, { intact: true }), audit(1))).toEqual([])
    expect(await found('corrupted', ...nothing)).toEqual([])
  })
})
