/** Kafka's Java clients as containers, for the driver `java`: started by a client's own process, marked as the run's and its harness's. */
import type { StartJava } from '../clients/java/container.ts'
import { ownMarks } from './worker-protocol.ts'

export interface JavaPlace {
  readonly run: string
  readonly kafkaVersion: string
}

export const startJavaIn = ({ run, kafkaVersion }: JavaPlace): StartJava => async (name, { tool, arguments: given, configuration, logOf = [] }, { output, ended }) => {
  // Loaded on demand: the members of a group that this driver reads with have no container.
  const { startClientContainer } = await import('../cluster/docker/client-container.ts')
  const container = await startClientContainer({
    run, name, kafkaVersion, owner: ownMarks().owner, arguments: [tool, ...given],
    environment: { CLIENT_CONFIG: Object.entries(configuration).map(([key, value]) => `${key}=${value}`).join('\n'), CLIENT_LOG: logOf.join(' ') }
  }, { output, ended, errors: bytes => { process.stderr.write(bytes) } })

  return {
    ask: () => { container.write('\n') },
    terminate: () => container.signal('SIGTERM'),
    killJava: () => container.signal('SIGUSR1'),
    kill: async () => {
      await container.signal('SIGKILL')
      await container.ended
    }
  }
}
