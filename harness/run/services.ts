/** Waits until each server beside the cluster answers in its own language: a port that is published is open before anybody listens. */
import { versionOf } from '../effects/servers.ts'
import { InfrastructureError, messageOf } from '../model/errors.ts'
import { serviceNames, type ServiceAddresses } from '../model/service.ts'
import { untilNothingIsMissing } from './waiting.ts'

const deadlineMs = 60_000

/** What they say that they are, a few words each: `PostgreSQL 15.18`. */
export const untilServicesAnswer = async (services: ServiceAddresses, signal: AbortSignal): Promise<readonly string[]> => {
  const versions: string[] = []
  for (const service of serviceNames) {
    const address = services[service]
    if (address === undefined) continue
    const answered = async (): Promise<undefined> => {
      versions.push(await versionOf(service, address))

      return undefined
    }
    try {
      await untilNothingIsMissing(answered, { what: `${service} to answer`, deadlineMs, everyMs: 200, signal })
    } catch (error) {
      if (signal.aborted) throw error
      throw new InfrastructureError({ happened: messageOf(error), next: `Look at ${service}.log in the run's folder.`, cause: error })
    }
  }

  return versions
}
