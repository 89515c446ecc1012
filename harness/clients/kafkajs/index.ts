/** The kafkajs driver: classic rebalance protocol, no checksum verified on reading, one send at a time when idempotent. */
import type { Driver } from '../driver.ts'
import { kafkajsVersion } from './client.ts'
import { openProducer } from './producer.ts'
import { openTransactional } from './transactions.ts'
import { openUnguarded } from './unguarded.ts'

export const kafkajs: Driver = {
  name: 'kafkajs',
  version: kafkajsVersion,
  capabilities: {
    inFlightWhenIdempotent: 1, rebalanceProtocols: ['classic'], checksChecksums: false, asyncCommits: true, unguarded: true, transactions: true, readsCommitted: true,
    resets: ['earliest', 'latest']
  },
  cannot: plan => plan.kind === 'producer' && plan.idempotent && plan.retries === 0 ? ['it refuses to be idempotent without a retry'] : [],
  openProducer,
  openUnguarded,
  openTransactional,
  // Loaded on demand, as it brings a second Kafka library with it: a producer starts the sooner.
  openMember: async (options, listener) => (await import('./member.ts')).openMember(options, listener)
}
