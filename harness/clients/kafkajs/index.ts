/** The kafkajs driver: classic rebalance protocol, no checksum verified on reading, one send at a time when idempotent. */
import type { Driver } from '../driver.ts'
import { kafkajsVersion } from './client.ts'
import { openMember } from './member.ts'
import { openProducer } from './producer.ts'

export const kafkajs: Driver = {
  name: 'kafkajs',
  version: kafkajsVersion,
  capabilities: { inFlightWhenIdempotent: 1, rebalanceProtocols: ['classic'], checksChecksums: false },
  openProducer,
  openMember
}
