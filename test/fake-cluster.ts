/** A cluster of the imagination, for tests of faults, targets and phases: nodes that die when told to, links that fall silent. */
import type { ClientProcess, Cluster, ClientRole, Disturbance, Link, Node, NodeState, Subject } from '../harness/model/cluster.ts'
import type { Metadata, PartitionState } from '../harness/model/metadata.ts'

export interface FakeNode extends Node {
  readonly calls: string[]
}

export const fakeNode = (id: number, options: { readonly survivesKill?: true } = {}): FakeNode => {
  const calls: string[] = []
  let state: NodeState = { status: 'running' }
  const call = (name: string, next: NodeState) => (): Promise<void> => {
    calls.push(name)
    state = next

    return Promise.resolve()
  }

  return {
    id,
    roles: ['broker', 'controller'],
    calls,
    kill: call('kill', options.survivesKill ? { status: 'running' } : { status: 'exited', exitCode: 137 }),
    stop: call('stop', { status: 'exited', exitCode: 143 }),
    start: call('start', { status: 'running' }),
    pause: call('pause', { status: 'paused' }),
    unpause: call('unpause', { status: 'running' }),
    state: () => Promise.resolve(state),
    log: () => Promise.resolve('')
  }
}

export interface FakeLink extends Link {
  /** All that was ever done to it. */
  readonly disturbances: Disturbance[]
  readonly silent: () => boolean
}

export interface FakeLinkOptions {
  readonly plane?: Link['plane']
  /** It answers whatever is done to it. */
  readonly immune?: true
  /** It never answers. */
  readonly silent?: true
  /** Its disturbances vanish by themselves. */
  readonly forgetful?: true
}

/** Silent while any disturbance holds it; each heals its own alone. */
export const fakeLink = (from: number | ClientRole, to: number, options: FakeLinkOptions = {}): FakeLink => {
  const plane = options.plane ?? (typeof from === 'number' ? 'data' : 'client')
  const inForce = new Set<object>()
  const disturbances: Disturbance[] = []

  return {
    name: typeof from === 'number' ? `${plane}:${from}->${to}` : `${from}->${to}`,
    plane,
    from,
    to,
    disturbances,
    silent: () => options.silent ?? (inForce.size > 0 && !options.immune),
    disturb: disturbance => {
      const own = {}
      disturbances.push(disturbance)
      if (!options.forgetful) inForce.add(own)

      return Promise.resolve({
        holds: () => Promise.resolve({ own: inForce.has(own), others: inForce.size > (inForce.has(own) ? 1 : 0) }),
        [Symbol.asyncDispose]: () => Promise.resolve(void inForce.delete(own))
      })
    }
  }
}

export const partitionState = (partition: number, leader: number | undefined, isr: readonly number[] = [1, 2, 3]): PartitionState =>
  ({ topic: 'orders', partition, leader, leaderEpoch: 1, replicas: [1, 2, 3], isr })

export interface FakeOptions {
  readonly nodes?: readonly Node[]
  readonly links?: readonly FakeLink[]
  readonly partitions?: () => readonly PartitionState[]
  readonly live?: () => readonly number[]
  readonly clients?: readonly ClientProcess[]
}

export const fakeMetadata = ({ partitions, live }: FakeOptions): Metadata => ({
  liveBrokers: () => Promise.resolve(live?.() ?? [1, 2, 3]),
  partitions: topics => Promise.resolve((partitions?.() ?? []).filter(state => topics.includes(state.topic))),
  controller: () => Promise.resolve(2),
  coordinatorOf: () => Promise.resolve(3),
  createTopic: () => Promise.resolve(),
  topicConfiguration: () => Promise.resolve({ 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'false', 'cleanup.policy': 'delete' }),
  brokerConfiguration: () => Promise.resolve({ 'default.replication.factor': '3', 'unrelated': 'x' }),
  offsets: () => Promise.resolve([]),
  epochEnd: () => Promise.resolve(undefined),
  committedOffsets: () => Promise.resolve(new Map()),
  close: () => Promise.resolve()
})

export const fakeSubject = (options: FakeOptions = {}): Subject => {
  const links = options.links ?? []
  const cluster: Cluster = {
    nodes: options.nodes ?? [fakeNode(1), fakeNode(2), fakeNode(3)],
    links,
    probe: asked => Promise.resolve(asked.map(link => {
      const silent = links.some(one => one.name === link.name && one.silent())

      return { link: link.name, asked: true, answered: !silent, milliseconds: silent ? 2000 : 1 }
    })),
    bootstrap: () => [],
    capabilities: {
      'links': { available: true }, 'pause': { available: true }, 'disks': { available: true }, 'limits': { available: true }, 'packet-loss': { available: true }
    }
  }

  return { cluster, metadata: fakeMetadata(options), clients: () => options.clients ?? [], now: () => Math.round(performance.now() * 1000) }
}
