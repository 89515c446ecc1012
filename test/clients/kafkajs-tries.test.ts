/** What kafkajs's log proves about the single tries of one send, and what it does not. */
import { logLevel, type LogEntry } from 'kafkajs'
import { expect, test } from 'vitest'
import { acknowledgementOf } from '../../harness/clients/kafkajs/producer.ts'
import { watchTries } from '../../harness/clients/kafkajs/tries.ts'

const refusal = 'Messages are rejected since there are fewer in-sync replicas than required'
const entry = (message: string, retryCount?: number, namespace = 'Producer'): LogEntry =>
  ({ namespace, level: logLevel.ERROR, label: 'ERROR', log: { timestamp: '', message, logger: 'kafkajs', retryCount } })

const provesRefusal = (...entries: readonly LogEntry[]): boolean => {
  const tries = watchTries()
  tries.begin()
  for (const one of entries) tries.hear(one)

  return tries.allRefused()
}

test('every try refused: the send is refused', () => {
  expect(provesRefusal(entry(`Failed to send messages: ${refusal}`, 0), entry(`Failed to send messages: ${refusal}`, 1))).toBe(true)
  expect(provesRefusal(entry('Failed to send messages: Connection error: connect ECONNREFUSED 127.0.0.1:9092', 0), entry(refusal, 1))).toBe(true)
})

test('one try that timed out may have landed', () => {
  expect(provesRefusal(entry('Request Produce(key: 0, version: 7) timed out', 0), entry(refusal, 1))).toBe(false)
})

test('a try that the log does not mention may have landed', () => {
  expect(provesRefusal(entry(refusal, 1))).toBe(false)
  expect(provesRefusal()).toBe(false)
})

test('lines of other parts of kafkajs prove nothing', () => {
  expect(provesRefusal(entry(refusal, undefined, 'Connection'), entry(refusal, 0, 'Cluster'))).toBe(false)
})

test('the tries of an earlier send are forgotten', () => {
  const tries = watchTries()
  tries.hear(entry(refusal, 0))
  tries.begin()

  expect(tries.allRefused()).toBe(false)
})

const answer = { topicName: 'orders', partition: 1, errorCode: 0, baseOffset: '41' }

test('only the answer for the own partition, with error code 0, acknowledges (kafkajs issue 1303)', () => {
  expect(acknowledgementOf([{ ...answer, partition: 0, baseOffset: '7' }, answer], 'orders', 1)).toEqual({ kind: 'acknowledged', baseOffset: 41 })
  expect(acknowledgementOf([{ ...answer, partition: 0 }], 'orders', 1)).toMatchObject({ kind: 'indeterminate', error: 'NO_ANSWER_FOR_ITS_PARTITION' })
  expect(acknowledgementOf([{ ...answer, topicName: 'payments' }], 'orders', 1)).toMatchObject({ kind: 'indeterminate' })
  expect(acknowledgementOf([{ ...answer, errorCode: 6 }], 'orders', 1)).toMatchObject({ kind: 'indeterminate', error: 'ERROR_CODE_6' })
  expect(acknowledgementOf([], 'orders', 1)).toMatchObject({ kind: 'indeterminate' })
})

test('an acknowledgement without an offset is one', () => {
  expect(acknowledgementOf([{ ...answer, baseOffset: '-1' }], 'orders', 1)).toEqual({ kind: 'acknowledged', baseOffset: undefined })
})
