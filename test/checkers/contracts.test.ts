/** What a contract promises, in words, and what a power cut excuses. */
import { describe, expect, test } from 'vitest'
import { acknowledged, audit, delivered, fault, found, judgementOf, logged, producer, rejected, send, told, topic, type HistoryLine } from '../histories.ts'

type More = Readonly<Record<string, unknown>>

/** Acknowledged, and not in the log. */
const gone = (id: string, more: More = {}, offset = 0): HistoryLine[] => [send(id, { at: 50, ...more }), acknowledged(id, offset, { at: 60_000 })]
const reasonsOf = async (...lines: readonly HistoryLine[]): Promise<readonly string[]> => (await told('lost', ...lines)).map(({ reason }) => reason)
const oneLost = [...gone('a'), audit(1)]

describe('a contract in words', () => {
  test('marks what was assumed', async () => {
    expect(await reasonsOf(...oneLost)).toEqual(['acks=all (assumed), min ISR 2 (assumed), unclean election off (assumed)'])
    expect(await reasonsOf(topic(), producer('p1'), ...oneLost)).toEqual(['acks=all, min ISR 2, unclean election off'])
  })

  test.each([
    ['acks=0, min ISR 2, unclean election off', {}, { acks: '0' }],
    ['acks=1, min ISR 2, unclean election off', {}, { acks: '1' }],
    ['acks=all, min ISR 1, unclean election off', { minInsyncReplicas: 1 }, {}],
    ['acks=all, min ISR 2, unclean election on', { uncleanLeaderElection: true }, {}]
  ])('names what permits a loss: %s', async (contract, ofTopic: More, ofProducer: More) => {
    expect(await reasonsOf(topic(ofTopic), producer('p1', ofProducer), ...oneLost)).toEqual([`${contract}: this contract permits the loss`])
  })

  test('is told once for each producer and topic that a finding is about', async () => {
    const weak = [producer('p1', { acks: '1' }), producer('p2', { acks: '0' }), topic()]
    expect(await reasonsOf(...weak, ...gone('a'), ...gone('b', { producer: 'p2' }, 1), ...gone('c', {}, 2), audit(3))).toEqual([
      'acks=1, min ISR 2, unclean election off: this contract permits the loss; acks=0, min ISR 2, unclean election off: this contract permits the loss'
    ])

    const both = (id: string, name: string, other: string) => [...gone(id, { topic: name }), send(id, { topic: other, attempt: 2 }), rejected(id, { attempt: 2 })]
    const topics = [topic({ minInsyncReplicas: 1 }), topic({ topic: 'other', uncleanLeaderElection: true }), producer('p1')]
    expect(await told('lost', ...topics, ...both('a', 'orders', 'other'), ...both('b', 'other', 'orders'), audit(1), audit(1, { topic: 'other' }))).toMatchObject([{
      count: 2, topic: null, partition: null,
      reason: 'acks=all, min ISR 1, unclean election off: this contract permits the loss; acks=all, min ISR 2, unclean election on: this contract permits the loss'
    }])
  })

  test('says which part of it a power cut excuses', async () => {
    const weak = [topic(), producer('p1', { acks: '1' })]
    const cut = [fault('x', 'injected', { at: 40, what: 'power-cut', brokers: [1, 2, 3] }), fault('x', 'healed', { at: 60 })]
    expect(await reasonsOf(...weak, ...cut, ...gone('a'), ...gone('b', { at: 70 }, 1), audit(2))).toEqual([
      'acks=1, min ISR 2, unclean election off; a power cut hit as many brokers as there are replicas, and records are not flushed before they are acknowledged: '
      + 'this contract permits the loss; acks=1, min ISR 2, unclean election off: this contract permits the loss'
    ])
  })
})

describe('a power cut', () => {
  /** One fault's lines: `cut('x', [1, 2], 'injected', 5, 'healed', 9)`. */
  const cut = (name: string, brokers: readonly number[] | null, ...course: readonly (string | number)[]): HistoryLine[] =>
    Array.from({ length: course.length / 2 }, (_, step) => fault(name, String(course[step * 2]), {
      at: course[step * 2 + 1], ...(step === 0 ? { what: 'power-cut', ...(brokers === null ? {} : { brokers }) } : {})
    }))
  const lossOf = (sentAt: number, ...faults: readonly HistoryLine[]) => found('lost', topic(), ...faults, ...gone('a', { at: sentAt }), audit(1))
  const permitted = ['lost 1 permitted orders-0']
  const violation = ['lost 1 violation orders-0']

  test('excuses what was sent before it healed', async () => {
    const one = cut('x', [1, 2, 3], 'injected', 5, 'healed', 100)
    expect(await lossOf(99, ...one)).toEqual(permitted)
    expect(await lossOf(100, ...one)).toEqual(violation)
    expect(await lossOf(5_000, ...cut('x', [1, 2, 3], 'injected', 5))).toEqual(permitted)
  })

  test('has to hit as many brokers as there are replicas', async () => {
    expect(await lossOf(50, ...cut('x', [1, 2], 'injected', 5, 'healed', 100))).toEqual(violation)
    expect(await lossOf(50, ...cut('x', [1, 2, 2], 'injected', 5, 'healed', 100))).toEqual(violation)
    expect(await lossOf(50, ...cut('x', [1, 2, 3, 4], 'injected', 5, 'healed', 100))).toEqual(permitted)
    expect(await found('lost', topic({ replicas: 2 }), ...cut('x', [1, 2], 'injected', 5, 'healed', 100), ...oneLost)).toEqual(permitted)
  })

  test('that tells no brokers may have hit all of them', async () => {
    expect(await lossOf(50, ...cut('x', null, 'injected', 5, 'healed', 100))).toEqual(permitted)
    expect(await lossOf(50, ...cut('x', null, 'injected', 5, 'healed', 100), ...cut('y', [1], 'injected', 6, 'healed', 90))).toEqual(permitted)
  })

  test('may say what it is and whom it hit on any of its lines', async () => {
    const whole = (announced: More, injected: More, healed: More) =>
      lossOf(50, fault('x', 'injecting', { at: 4, ...announced }), fault('x', 'injected', { at: 5, ...injected }), fault('x', 'healed', { at: 100, ...healed }))
    expect(await whole({ what: 'power-cut' }, { brokers: [1] }, { brokers: [2, 3] })).toEqual(permitted)
    expect(await whole({}, { brokers: [1, 2] }, { what: 'power-cut' })).toEqual(violation)
    expect(await whole({ brokers: [1, 2, 3] }, {}, {})).toEqual(violation)
    expect(await whole({ brokers: [1, 2, 3], what: 'kill' }, {}, {})).toEqual(violation)
  })

  test('is several faults taken together, if they overlap', async () => {
    const first = cut('x', [1, 2], 'injected', 5, 'healed', 100)
    expect(await lossOf(120, ...first, ...cut('y', [3], 'injected', 100, 'healed', 150))).toEqual(permitted)
    expect(await lossOf(50, ...first, ...cut('y', [3], 'injected', 101, 'healed', 150))).toEqual(violation)
    expect(await lossOf(95, ...cut('x', [1], 'injected', 1, 'healed', 100), ...cut('y', [2], 'injected', 5, 'healed', 10), ...cut('z', [3], 'injected', 50, 'healed', 60)))
      .toEqual(permitted)
  })

  test('is one stretch of a fault that struck twice', async () => {
    const twice = cut('x', [1, 2], 'injected', 1, 'healed', 10, 'injected', 100, 'healed', 110)
    const other = cut('y', [3], 'injected', 5, 'healed', 50)
    expect(await lossOf(40, ...twice, ...other)).toEqual(permitted)
    expect(await lossOf(60, ...twice, ...other)).toEqual(violation)
    expect(await lossOf(60, ...twice, ...cut('y', [3], 'injected', 105, 'healed', 106))).toEqual(permitted)
  })

  test('lasts from its first injection, not from its announcement', async () => {
    const early = cut('y', [3], 'injected', 5, 'healed', 10)
    expect(await lossOf(3, ...early, ...cut('x', [1, 2], 'injecting', 1, 'injected', 50, 'healed', 60))).toEqual(violation)
    expect(await lossOf(3, ...early, ...cut('x', [1, 2], 'injected', 1, 'injected', 50, 'healed', 60))).toEqual(permitted)
    expect(await lossOf(3, ...cut('x', [1, 2, 3], 'healed', 5))).toEqual(violation)
  })

  test('that came later excuses more', async () => {
    const first = cut('x', [1, 2, 3], 'injected', 5, 'healed', 10)
    expect(await lossOf(40, ...first, ...cut('y', [1, 2, 3], 'injected', 30, 'healed', 50))).toEqual(permitted)
    expect(await lossOf(40, ...first, ...cut('y', [1], 'injected', 30, 'healed', 50))).toEqual(violation)
  })

  test('that did not provably bite has taken what it has taken all the same, and its run is vacuous', async () => {
    const broken = [fault('x', 'injecting', { at: 4 }), fault('x', 'injected', { at: 5, what: 'power-cut', brokers: [1, 2, 3], evidence: false }), fault('x', 'healed', { at: 100 })]
    expect(await lossOf(50, ...broken)).toEqual(permitted)
    expect((await judgementOf(topic(), ...broken, ...oneLost)).verdict).toBe('vacuous')
  })

  test('excuses nothing where records are flushed first', async () => {
    expect(await found('lost', topic({ flushed: true }), ...cut('x', [1, 2, 3], 'injected', 5, 'healed', 100), ...oneLost)).toEqual(violation)
  })

  test('may have cut off the log, whenever a record was sent', async () => {
    const conflict = [send('a', { at: 200 }), logged('a', 0), send('b', { at: 200 }), logged('b', 0), audit(1)]
    expect(await told('offset-conflict', topic(), ...cut('x', [1, 2, 3], 'injected', 5, 'healed', 100), ...conflict)).toMatchObject([{
      level: 'permitted',
      reason: 'min ISR 2, unclean election off; a power cut hit as many brokers as there are replicas, and records are not flushed before they are acknowledged: '
        + 'an offset may have been written again'
    }])
    expect(await found('offset-conflict', topic(), ...cut('x', [1, 2], 'injected', 5, 'healed', 100), ...conflict)).toEqual(['offset-conflict 1 violation orders-0'])
  })
})

describe('of several that excuse a conflict', () => {
  const weak = [producer('unheard', { acks: '0' }), producer('heard', { acks: '1' })]
  const reasonWhen = async (unheardAt: number, heardAt: number) => (await told('offset-conflict', topic(), ...weak,
    send('a', { producer: 'unheard', at: unheardAt }), delivered('a', 0, { at: 50 }),
    send('b', { producer: 'heard', at: heardAt }), acknowledged('b', 0, { at: 10 }), audit(1)))[0]?.reason.split(',')[0]

  test('the one that was sent first is named', async () => {
    expect(await reasonWhen(1, 2)).toBe('acks=0')
    expect(await reasonWhen(2, 1)).toBe('acks=1')
  })
})
