/**
 * librdkafka's settings, such that its defaults cannot be mistaken for Kafka's behaviour: it backs off for up to 10 s before it connects
 * again, waits 30 s for a connection and a minute for an answer, so that a moved leader would be read as an outage.
 */
import type { MemberOptions, ProducerOptions, TransactionalOptions } from '../driver.ts'
import type { Settings } from './library.ts'

const requestTimeoutMs = 5000
/** Longer than a broker may wait for its followers: its answer is still to be heard. */
const socketTimeoutMs = 6000
const defaultRetries = 5
const mostRetries = 2_147_483_647

const sharedSettings = ({ clientId, bootstrap }: { readonly clientId: string, readonly bootstrap: readonly string[] }): Settings => ({
  'client.id': clientId,
  'metadata.broker.list': bootstrap.join(','),
  'broker.address.family': 'v4',
  'socket.connection.setup.timeout.ms': 2000,
  'socket.timeout.ms': socketTimeoutMs,
  'reconnect.backoff.ms': 100,
  'reconnect.backoff.max.ms': 500,
  'retry.backoff.ms': 100,
  'retry.backoff.max.ms': 500,
  'topic.metadata.propagation.max.ms': 5000,
  'enable.metrics.push': false
})

export const producerSettings = (options: ProducerOptions): Settings => ({
  ...sharedSettings(options),
  'acks': options.acks === 'all' ? -1 : Number(options.acks),
  'enable.idempotence': options.idempotent,
  'max.in.flight.requests.per.connection': 5,
  'request.timeout.ms': requestTimeoutMs,
  // Whether a record is too large is for the broker to say.
  'message.max.bytes': 100_000_000,
  'message.send.max.retries': options.retries ?? (options.idempotent ? mostRetries : defaultRetries),
  ...options.buffer !== undefined && { 'queue.buffering.max.messages': options.buffer.records },
  // 0: without end.
  'message.timeout.ms': options.buffer?.deliveryTimeoutMs ?? (options.idempotent && options.retries === undefined ? 0 : ((options.retries ?? defaultRetries) + 1) * requestTimeoutMs),
  'dr_cb': true,
  // The only place where it tells of single tries: see `tries.ts`.
  'debug': 'msg'
})

export const transactionalSettings = ({ transactionalId, timeoutMs, ...options }: TransactionalOptions): Settings => ({
  ...producerSettings({ ...options, acks: 'all', idempotent: true, retries: undefined }),
  'transactional.id': transactionalId,
  'transaction.timeout.ms': timeoutMs,
  // librdkafka demands that neither a record nor a request outlives its transaction.
  'message.timeout.ms': timeoutMs,
  'socket.timeout.ms': Math.min(socketTimeoutMs, timeoutMs),
  'request.timeout.ms': Math.min(requestTimeoutMs, timeoutMs)
})

/** What librdkafka calls them. */
const resets = { earliest: 'earliest', latest: 'latest', none: 'error' } as const

export const consumerSettings = (options: MemberOptions): Settings => ({
  ...sharedSettings(options),
  'group.id': options.group,
  'auto.offset.reset': resets[options.reset ?? 'earliest'],
  'isolation.level': options.isolation,
  'check.crcs': true,
  'enable.auto.commit': options.autoCommitIntervalMs !== undefined,
  ...options.autoCommitIntervalMs !== undefined && { 'auto.commit.interval.ms': options.autoCommitIntervalMs },
  // Only what was worked on is to be committed.
  'enable.auto.offset.store': false,
  'max.poll.interval.ms': Math.max(options.sessionTimeoutMs, 60_000),
  ...options.groupInstanceId !== undefined && { 'group.instance.id': options.groupInstanceId },
  ...options.rebalanceProtocol === 'consumer'
    ? { 'group.protocol': 'consumer' }
    : {
      'group.protocol': 'classic', 'partition.assignment.strategy': options.rebalancing === 'cooperative' ? 'cooperative-sticky' : 'range',
      'session.timeout.ms': options.sessionTimeoutMs,
      'heartbeat.interval.ms': Math.max(200, Math.floor(options.sessionTimeoutMs / 10))
    }
})
