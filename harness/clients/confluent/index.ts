/** The driver of `@confluentinc/kafka-javascript`, which is librdkafka: both rebalance protocols, checksums verified, one send at a time when idempotent. */
import type { Driver } from '../driver.ts'
import { loadLibrary } from './library.ts'
import { openMember } from './member.ts'
import { openProducer } from './producer.ts'
import { openTransactional } from './transactions.ts'

/** Rejects where the library is not installed. */
export const loadConfluent = async (): Promise<Driver> => {
  const { library, version } = await loadLibrary()

  return {
    name: 'confluent',
    version,
    capabilities: {
      inFlightWhenIdempotent: 1, rebalanceProtocols: ['classic', 'consumer'], staticMembership: ['classic', 'consumer'], cooperative: true, checksChecksums: true,
      transactions: true, readsCommitted: true, resets: ['earliest', 'latest', 'none'], buffers: true
    },
    cannot: plan => [
      ...plan.kind === 'producer' && plan.idempotent && plan.retries === 0 ? ['it refuses to be idempotent without a retry'] : [],
      ...plan.kind === 'producer' && plan.idempotent && plan.buffer !== undefined ? ['an idempotent producer has one send at a time here, which fills no buffer'] : []
    ],
    openProducer: options => openProducer(library, options),
    openTransactional: options => openTransactional(library, options),
    openMember: (options, listener) => openMember(library, options, listener)
  }
}
