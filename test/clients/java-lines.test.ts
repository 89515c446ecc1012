/** What VerifiableProducer's lines mean, and what its exceptions say for certain. The lines are of Kafka 4.3.0, as it printed them. */
import { expect, test } from 'vitest'
import { readProducerLine } from '../../harness/clients/java/lines.ts'
import { failureOf } from '../../harness/clients/java/outcomes.ts'

const once = { idempotent: false, retries: 0 }

test('an acknowledgement has its record\'s text and place', () => {
  expect(readProducerLine('{"timestamp":1795295189890,"name":"producer_send_success","key":null,"value":"2097408.17","offset":41,"partition":2,"topic":"orders"}'))
    .toEqual({ line: 'acknowledged', value: '2097408.17', topic: 'orders', partition: 2, offset: 41 })
})

test('a failure has its record\'s text and the exception\'s name', () => {
  expect(readProducerLine('{"timestamp":1795295191440,"name":"producer_send_error","topic":"t","key":null,"value":"2097408.0",'
    + '"exception":"class org.apache.kafka.common.errors.TimeoutException","message":"Topic t not present in metadata after 1000 ms."}'))
    .toEqual({ line: 'failed', value: '2097408.0', exception: 'TimeoutException', message: 'Topic t not present in metadata after 1000 ms.' })
})

test.each([
  ['{"timestamp":1795295189890,"name":"startup_complete"}', { line: 'other' }],
  ['{"timestamp":1795295193525,"name":"tool_data","sent":3,"acked":0,"target_throughput":-1,"avg_throughput":0.0}', { line: 'other' }],
  ['{"name":"ended","exitCode":143}', { line: 'ended', exitCode: 143 }]
])('%s tells of no record', (text, line) => {
  expect(readProducerLine(text)).toEqual(line)
})

test.each([
  'Exception in thread "main" java.lang.OutOfMemoryError',
  '{"name":"producer_send_success","value":"2097408.17","offset":41}',
  '{"name":"producer_send_success","value":"2097408.17","offset":"41","partition":2,"topic":"orders"}',
  '{"name":"producer_send_success","value":null,"offset":41,"partition":2,"topic":"orders"}',
  '{"name":"producer_send_error","value":"2097408.17"}',
  '{"name":"producer_send_suc'
])('%s acknowledges nothing', text => {
  expect(readProducerLine(text)).toBeUndefined()
})

test('a refusal before anything was appended is definite where the producer tried once', () => {
  expect(failureOf('NotEnoughReplicasException', once)).toEqual({ kind: 'rejected', error: 'NOT_ENOUGH_REPLICAS' })
})

test('a record that never came into the buffer is rejected, however often the producer tries what did', () => {
  for (const options of [once, { idempotent: true, retries: undefined }, { idempotent: false, retries: 5 }]) {
    expect(failureOf('BufferExhaustedException', options)).toEqual({ kind: 'rejected', error: 'BufferExhaustedException' })
  }
})

test.each([
  ['of a producer that tries again', { idempotent: false, retries: 5 }],
  ['of one that tries again by default', { idempotent: false, retries: undefined }],
  ['of an idempotent one', { idempotent: true, retries: undefined }]
])('the same refusal %s is its last try\'s alone', (_, options) => {
  expect(failureOf('NotEnoughReplicasException', options)).toEqual({ kind: 'indeterminate', error: 'NOT_ENOUGH_REPLICAS' })
})

test.each(['NotEnoughReplicasAfterAppendException', 'TimeoutException', 'NetworkException', 'NotLeaderOrFollowerException', 'KafkaException', 'SomethingNewException', 'toString'])('%s is indeterminate', exception => {
  expect(failureOf(exception, once)).toEqual({ kind: 'indeterminate', error: exception })
})
