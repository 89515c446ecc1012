/**
 * The container engine, reached through Testcontainers, and its failures told to a person. A local engine is reached on
 * loopback (where the machine looks like a container to it, Testcontainers would answer the bridge's gateway, where
 * loopback-only ports are not found), and without Ryuk's image the harness cleans up alone.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { getContainerRuntimeClient } from 'testcontainers'
import { InfrastructureError, messageOf } from '../../model/errors.ts'

export type Docker = Awaited<ReturnType<typeof getContainerRuntimeClient>>['container']['dockerode']

export interface Runtime {
  readonly docker: Docker
  /** Where this machine reaches published ports. */
  readonly host: string
  readonly version: string
  /** True: the engine runs on this machine, and ports can be published on loopback alone. */
  readonly local: boolean
}

const answerWithinMs = 5000
const defaultSocket = '/var/run/docker.sock'

export const connectRuntime = async (): Promise<Runtime> => {
  const address = process.env['DOCKER_HOST'] ?? `unix://${defaultSocket}`
  const local = address.startsWith('unix://')
  if (local) process.env['TESTCONTAINERS_HOST_OVERRIDE'] ??= '127.0.0.1'

  try {
    await mustAnswer(address)
    const client = await getContainerRuntimeClient()
    const { dockerode } = client.container
    await disableMissingRyuk(dockerode)

    return {
      docker: dockerode,
      host: client.info.containerRuntime.host,
      version: String(client.info.containerRuntime.serverVersion),
      local
    }
  } catch (error) {
    throw noEngine(address, error)
  }
}

/** Asked of the engine before the first container starts, when Testcontainers would try to pull the image for minutes. */
const disableMissingRyuk = async (docker: Docker): Promise<void> => {
  if (process.env['TESTCONTAINERS_RYUK_DISABLED'] !== undefined) return

  const images = await docker.listImages()
  const present = images.some(image => image.RepoTags?.some(tag => /(^|\/)testcontainers\/ryuk:/.test(tag)) ?? false)
  if (!present) process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
}

/**
 * Connects to the very engine that was asked for. Testcontainers tries others when DOCKER_HOST does not answer, and a run on an
 * engine that nobody named would surprise its user.
 */
const mustAnswer = async (address: string): Promise<void> => {
  const { protocol, pathname, hostname, port } = new URL(address)
  const socket = protocol === 'unix:' ? connect(pathname) : connect(Number(port), hostname)
  socket.setTimeout(answerWithinMs, () => { socket.destroy(new Error(`no answer within ${answerWithinMs / 1000} s`)) })
  try {
    await once(socket, 'connect')
  } finally {
    socket.destroy()
  }
}

const noEngine = (address: string, cause: unknown): InfrastructureError =>
  cause instanceof Error && 'code' in cause && cause.code === 'EACCES'
    ? new InfrastructureError({
      happened: 'The Docker engine does not let this user in.',
      where: address,
      next: 'Add the user to the group `docker` and log in again, or run as root.',
      cause
    })
    : new InfrastructureError({
      happened: `No Docker engine answers (${messageOf(cause)}).`,
      where: address,
      next: 'Start one with `docker/prepare.sh`, or set DOCKER_HOST to one that runs.',
      cause
    })
