/**
 * `@platformatic/kafka` 2.12, configured so that its defaults cannot be mistaken for Kafka's behaviour: it waits 30 s for an answer
 * and asks for new metadata every 5 s, so that a moved leader would be read as an outage.
 */
import type { BaseOptions } from '@platformatic/kafka'

export const platformaticVersion = '2.12.1'

/** Without end, as the library writes it. */
export const endless = Number.MAX_SAFE_INTEGER

export const baseOptions = ({ clientId, bootstrap }: { readonly clientId: string, readonly bootstrap: readonly string[] }): BaseOptions & { readonly requestTimeout: number } => ({
  clientId,
  bootstrapBrokers: [...bootstrap],
  connectTimeout: 2000,
  requestTimeout: 5000,
  timeout: 5000,
  metadataMaxAge: 500,
  retryDelay: 200,
  autocreateTopics: false
})
