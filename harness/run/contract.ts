/**
 * The contract: what the configuration that is in force promises, read from the running cluster rather than from what was
 * asked for. It decides whether an anomaly is a violation or permitted, and it tells which settings endanger a claim.
 */
import type { TopicLine } from '../model/history.ts'
import type { Imposed } from '../model/fault.ts'
import type { Configuration, Metadata } from '../model/metadata.ts'
import type { ContractReport } from '../model/report.ts'
import type { TopicPlan } from '../model/topic.ts'
import { clientName, type ClientPlan } from '../model/workload.ts'
import { weakenings, weakestContract } from './weakest-contract.ts'

const topicKeys = [
  'min.insync.replicas', 'unclean.leader.election.enable', 'cleanup.policy', 'flush.messages', 'flush.ms', 'retention.ms',
  'message.timestamp.type', 'max.message.bytes'
]
const brokerKeys = [
  'auto.create.topics.enable', 'default.replication.factor', 'min.insync.replicas', 'unclean.leader.election.enable',
  'replica.lag.time.max.ms', 'broker.session.timeout.ms', 'broker.heartbeat.interval.ms', 'log.flush.interval.messages',
  'log.flush.scheduler.interval.ms', 'offsets.topic.replication.factor', 'offsets.topic.num.partitions',
  'transaction.state.log.replication.factor', 'transaction.state.log.min.isr', 'group.initial.rebalance.delay.ms',
  'group.min.session.timeout.ms', 'log.dirs', 'process.roles'
]

export interface ReadContract {
  readonly report: ContractReport
  readonly lines: readonly TopicLine[]
}

export interface ContractQuestion {
  readonly topics: readonly TopicPlan[]
  readonly clients: readonly ClientPlan[]
  /** Whose configuration stands for all brokers'. */
  readonly broker: number
  /** What the run's faults are going to change. */
  readonly imposed: readonly Imposed[]
}

export const readContract = async (metadata: Metadata, { topics, clients, broker, imposed }: ContractQuestion): Promise<ReadContract> => {
  const brokerConfiguration = await metadata.brokerConfiguration(broker)
  const read = await Promise.all(topics.map(async topic => ({ topic, configuration: await metadata.topicConfiguration(topic.name) })))
  const partitions = await metadata.partitions(topics.map(topic => topic.name))
  const told = read.map(({ topic, configuration }): TopicLine => {
    const own = partitions.filter(partition => partition.topic === topic.name)

    return {
      event: 'topic',
      topic: topic.name,
      partitions: own.length,
      replicas: Math.min(...own.map(partition => partition.replicas.length)),
      minInsyncReplicas: Number(configuration['min.insync.replicas']),
      uncleanLeaderElection: configuration['unclean.leader.election.enable'] === 'true',
      cleanupPolicy: configuration['cleanup.policy'] ?? 'delete',
      flushed: configuration['flush.messages'] === '1'
    }
  })
  const lines = told.map(line => weakestContract(line, imposed))

  return {
    lines,
    report: {
      topics: read.map(({ topic, configuration }) => ({ topic: topic.name, configuration: only(configuration, topicKeys) })),
      brokers: only(brokerConfiguration, brokerKeys),
      clients: clients.map(plan => ({ client: clientName(plan), settings: settingsOf(plan) })),
      dangers: [...told.flatMap(topicDangers), ...weakenings(told, imposed), ...clientDangers(clients)]
    }
  }
}

const only = (configuration: Configuration, keys: readonly string[]): Configuration =>
  Object.fromEntries(keys.flatMap(key => configuration[key] === undefined ? [] : [[key, configuration[key]]]))

const settingsOf = (plan: ClientPlan): Configuration => plan.kind === 'producer'
  ? {
    'topic': plan.topic.name,
    'acks': plan.acks,
    'idempotent': String(plan.idempotent),
    'max in flight': String(plan.maxInFlight),
    'retries': plan.retries === undefined ? 'the driver\'s' : String(plan.retries),
    'record bytes': String(plan.recordBytes),
    'batch records': String(plan.batchRecords),
    ...plan.usage === undefined ? {} : { usage: plan.usage },
    ...plan.buffer === undefined ? {} : { 'buffer': `${plan.buffer.records} records`, 'delivery timeout': `${plan.buffer.deliveryTimeoutMs} ms` }
  }
  : {
    'group': plan.group,
    'commits': plan.commits,
    ...plan.commitCalls === undefined ? {} : { 'commit calls': plan.commitCalls },
    'session timeout': `${plan.sessionTimeoutMs} ms`,
    'rebalance protocol': plan.rebalanceProtocol,
    ...plan.rebalancing === undefined ? {} : { rebalancing: plan.rebalancing },
    ...plan.reset === undefined ? {} : { 'offset reset': plan.reset },
    ...plan.membership === 'static' ? { 'group.instance.id': clientName(plan) } : {},
    ...plan.transform === undefined ? {} : { 'writes to': plan.transform.to.name, 'transactional ids': plan.transform.transactionalIds }
  }

const topicDangers = ({ topic, replicas, minInsyncReplicas, uncleanLeaderElection }: TopicLine): readonly string[] => [
  ...replicas === 1 ? [`${topic} has one replica: with its broker, its records are gone.`] : [],
  ...(minInsyncReplicas ?? 1) <= 1 && replicas !== 1 ? [`min.insync.replicas of ${topic} is 1: what only the leader has is acknowledged, and lost with it.`] : [],
  ...uncleanLeaderElection ? [`unclean.leader.election.enable of ${topic} is on: a replica that lacks acknowledged records may lead.`] : []
]

/** One sentence for all clients that share a danger: `p1, p2 and p3 send with acks=1: ...`. */
const clientDangers = (clients: readonly ClientPlan[]): readonly string[] => {
  const dangers = clients.flatMap(plan => dangersOf(plan).map(danger => ({ name: clientName(plan), danger })))

  return [...Map.groupBy(dangers, ({ danger }) => danger)].map(([danger, all]) => `${all.map(({ name }) => name).join(', ')}: ${danger}`)
}

const dangersOf = (plan: ClientPlan): readonly string[] => plan.kind === 'member'
  ? [
    ...plan.commits === 'before-work' ? ['commits before the work, so that what is not done at a death is skipped.'] : [],
    ...plan.reset === 'latest' ? ['resets to latest, so that what the log has is passed over where the group has no commit, or one that the log does not reach.'] : [],
    ...plan.transform?.transactionalIds === 'none' ? ['writes its outputs before it commits, and not in a transaction with that: a death in between repeats them.'] : [],
    ...plan.transform?.transactionalIds === 'per-member' ? ['takes over no transactional id with a partition, so that nothing fences its former owner.'] : []
  ]
  : [
    ...plan.acks === 'all' ? [] : [`acks=${plan.acks}, so that what is told to be written may exist nowhere else, and be lost.`],
    ...plan.idempotent || plan.retries === 0 ? [] : ['retries without idempotence, so that a lost response makes a second copy.'],
    ...plan.usage === undefined ? [] : [`uses its client without care (${plan.usage}), which not every library bears.`],
    ...plan.onError === 'believe' ? ['goes on after a failed send as if it were written.'] : []
  ]
