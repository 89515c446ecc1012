/**
 * A node's `server.properties`. What is set here and differs from Kafka's defaults is either forced by the topology
 * (listeners, voters) or makes a small cluster start quickly without touching what a claim rests on; the run's contract
 * shows all of it. An experiment's own configuration, and then the command line's, override it.
 */
import type { ClusterPlan } from '../model/cluster.ts'
import type { Configuration } from '../model/metadata.ts'
import { listenerPort, listenerRoles, peerHost, peerPort, quorumPort, toxiproxyHost, upstreamHost, type ListenerRole, type NodePlan } from './topology.ts'

export interface ServerOptions {
  readonly node: NodePlan
  readonly nodes: readonly NodePlan[]
  /** `host:port` that clients of a role on this machine must use for this broker. */
  readonly advertised: (role: ListenerRole) => string
  readonly config: Configuration
  readonly logDirectories: readonly string[]
}

/** Where a node's disk of this number, from 1, is mounted. */
export const diskMount = (number: number): string => `/ackproof/disks/${number}`

export const logFolder = 'log'

/** On a disk of a node's own it lies below the mount, where a file system keeps a folder that Kafka would take for a partition's. */
export const logDirectoriesOf = ({ disks }: Pick<ClusterPlan, 'disks'>): readonly string[] => disks === undefined
  ? [sharedLogDirectory]
  : Array.from({ length: disks.directories ?? 1 }, (_, index) => `${diskMount(index + 1)}/${logFolder}`)

export const sharedLogDirectory = '/ackproof/data'

export const serverProperties = (options: ServerOptions): string => {
  const properties = {
    ...identity(options),
    ...listeners(options),
    ...smallCluster(options.nodes.filter(node => node.roles.includes('broker')).length),
    ...options.config
  }

  return Object.entries(properties).map(([key, value]) => `${key}=${value}\n`).join('')
}

const identity = ({ node, nodes, logDirectories }: ServerOptions): Configuration => ({
  'node.id': String(node.id),
  'process.roles': node.roles.join(','),
  'controller.quorum.voters': nodes
    .filter(other => other.roles.includes('controller'))
    .map(other => `${other.id}@${peerHost(other.id)}:${quorumPort(other.id)}`)
    .join(','),
  'log.dirs': logDirectories.join(',')
})

const listeners = ({ node, advertised }: ServerOptions): Configuration => {
  const names = ['PEER', ...listenerRoles.map(role => role.toUpperCase())]
  const client = listenerRoles.map(role => `${role.toUpperCase()}://0.0.0.0:${listenerPort(role, node.id)}`)
  const controller = node.roles.includes('controller') ? [`CONTROLLER://0.0.0.0:${quorumPort(node.id)}`] : []
  const shared = {
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': [...names, 'CONTROLLER'].map(name => `${name}:PLAINTEXT`).join(',')
  }
  if (!node.roles.includes('broker')) return { ...shared, listeners: controller.join(',') }

  return {
    ...shared,
    'listeners': [`PEER://0.0.0.0:${peerPort(node.id)}`, ...client, ...controller].join(','),
    'inter.broker.listener.name': 'PEER',
    'advertised.listeners': [
      `PEER://${peerHost(node.id)}:${peerPort(node.id)}`,
      ...listenerRoles.map(role => `${role.toUpperCase()}://${role === 'container' ? `${toxiproxyHost}:${listenerPort(role, node.id)}` : advertised(role)}`)
    ].join(',')
  }
}

/** Few internal partitions and no rebalance delay: three brokers on two cores are ready, and groups form, in seconds. */
const smallCluster = (brokers: number): Configuration => {
  const replicas = String(Math.min(3, brokers))
  const minInsync = String(Math.min(2, brokers))

  return {
    'default.replication.factor': replicas,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': '3',
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': minInsync,
    'transaction.state.log.num.partitions': '3',
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': minInsync,
    'share.coordinator.state.topic.num.partitions': '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    'num.network.threads': '2',
    'num.io.threads': '4',
    'log.cleaner.dedupe.buffer.size': '4194304'
  }
}

/** Names that the nodes' own hosts need; kept beside the listeners so that they cannot drift apart. */
export const nodeAliases = (id: number): readonly string[] => [peerHost(id), upstreamHost(id)]
