/** The driver of `@platformatic/kafka`: both rebalance protocols; its automatic commits pass what it has fetched, not what was worked on. */
import type { Driver } from '../driver.ts'
import { platformaticVersion } from './client.ts'
import { openMember } from './member.ts'
import { openProducer } from './producer.ts'
import { openUnguarded } from './unguarded.ts'

export const platformatic: Driver = {
  name: 'platformatic',
  version: platformaticVersion,
  capabilities: {
    // With the protocol `consumer` it leaves for good where a static member would say that it comes back.
    inFlightWhenIdempotent: 1, rebalanceProtocols: ['classic', 'consumer'], staticMembership: ['classic'], checksChecksums: false, asyncCommits: true, unguarded: true,
    resets: ['earliest', 'latest', 'none']
  },
  cannot: plan => plan.kind === 'producer' && plan.idempotent && plan.retries !== undefined && plan.retries <= 1
    ? ['it turns one retry, or none, of an idempotent producer into retries without end']
    : [],
  openProducer,
  openUnguarded,
  openMember
}
