/** What people are told of a node that ended before the cluster was ready. */
import { expect, test } from 'vitest'
import { wordsOf } from '../../harness/run/ready.ts'

const error = '2026-11-22 05:38:03.634 ERROR Unable to start acceptor for CONTAINER (DataPlaneAcceptor)'
const exception = 'org.apache.kafka.common.KafkaException: Socket server failed to bind to 0.0.0.0:59092: Address already in use.'
const information = Array.from({ length: 20 }, (_, index) => `2026-11-22 05:38:04.100 INFO  step ${index} of the shutdown (Kafka)`)

test('the errors of a log that goes on for long after them, each with its exception, and without where in the code it came up', () => {
  expect(wordsOf([error, exception, '\tat kafka.network.Acceptor.start(SocketServer.scala:511)', ...information].join('\n'))).toEqual(['Its errors:', error, exception])
})

test('the last lines of a log without an error', () => {
  const words = wordsOf(`${information.join('\n')}\n`)

  expect(words).toHaveLength(16)
  expect(words.slice(0, 2)).toEqual(['Its last lines:', information[5]])
})

test('nothing of an empty log', () => {
  expect(wordsOf('')).toEqual([])
})
