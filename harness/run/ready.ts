/** Waits until Kafka itself says that the cluster is ready; a node that has ended meanwhile is told with its last words. */
import type { ProvidedCluster } from '../cluster/provider.ts'
import { InfrastructureError, messageOf } from '../model/errors.ts'
import type { Metadata } from '../model/metadata.ts'
import { untilNothingIsMissing } from './waiting.ts'

const deadlineMs = 60_000
const lastWords = 15

export const brokerIds = (cluster: Pick<ProvidedCluster, 'nodes'>): readonly number[] =>
  cluster.nodes.filter(node => node.roles.includes('broker')).map(node => node.id)

export const untilReady = async (cluster: ProvidedCluster, metadata: Metadata, signal: AbortSignal): Promise<void> => {
  try {
    await untilNothingIsMissing(async () => {
      await refuseDeadNodes(cluster)
      const live = await metadata.liveBrokers()
      const absent = brokerIds(cluster).filter(id => !live.includes(id))
      if (absent.length > 0) return `broker ${absent.join(', ')}`

      return await metadata.controller() === undefined ? 'an active controller' : undefined
    }, { what: 'the cluster to be ready', deadlineMs, everyMs: 100, signal })
  } catch (error) {
    if (error instanceof InfrastructureError || signal.aborted) throw error
    const [first] = cluster.nodes
    throw didNotStart(messageOf(error), await first?.log({ last: lastWords }).catch(() => ''))
  }
}

const refuseDeadNodes = async (cluster: ProvidedCluster): Promise<void> => {
  for (const node of cluster.nodes) {
    const { status, exitCode } = await node.state()
    if (status === 'exited') throw didNotStart(`Node ${node.id} ended with exit code ${exitCode}.`, await node.log({ last: lastWords }))
  }
}

const didNotStart = (happened: string, log: string | undefined): InfrastructureError => new InfrastructureError({
  happened: `The cluster did not start. ${happened}${log ? `\nIts last lines:\n${log.trimEnd()}` : ''}`,
  next: 'Look for the reason in these lines; --broker-config and the experiment\'s own configuration are the usual suspects. The whole logs are in the run\'s folder.'
})
