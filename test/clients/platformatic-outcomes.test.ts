/** What the errors of `@platformatic/kafka` say about a record: the library's own error classes, as it builds them. */
import { MultipleErrors, NetworkError, ProtocolError, ResponseError, TimeoutError, UserError } from '@platformatic/kafka'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { kafkajsVersion } from '../../harness/clients/kafkajs/client.ts'
import { platformaticVersion } from '../../harness/clients/platformatic/client.ts'
import { isRetriable, outcomeOfCommit, outcomeOfTry } from '../../harness/clients/platformatic/outcomes.ts'
import { acknowledgementOf, watchTries } from '../../harness/clients/platformatic/producer.ts'
import { refusedBeforeAppend } from '../../harness/clients/refusals.ts'

/** What a broker answered for the only partition of a request. */
const answered = (error: string): Error => {
  const { apiCode } = new ProtocolError(error) as unknown as { readonly apiCode: number }

  return new MultipleErrors('Producing messages failed.', [new ResponseError(0, 11, { '/responses/0/partition_responses/0': [apiCode, null] }, {})])
}
const because = (code: string): Error => new NetworkError('Connection to 127.0.0.1:9092 failed.', { cause: Object.assign(new Error(code), { code }) })
const timedOut = (): Error => new TimeoutError('Request timed out', { canRetry: true })

describe('an error that ended a try', () => {
  test.each(refusedBeforeAppend)('%s is definite: the broker refused before it appended', error => {
    expect(outcomeOfTry(answered(error))).toEqual({ error, definite: true })
  })

  test.each([
    'NOT_LEADER_OR_FOLLOWER', 'UNKNOWN_TOPIC_OR_PARTITION', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'REQUEST_TIMED_OUT', 'OUT_OF_ORDER_SEQUENCE_NUMBER',
    'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH', 'KAFKA_STORAGE_ERROR', 'UNKNOWN_SERVER_ERROR', 'LEADER_NOT_AVAILABLE'
  ])('%s is not: the record may be there', error => {
    expect(outcomeOfTry(answered(error))).toEqual({ error, definite: false })
  })

  test.each([
    ['a connection that was never made', because('ECONNREFUSED'), { error: 'ECONNREFUSED', definite: true }],
    ['a connection that broke', because('ECONNRESET'), { error: 'ECONNRESET', definite: false }],
    ['a closed connection', new NetworkError('Connection closed'), { error: 'PLT_KFK_NETWORK', definite: false }],
    ['a timeout', timedOut(), { error: 'REQUEST_TIMED_OUT_IN_CLIENT', definite: false }],
    ['a topic that the metadata do not know', new UserError('Unknown topic orders.'), { error: 'UNKNOWN_TOPIC', definite: true }],
    ['a client that was closed', new UserError('Client closed while retrying produce.'), { error: 'PLT_KFK_USER', definite: false }],
    ['nobody knows what', new Error('what'), { error: 'Error', definite: false }],
    ['nothing at all', undefined, { error: 'UNKNOWN', definite: false }],
    ['a tree without leaves', new MultipleErrors('produce failed.', []), { error: 'PLT_KFK_MULTIPLE', definite: false }]
  ])('%s', (_, error, outcome) => {
    expect(outcomeOfTry(error)).toEqual(outcome)
  })

  test('a timeout, then a refusal: nobody knows', () => {
    expect(outcomeOfTry(new MultipleErrors('produce failed 2 times.', [timedOut(), answered('MESSAGE_TOO_LARGE')]))).toEqual({ error: 'MESSAGE_TOO_LARGE', definite: false })
  })

  test('is tried again where the library would', () => {
    expect([answered('NOT_LEADER_OR_FOLLOWER'), because('ECONNRESET'), timedOut(), answered('MESSAGE_TOO_LARGE'), new UserError('Unknown topic orders.')].map(isRetriable))
      .toEqual([true, true, true, false, false])
  })
})

describe('the tries of an idempotent send', () => {
  const triesOf = (begun: number, ...errors: readonly Error[]) => {
    const tries = watchTries()
    for (let number = 0; number < begun; number += 1) tries.begun()
    for (const error of errors) tries.failed(error)

    return tries
  }

  test('are all refused if each was heard to be', () => {
    expect(triesOf(2, answered('NOT_ENOUGH_REPLICAS'), answered('MESSAGE_TOO_LARGE')).allRefused()).toBe(true)
    expect(triesOf(0, new UserError('Unknown topic orders.')).allRefused()).toBe(true)
  })

  test('are not if one timed out, or was not heard of', () => {
    expect(triesOf(2, timedOut(), answered('MESSAGE_TOO_LARGE')).allRefused()).toBe(false)
    expect(triesOf(2, answered('MESSAGE_TOO_LARGE')).allRefused()).toBe(false)
    expect(triesOf(1).allRefused()).toBe(false)
  })

  test('are those of the present send alone', () => {
    const tries = triesOf(1, timedOut())
    tries.restart()
    tries.begun()
    tries.failed(answered('MESSAGE_TOO_LARGE'))

    expect(tries.allRefused()).toBe(true)
  })
})

describe('an answer', () => {
  const own = { acks: 'all', topic: 'orders', partition: 1 } as const

  test('acknowledges with the own partition\'s offset, and with no other', () => {
    expect(acknowledgementOf({ offsets: [{ topic: 'orders', partition: 0, offset: 3n }, { topic: 'orders', partition: 1, offset: 7n }] }, own)).toEqual({ kind: 'acknowledged', baseOffset: 7 })
    expect(acknowledgementOf({ offsets: [{ topic: 'orders', partition: 0, offset: 3n }] }, own)).toEqual({ kind: 'indeterminate', error: 'NO_ANSWER_FOR_ITS_PARTITION' })
    expect(acknowledgementOf({}, own).kind).toBe('indeterminate')
  })

  test('with acks 0 is the library\'s own success', () => {
    expect(acknowledgementOf({ unwritableNodes: [] }, { ...own, acks: '0' })).toEqual({ kind: 'acknowledged', baseOffset: undefined })
    expect(acknowledgementOf({ unwritableNodes: [1] }, { ...own, acks: '0' }).kind).toBe('indeterminate')
    expect(acknowledgementOf({}, { ...own, acks: '0' }).kind).toBe('indeterminate')
  })
})

describe('a commit', () => {
  test.each(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'STALE_MEMBER_EPOCH', 'FENCED_MEMBER_EPOCH'])('%s was refused', error => {
    expect(outcomeOfCommit(answered(error))).toEqual({ outcome: 'rejected', error })
  })

  test.each([answered('NOT_COORDINATOR'), answered('COORDINATOR_NOT_AVAILABLE'), timedOut(), new Error('what')])('$message: nobody knows', error => {
    expect(outcomeOfCommit(error).outcome).toBe('indeterminate')
  })
})

test('drivers tell the versions that are installed', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> }

  expect([dependencies['kafkajs'], dependencies['@platformatic/kafka']]).toEqual([kafkajsVersion, platformaticVersion])
})
