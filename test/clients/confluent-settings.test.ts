/** What librdkafka is told of a group member and of a producer: only what was asked for, as some settings exclude each other. */
import { expect, test } from 'vitest'
import { consumerSettings, producerSettings } from '../../harness/clients/confluent/settings.ts'
import type { MemberOptions, ProducerOptions } from '../../harness/clients/driver.ts'

const options: MemberOptions = {
  clientId: 'c1', bootstrap: ['127.0.0.1:9092'], group: 'billing', topics: ['orders'], sessionTimeoutMs: 6000, rebalanceProtocol: 'classic', isolation: 'read_uncommitted',
  autoCommitIntervalMs: undefined
}
const told = (more: Partial<MemberOptions> = {}) => {
  const settings = consumerSettings({ ...options, ...more })

  return ['group.protocol', 'partition.assignment.strategy', 'group.instance.id', 'session.timeout.ms'].map(key => settings[key])
}

test('a member is dynamic, and gives all up at a rebalance, unless that is asked otherwise', () => {
  expect(told()).toEqual(['classic', 'range', undefined, 6000])
  expect(told({ rebalancing: 'eager' })).toEqual(['classic', 'range', undefined, 6000])
  expect(told({ rebalancing: 'cooperative', groupInstanceId: 'c1' })).toEqual(['classic', 'cooperative-sticky', 'c1', 6000])
})

test('where the coordinator assigns, a member has neither a strategy nor a session of its own, which librdkafka would refuse', () => {
  expect(told({ rebalanceProtocol: 'consumer', groupInstanceId: 'c1' })).toEqual(['consumer', undefined, 'c1', undefined])
})

test('a member resets to the earliest offset unless told otherwise, and where it is not to reset librdkafka is to fail', () => {
  const resets = ([undefined, 'earliest', 'latest', 'none'] as const).map(reset => consumerSettings({ ...options, ...reset === undefined ? {} : { reset } })['auto.offset.reset'])

  expect(resets).toEqual(['earliest', 'earliest', 'latest', 'error'])
})

test('a buffer that can be full holds so many records, and each for so long; otherwise a record may wait as long as its tries take', () => {
  const plain = { clientId: 'p', bootstrap: ['127.0.0.1:9092'], acks: 'all', idempotent: false, retries: undefined } as const
  const told = (more: Partial<ProducerOptions>) => {
    const settings = producerSettings({ ...plain, ...more })

    return ['queue.buffering.max.messages', 'message.timeout.ms'].map(key => settings[key])
  }

  expect(told({ buffer: { records: 500, deliveryTimeoutMs: 4000 } })).toEqual([500, 4000])
  expect(told({})).toEqual([undefined, 30_000])
  expect(told({ idempotent: true })).toEqual([undefined, 0])
})
