/**
 * What a topic promises in a run whose faults change its settings: the least that it promised at any time. A history has one contract for each
 * topic, and nothing that has an innocent explanation may be called a violation.
 *
 * Example: min ISR 2, and a fault that sets `min.insync.replicas` to 1 for ten seconds: the topic is judged as one of min ISR 1.
 */
import type { Imposed } from '../model/fault.ts'
import type { TopicLine } from '../model/history.ts'
import type { Configuration } from '../model/metadata.ts'

export const weakestContract = (line: TopicLine, imposed: readonly Imposed[]): TopicLine =>
  imposed.filter(({ topic }) => topic === line.topic).reduce((weakest, { config }) => weakenedBy(weakest, config), line)

const weakenedBy = (line: TopicLine, config: Configuration): TopicLine => {
  const policy = config['cleanup.policy']
  const flush = config['flush.messages']
  // What is no number, Kafka refuses.
  const minInsync = Number(config['min.insync.replicas'])

  return {
    ...line,
    ...Number.isInteger(minInsync) ? { minInsyncReplicas: Math.min(line.minInsyncReplicas ?? 1, minInsync) } : {},
    uncleanLeaderElection: line.uncleanLeaderElection === true || config['unclean.leader.election.enable'] === 'true',
    cleanupPolicy: policy?.includes('compact') === true ? policy : line.cleanupPolicy ?? 'delete',
    flushed: line.flushed === true && (flush === undefined || flush === '1')
  }
}

/** For people: which topics are judged by less than the cluster told. */
export const weakenings = (lines: readonly TopicLine[], imposed: readonly Imposed[]): readonly string[] => lines.flatMap(line => {
  const changes = imposed.filter(({ topic, config }) => topic === line.topic && JSON.stringify(weakenedBy(line, config)) !== JSON.stringify(line))
    .flatMap(({ config }) => Object.entries(config).map(([key, value]) => `${key}=${value}`))

  return changes.length === 0 ? [] : [`A fault makes ${line.topic} promise less (${[...new Set(changes)].join(', ')}): it is judged by the least that it promised at any time.`]
})
