/**
 * Servers beside the cluster, each in a container of its own on the edge network, with a port published on loopback. No fault acts on
 * them, so that nothing is between them and the applications. They write to memory alone: the machine's death is none of a run's faults.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InfrastructureError, messageOf } from '../../model/errors.ts'
import { serviceNames, type ServiceAddress, type ServiceAddresses, type ServiceName } from '../../model/service.ts'
import type { Provider } from '../provider.ts'
import { logOf } from './container-log.ts'
import { startContainer } from './containers.ts'
import { ensureServiceImage, serviceImages } from './images.ts'
import type { Labels } from './labels.ts'
import { connectRuntime, type Runtime } from './runtime.ts'

interface ServicePlan {
  readonly port: number
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

const plans: Readonly<Record<ServiceName, ServicePlan>> = {
  postgresql: {
    port: 5432, command: ['postgres', '-c', 'fsync=off', '-c', 'jit=off', '-c', 'max_connections=200'], environment: { POSTGRES_HOST_AUTH_METHOD: 'trust' }
  },
  redis: { port: 6379, command: ['redis-server', '--save', '', '--appendonly', 'no', '--protected-mode', 'no'], environment: {} }
}

export const serviceContainer = (run: string, service: ServiceName): string => `ackproof-${run}-${service}`

interface Starting {
  readonly run: string
  readonly services: readonly ServiceName[]
  readonly network: string
  readonly labels: Labels
}

/** Returns when their processes run; whether they answer is asked in their own language, by `run/`. */
export const startServices = async (runtime: Runtime, { run, services, network, labels }: Starting): Promise<ServiceAddresses> => {
  const started: (readonly [ServiceName, ServiceAddress])[] = []
  for (const service of services) {
    const { port, command, environment } = plans[service]
    const container = await startContainer(runtime.docker, {
      image: serviceImages[service].image, name: serviceContainer(run, service), labels, memberships: [{ network, aliases: [service] }],
      ports: [port], loopbackOnly: true, command, environment
    })
    started.push([service, { host: runtime.host, port: container.getMappedPort(port) }])
  }

  return Object.fromEntries(started)
}

export const saveServiceLogs = async ({ docker }: Runtime, { run, services }: { readonly run: string, readonly services: ServiceAddresses }, folder: string): Promise<void> => {
  for (const service of serviceNames.filter(name => services[name] !== undefined)) {
    const log = await logOf(docker, serviceContainer(run, service), { last: 10_000 }).catch((error: unknown) => `The log could not be read: ${messageOf(error)}\n`)
    await writeFile(join(folder, `${service}.log`), log)
  }
}

/** Why these servers cannot be started here, a sentence each; gets their images where they are missing. */
export const whyNoServices: Provider['whyNoServices'] = async (services, signal) => {
  if (services.length === 0) return []
  const { docker, local } = await connectRuntime()
  // They ask nobody for a password: a port of another machine is open to whoever reaches it, and so is the evidence.
  if (!local) return services.map(service => `${service}: the engine is on another machine, where its port would be open to everybody`)
  const reasons: string[] = []
  for (const service of services) {
    try {
      await ensureServiceImage(docker, service, signal)
    } catch (error) {
      if (!(error instanceof InfrastructureError)) throw error
      reasons.push(`${service}: ${error.message.trim().split('\n').map(line => line.trim()).join(' ')}`)
    }
  }

  return reasons
}
