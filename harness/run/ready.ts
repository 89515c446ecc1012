/** Waits until Kafka itself says that the cluster is ready; a node that has ended meanwhile is told with its last words. */
import type { ProvidedCluster } from '../cluster/provider.ts'
import { InfrastructureError, messageOf } from '../model/errors.ts'
import type { Metadata } from '../model/metadata.ts'
import { untilNothingIsMissing } from './waiting.ts'

const deadlineMs = 60_000
const searchedLines = 1000
const mostErrors = 4
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
    throw didNotStart(messageOf(error), await first?.log({ last: searchedLines }).catch(() => ''))
  }
}

const refuseDeadNodes = async (cluster: ProvidedCluster): Promise<void> => {
  for (const node of cluster.nodes) {
    const { status, exitCode } = await node.state()
    if (status === 'exited') throw didNotStart(`Node ${node.id} ended with exit code ${exitCode}.`, await node.log({ last: searchedLines }))
  }
}

const didNotStart = (happened: string, log = ''): InfrastructureError => new InfrastructureError({
  happened: `The cluster did not start. ${[happened, ...wordsOf(log)].join('\n')}`,
  next: 'Look for the reason in these lines; --broker-config and the experiment\'s own configuration are the usual suspects. The whole logs are in the run\'s folder.'
})

/** The first errors, and what Java says was wrong with each; where there are none, the last lines. */
export const wordsOf = (log: string): readonly string[] => {
  const lines = log.split('\n').map(line => line.trimEnd()).filter(line => line !== '')
  const errors = lines.flatMap((line, index) => isError(line) ? [line, ...exceptionAfter(lines, index)] : [])
  if (errors.length > 0) return ['Its errors:', ...errors.slice(0, mostErrors)]

  return lines.length === 0 ? [] : ['Its last lines:', ...lines.slice(-lastWords)]
}

const isError = (line: string): boolean => / (?:ERROR|FATAL) /.test(line)

const exceptionAfter = (lines: readonly string[], index: number): readonly string[] => {
  const next = lines[index + 1] ?? ''

  return /^[\w.$]+(?:Exception|Error)\b/.test(next) ? [next] : []
}
