/**
 * A client in a container of a Kafka image. It uses the machine's own network, so that it reaches brokers where clients on this machine
 * do: through Toxiproxy's published ports, by the links of its role. It bears the run's labels, and goes with the run.
 */
import { readFile } from 'node:fs/promises'
import { projectFile } from '../project-file.ts'
import { kafkaImage } from './images.ts'
import { ownerLabel, runLabel } from './labels.ts'
import { unframed } from './output.ts'
import { connectRuntime } from './runtime.ts'

export interface ClientContainerPlan {
  readonly run: string
  /** The harness, which may be another process than this one. */
  readonly owner: string
  /** The client's name and incarnation: `p1.2`. */
  readonly name: string
  readonly kafkaVersion: string
  /** Of `docker/run-client.sh`. */
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

export interface ClientContainerEars {
  readonly output: (bytes: Buffer) => void
  readonly errors: (bytes: Buffer) => void
  readonly ended: (why: string) => void
}

export interface ClientContainer {
  readonly write: (text: string) => void
  /** One that has ended gets none. */
  readonly signal: (signal: 'SIGTERM' | 'SIGUSR1' | 'SIGKILL') => Promise<void>
  readonly ended: Promise<void>
}

const standardOutput = 1

export const startClientContainer = async (plan: ClientContainerPlan, ears: ClientContainerEars): Promise<ClientContainer> => {
  const { docker } = await connectRuntime()
  const container = await docker.createContainer({
    name: `ackproof-${plan.run}-${plan.name}`,
    Image: kafkaImage(plan.kafkaVersion),
    Entrypoint: ['/bin/bash'],
    Cmd: ['-c', await readFile(projectFile('docker/run-client.sh'), 'utf8'), 'run-client.sh', ...plan.arguments],
    Env: Object.entries(plan.environment).map(([name, value]) => `${name}=${value}`),
    Labels: { [runLabel]: plan.run, [ownerLabel]: plan.owner },
    OpenStdin: true,
    // Its standard input ends with the process that attached it: a client outlives nobody.
    StdinOnce: true,
    HostConfig: { NetworkMode: 'host', AutoRemove: true }
  })
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true })
  // It may end while it is being written to: its end is told below.
  stream.on('error', () => undefined)
  await container.start()

  const listen = async (): Promise<void> => {
    for await (const { number, bytes } of unframed(stream as AsyncIterable<Buffer>)) (number === standardOutput ? ears.output : ears.errors)(bytes)
  }
  const ended = listen().then(() => 'its container ended', (error: unknown) => `its container was lost: ${String(error)}`).then(ears.ended)

  return {
    ended,
    write: text => { if (stream.writable) stream.write(text) },
    signal: async signal => {
      await container.kill({ signal }).catch((error: unknown) => { if (!hasEnded(error)) throw error })
    }
  }
}

/** Docker answers 404 for a container that is gone, and 409 for one that does not run. */
const hasEnded = (error: unknown): boolean => error instanceof Error && 'statusCode' in error && (error.statusCode === 404 || error.statusCode === 409)
