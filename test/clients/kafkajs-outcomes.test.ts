/**
 * The table from kafkajs's errors to outcomes. kafkajs's own list of errors is read here (and nowhere else), so that a new
 * version with other words or codes fails a test instead of turning refusals into lies.
 */
import { createRequire } from 'node:module'
import { KafkaJSError } from 'kafkajs'
import { expect, test } from 'vitest'
import { isRetriable, outcomeOfCommit, outcomeOfTry, refusals } from '../../harness/clients/kafkajs/outcomes.ts'

interface KnownError { readonly type: string, readonly code: number, readonly message: string }

const require = createRequire(import.meta.url)
const protocol = require('kafkajs/src/protocol/error') as { readonly errorCodes: readonly KnownError[], readonly createErrorFromCode: (code: number) => Error }
const errors = require('kafkajs/src/errors') as Readonly<Record<string, new (...fields: readonly unknown[]) => Error>>

const make = (name: string, ...fields: readonly unknown[]): Error => {
  const Kind = errors[name]
  if (Kind === undefined) throw new Error(`kafkajs has no ${name}.`)

  return new Kind(...fields)
}
const answered = (type: string): Error => protocol.createErrorFromCode(protocol.errorCodes.find(error => error.type === type)?.code ?? Number.NaN)

test.each(Object.entries(refusals))('%s is a refusal, in kafkajs\'s own words', (type, words) => {
  expect(protocol.errorCodes.find(error => error.type === type)?.message).toBe(words)
  expect(outcomeOfTry(answered(type))).toEqual({ error: type, definite: true })
})

const known = protocol.errorCodes.map(({ type }) => type).filter(type => !(type in refusals))

test.each(known)('%s leaves the fate of the record open', type => {
  expect(outcomeOfTry(answered(type)).definite).toBe(false)
})

test('the answers that a broker also gives after it has appended are not in the table', () => {
  expect(known).toEqual(expect.arrayContaining([
    'REQUEST_TIMED_OUT', 'NOT_LEADER_FOR_PARTITION', 'UNKNOWN_TOPIC_OR_PARTITION', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
    'OUT_OF_ORDER_SEQUENCE_NUMBER', 'DUPLICATE_SEQUENCE_NUMBER', 'KAFKA_STORAGE_ERROR'
  ]))
})

test.each([
  ['a refused connection', make('KafkaJSConnectionError', 'Connection error: connect ECONNREFUSED', { broker: 'b', code: 'ECONNREFUSED' }), 'ECONNREFUSED', true],
  ['a reset connection', make('KafkaJSConnectionError', 'Connection error: read ECONNRESET', { broker: 'b', code: 'ECONNRESET' }), 'ECONNRESET', false],
  ['a connection that timed out', make('KafkaJSConnectionError', 'Connection timeout', { broker: 'b' }), 'KafkaJSConnectionError', false],
  ['a closed connection', make('KafkaJSConnectionClosedError', 'Closed connection', { host: 'h', port: 1 }), 'KafkaJSConnectionClosedError', false],
  ['a request that timed out', make('KafkaJSRequestTimeoutError', 'timed out', {}), 'KafkaJSRequestTimeoutError', false],
  ['an error that is not kafkajs\'s', new TypeError('oops'), 'TypeError', false],
  ['no error at all', 'oops', 'UNKNOWN', false]
])('%s', (_what, error, name, definite) => {
  expect(outcomeOfTry(error)).toEqual({ error: name, definite })
})

test('what ended the last try counts, not what kafkajs wrapped it in', () => {
  const wrapped = make('KafkaJSNumberOfRetriesExceeded', answered('NOT_ENOUGH_REPLICAS'), { retryCount: 0, retryTime: 100 })

  expect(wrapped).toBeInstanceOf(KafkaJSError)
  expect(outcomeOfTry(wrapped)).toEqual({ error: 'NOT_ENOUGH_REPLICAS', definite: true })
  expect(isRetriable(wrapped)).toBe(true)
  expect(isRetriable(answered('MESSAGE_TOO_LARGE'))).toBe(false)
  expect(isRetriable(new TypeError('oops'))).toBe(false)
})

test.each([
  ['ILLEGAL_GENERATION', 'rejected'], ['UNKNOWN_MEMBER_ID', 'rejected'], ['REBALANCE_IN_PROGRESS', 'rejected'],
  ['NOT_COORDINATOR_FOR_GROUP', 'indeterminate'], ['GROUP_COORDINATOR_NOT_AVAILABLE', 'indeterminate'], ['REQUEST_TIMED_OUT', 'indeterminate']
])('a commit answered with %s is %s', (type, outcome) => {
  expect(outcomeOfCommit(answered(type))).toEqual({ error: type, outcome })
})

test('a commit without an answer is indeterminate', () => {
  expect(outcomeOfCommit(make('KafkaJSRequestTimeoutError', 'timed out', {})).outcome).toBe('indeterminate')
})
