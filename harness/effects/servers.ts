/** Asks a server beside the cluster, in its own language, what it is. */
import type { ServiceAddress, ServiceName } from '../model/service.ts'

/** `PostgreSQL 15.18`. Rejects where it does not answer. */
export const versionOf = async (service: ServiceName, address: ServiceAddress): Promise<string> => {
  switch (service) {
    case 'postgresql': return (await import('./postgresql.ts')).postgresqlVersion(address)
    case 'redis': return (await import('./redis.ts')).redisVersion(address)
  }
}
