/** What librdkafka's reports and its log prove of a send, and what they do not. The library itself is a fake: it need not be installed. */
import { describe, expect, test } from 'vitest'
import type { ProducerOptions } from '../../harness/clients/driver.ts'
import type { Library, LogLine, RawError, RawReport } from '../../harness/clients/confluent/library.ts'
import { refusals, replacementBy } from '../../harness/clients/confluent/outcomes.ts'
import { openProducer } from '../../harness/clients/confluent/producer.ts'
import { outcomeOfReports } from '../../harness/clients/confluent/sending.ts'
import { openTransactional } from '../../harness/clients/confluent/transactions.ts'
import { watchTries } from '../../harness/clients/confluent/tries.ts'
import { refusedBeforeAppend } from '../../harness/clients/refusals.ts'

const host = '[thrd:127.0.0.1:9092/1]: 127.0.0.1:9092/1'
const begun = (partition = 'orders [0]'): LogLine =>
  ({ fac: 'PRODUCE', message: `${host}: ${partition}: Produce MessageSet with 1 message(s) (97 bytes, ApiVersion 10, MsgVersion 2, MsgId 1, BaseSeq 0, PID{Id:0,Epoch:0}, uncompressed)` })
const failed = (words: string, partition = 'orders [0]'): LogLine =>
  ({ fac: 'MSGSET', message: `${host}: ${partition}: MessageSet with 1 message(s) (MsgId 1, BaseSeq 0) encountered error: ${words} (actions Retry,MsgNotPersisted)` })
const refusal = refusals.NOT_ENOUGH_REPLICAS.words
const timeout = 'Local: Timed out'
const error = (code: number, message = 'a message'): Error & RawError => Object.assign(new Error(message), { code })

describe('the tries of a send', () => {
  const proveRefusal = (...lines: readonly LogLine[]): boolean => {
    const tries = watchTries()
    const followed = tries.follow({ topic: 'orders', partition: 0 })
    for (const line of lines) tries.hear(line)

    return followed.allRefused()
  }

  test.each(refusedBeforeAppend)('were refused if the log says so of each: %s', name => {
    expect(proveRefusal(begun(), failed(refusals[name].words), begun(), failed(refusals[name].words))).toBe(true)
  })

  test.each([timeout, 'Local: Broker transport failure', 'Broker: Not leader for partition', 'Broker: Unknown topic or partition', 'Broker: Message(s) written to insufficient number of in-sync replicas'])('were not if one met "%s"', words => {
    expect(proveRefusal(begun(), failed(words), begun(), failed(refusal))).toBe(false)
  })

  test('prove nothing where one is not in the log, or none', () => {
    expect(proveRefusal()).toBe(false)
    expect(proveRefusal(begun(), begun(), failed(refusal))).toBe(false)
    expect(proveRefusal(failed(refusal))).toBe(false)
    expect(proveRefusal(begun(), failed(refusal), failed(refusal))).toBe(false)
  })

  test('are those of its own partition, and of its own time', () => {
    expect(proveRefusal(begun(), failed(refusal), begun('orders [1]'), failed(timeout, 'orders [1]'))).toBe(true)

    const tries = watchTries()
    const first = tries.follow({ topic: 'orders', partition: 0 })
    for (const line of [begun(), failed(timeout)]) tries.hear(line)
    first.end()
    const second = tries.follow({ topic: 'orders', partition: 0 })
    for (const line of [begun(), failed(refusal)]) tries.hear(line)
    expect([first.allRefused(), second.allRefused()]).toEqual([false, true])
  })
})

describe('the reports on a send', () => {
  test.each([
    ['all acknowledged, one after the other', { offsets: [7, 8], errors: [] }, true, { kind: 'acknowledged', baseOffset: 7 }],
    ['all acknowledged, not one after the other', { offsets: [7, 9], errors: [] }, true, { kind: 'acknowledged', baseOffset: undefined }],
    ['acknowledged without an offset', { offsets: [-1001], errors: [] }, true, { kind: 'acknowledged', baseOffset: undefined }],
    ['one acknowledged, one refused', { offsets: [7, undefined], errors: [error(19)] }, true, { kind: 'indeterminate', error: 'NOT_ENOUGH_REPLICAS' }],
    ['all refused, at each try', { offsets: [undefined], errors: [error(10)] }, true, { kind: 'rejected', error: 'MESSAGE_TOO_LARGE' }],
    ['all refused, at the last try', { offsets: [undefined], errors: [error(10)] }, false, { kind: 'indeterminate', error: 'MESSAGE_TOO_LARGE' }]
  ] as const)('%s', (_, { offsets, errors }, everyTryRefused, outcome) => {
    expect(outcomeOfReports({ offsets: [...offsets], errors: [...errors] }, { everyTryRefused })).toEqual(outcome)
  })
})

type Done = (error: RawError | undefined) => void

interface Fake {
  readonly library: Library
  readonly log: (line: LogLine) => void
  readonly report: (error: RawError | null, offset: number) => void
  readonly fail: (error: RawError) => void
  /** Thrown for the next record. */
  refuseWith: (Error & RawError) | undefined
  /** After so many records more. */
  refuseAfter: number
  /** What the next step of a transaction meets. */
  transactionError: RawError | undefined
}

/** A producer that reports when it is told to, on the record that has waited longest. */
const fakeLibrary = (): Fake => {
  const listeners = new Map<string, (...values: readonly never[]) => void>()
  const waiting: unknown[] = []
  const emit = (event: string, ...values: readonly unknown[]): void => { listeners.get(event)?.(...values as readonly never[]) }
  const producer = {
    connect: (_options: unknown, done: (error: null, value: unknown) => void) => { done(null, {}) },
    on: (event: string, listener: (...values: readonly never[]) => void) => { listeners.set(event, listener) },
    setPollInBackground: () => undefined,
    produce: (_topic: string, _partition: number, _value: Buffer, _key: null, _timestamp: null, opaque: unknown) => {
      if (fake.refuseWith !== undefined && fake.refuseAfter === 0) throw fake.refuseWith
      fake.refuseAfter = Math.max(0, fake.refuseAfter - 1)
      waiting.push(opaque)
    },
    disconnect: (_flushMs: number, done: () => void) => { done() },
    initTransactions: (_timeout: number, done: Done) => { done(fake.transactionError) },
    beginTransaction: (done: Done) => { done(undefined) },
    commitTransaction: (_timeout: number, done: Done) => { done(fake.transactionError) },
    abortTransaction: (_timeout: number, done: Done) => { done(fake.transactionError) }
  }
  const fake: Fake = {
    library: { Producer: function Producer() { return producer }, librdkafkaVersion: 'fake' } as unknown as Library,
    refuseWith: undefined,
    refuseAfter: 0,
    transactionError: undefined,
    log: line => { emit('event.log', line) },
    fail: raw => { emit('event.error', raw) },
    report: (raw, offset) => { emit('delivery-report', raw, { offset, opaque: waiting.shift() } satisfies RawReport) }
  }

  return fake
}

describe('a producer', () => {
  const options: ProducerOptions = { clientId: 'p', bootstrap: ['127.0.0.1:9092'], acks: 'all', idempotent: true, retries: undefined }
  const batch = (...values: readonly string[]) => ({ topic: 'orders', partition: 0, values: values.map(value => Buffer.from(value)) })

  test('has an outcome when each record has its report', async () => {
    const fake = fakeLibrary()
    const producer = await openProducer(fake.library, options)
    const sending = producer.send(batch('a', 'b'))
    fake.report(null, 4)
    fake.report(null, 5)

    expect(await sending).toEqual({ kind: 'acknowledged', baseOffset: 4 })
    expect(producer.spent()).toBe(false)
  })

  test('hears a log line that comes right after the report', async () => {
    const fake = fakeLibrary()
    const producer = await openProducer(fake.library, options)
    const sending = producer.send(batch('a'))
    fake.log(begun())
    fake.log(failed(refusals.MESSAGE_TOO_LARGE.words))
    fake.log(begun())
    fake.report(error(10), -1)
    setImmediate(() => { fake.log(failed(timeout)) })

    expect(await sending).toEqual({ kind: 'indeterminate', error: 'MESSAGE_TOO_LARGE' })
    expect(producer.spent()).toBe(true)
    await expect(producer.send(batch('b'))).rejects.toThrow('one send at a time')
  })

  test('stays good after a refusal of every try', async () => {
    const fake = fakeLibrary()
    const producer = await openProducer(fake.library, options)
    const sending = producer.send(batch('a'))
    fake.log(begun())
    fake.report(error(10), -1)
    setImmediate(() => { fake.log(failed(refusals.MESSAGE_TOO_LARGE.words)) })

    expect(await sending).toEqual({ kind: 'rejected', error: 'MESSAGE_TOO_LARGE' })
    expect(producer.spent()).toBe(false)
  })

  test('is told at once of what librdkafka does not take, and waits for what it took', async () => {
    const fake = fakeLibrary()
    const producer = await openProducer(fake.library, { ...options, idempotent: false })
    fake.refuseWith = error(-184, 'Local: Queue full')
    expect(await producer.send(batch('a'))).toEqual({ kind: 'rejected', error: 'Local: Queue full (-184)' })

    fake.refuseAfter = 1
    const half = producer.send(batch('a', 'b'))
    fake.report(null, 0)
    expect(await half).toEqual({ kind: 'indeterminate', error: 'Local: Queue full (-184)' })

    fake.refuseWith = undefined
    const sending = producer.send(batch('a', 'b'))
    fake.report(null, 0)
    fake.report(error(-192, 'Local: Message timed out'), -1)
    expect(await sending).toEqual({ kind: 'indeterminate', error: 'Local: Message timed out (-192)' })
  })

  test('that is closed leaves nobody waiting, and one that failed for good is spent', async () => {
    const fake = fakeLibrary()
    const producer = await openProducer(fake.library, options)
    const sending = producer.send(batch('a'))
    fake.fail(error(-1, 'fatal error'))
    expect(producer.spent()).toBe(true)
    await producer.close()

    expect(await sending).toEqual({ kind: 'indeterminate', error: 'CLOSED_BEFORE_ITS_REPORT' })
  })
})

test.each([true, false])('a producer that librdkafka has given up on is spent, idempotent: %s', async idempotent => {
  const fake = fakeLibrary()
  const producer = await openProducer(fake.library, { clientId: 'p', bootstrap: [], acks: 'all', idempotent, retries: undefined })
  fake.fail(error(-1, 'all broker connections are down'))
  expect(producer.spent()).toBe(false)
  fake.refuseWith = error(-150, 'Local: Fatal error')
  expect((await producer.send({ topic: 'orders', partition: 0, values: [Buffer.from('a')] })).kind).toBe('rejected')

  expect(producer.spent()).toBe(true)
})

describe('a transactional client', () => {
  const options = { clientId: 'p', bootstrap: ['127.0.0.1:9092'], transactionalId: 'one', timeoutMs: 10_000 }

  test('that could not take the id over is none', async () => {
    const fake = fakeLibrary()
    fake.transactionError = error(-185)

    await expect(openTransactional(fake.library, options)).rejects.toMatchObject({ code: -185 })
  })

  test.each(['commit', 'abort'] as const)('tells of a %s that librdkafka has confirmed, and of none that it has not', async end => {
    const fake = fakeLibrary()
    const client = await openTransactional(fake.library, options)
    expect(await (await client.begin())[end]()).toEqual({ phase: end === 'commit' ? 'committed' : 'aborted' })
    expect(client.spent()).toBe(false)

    const transaction = await client.begin()
    fake.transactionError = error(-185, 'Local: Timed out')
    expect(await transaction[end]()).toEqual({ phase: 'indeterminate', error: 'Local: Timed out (-185)' })
    expect(client.spent()).toBe(true)
    await expect(client.begin()).rejects.toThrow('begins no transaction')
  })

  test.each([['that nobody knows of', -192, 'indeterminate'], ['that was refused', 10, 'rejected']] as const)('is spent after a send %s', async (_, code, kind) => {
    const fake = fakeLibrary()
    const client = await openTransactional(fake.library, options)
    const transaction = await client.begin()
    const sending = transaction.send({ topic: 'orders', partition: 0, values: [Buffer.from('a')] })
    if (kind === 'rejected') for (const line of [begun(), failed(refusals.MESSAGE_TOO_LARGE.words)]) fake.log(line)
    fake.report(error(code), -1)

    expect((await sending).kind).toBe(kind)
    expect(client.spent()).toBe(true)
  })
})

test('of the errors of a commit in a transaction, only the coordinator\'s answer that the member was replaced is a refusal', () => {
  expect([22, 25, 82, 110, 113].map(code => replacementBy({ code }))).toEqual([
    'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID', 'FENCED_MEMBER_EPOCH', 'STALE_MEMBER_EPOCH'
  ])
  expect([-185, 14, 16, 51].map(code => replacementBy({ code }))).toEqual([undefined, undefined, undefined, undefined])
})
