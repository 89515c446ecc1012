/** A cluster of the imagination, for tests of faults, targets and phases: nodes that die when told to, links that fall silent. */
import type {
  Capabilities, ClientProcess, Cluster, ClientRole, Disturbance, Link, LinkHold, Node, NodeState, ProbeEnding, ProbeOptions, ProbeResult, Subject
} from '../harness/model/cluster.ts'
import type { Metadata, PartitionState } from '../harness/model/metadata.ts'
import type { Operations } from '../harness/model/operations.ts'

export interface FakeNode extends Node {
  readonly calls: string[]
}

export interface FakeNodeOptions {
  readonly survivesKill?: true
  /** Its pause does nothing to its process. */
  readonly worksOn?: true
  /** How it ends when it is stopped; 143 unless told otherwise. */
  readonly stopsWith?: number
  /** What it is squeezed by does nothing (`not at all`), is never felt (`not felt`), is used up without a count of it (`full`), or ends it (`out of memory`). */
  readonly squeezed?: 'not at all' | 'not felt' | 'full' | 'out of memory'
  /** A start does nothing. */
  readonly staysDown?: true
  readonly disks?: Node['disks']
  readonly log?: () => string
}

/** A node that runs gathers a millisecond of CPU time whenever somebody looks. */
export const fakeNode = (id: number, options: FakeNodeOptions = {}): FakeNode => {
  const calls: string[] = []
  let state: NodeState = { status: 'running', startedAt: 'life 1' }
  let lives = 1
  let cpuMs = 100
  const call = (name: string, next: () => NodeState) => (): Promise<void> => {
    calls.push(name)
    state = next()

    return Promise.resolve()
  }
  const begun = (): NodeState => {
    if (state.status === 'exited' && !options.staysDown) lives += 1

    return options.staysDown ? state : { status: 'running', startedAt: `life ${lives}` }
  }

  return {
    id,
    roles: ['broker', 'controller'],
    disks: options.disks ?? [],
    calls,
    kill: call('kill', () => options.survivesKill ? state : { status: 'exited', exitCode: 137 }),
    stop: call('stop', () => ({ status: 'exited', exitCode: options.stopsWith ?? 143 })),
    start: call('start', begun),
    pause: call('pause', () => ({ ...state, status: 'paused' })),
    unpause: call('unpause', () => state.status === 'paused' ? { ...state, status: 'running' } : state),
    squeeze: limit => {
      const told = limit.kind === 'cpu' ? `${limit.cores} cores` : `${limit.megabytes} MB`
      let lifted = options.squeezed === 'not at all'
      calls.push(`squeeze into ${told}`)
      if (options.squeezed === 'out of memory') state = { status: 'exited', exitCode: 137, outOfMemory: true }

      return Promise.resolve({
        strain: () => Promise.resolve({ inForce: !lifted, refusals: options.squeezed === undefined ? 7 : 0, ...limit.kind === 'cpu' ? {} : { usedMegabytes: limit.megabytes - (options.squeezed === 'full' ? 1.5 : 10) } }),
        [Symbol.asyncDispose]: () => {
          if (!lifted) calls.push(`lift ${told}`)
          lifted = true

          return Promise.resolve()
        }
      })
    },
    cpuTime: () => {
      if (state.status === 'running' || options.worksOn) cpuMs += 1

      return Promise.resolve({ milliseconds: cpuMs })
    },
    state: () => Promise.resolve(state),
    log: () => Promise.resolve(options.log?.() ?? '')
  }
}

export interface FakeLink extends Link {
  /** All that was ever done to it. */
  readonly disturbances: Disturbance[]
  /** How a question by it ends, and after how long. */
  readonly answer: (options: ProbeOptions) => Pick<ProbeResult, 'ending' | 'milliseconds'>
  readonly silent: () => boolean
}

export interface FakeLinkOptions {
  readonly plane?: Link['plane']
  /** It answers whatever is done to it, and as quickly as ever. */
  readonly immune?: true
  /** It never answers. */
  readonly silent?: true
  /** Its disturbances vanish by themselves. */
  readonly forgetful?: true
  /** How many packets come by between two looks at it; 100 unless told otherwise. */
  readonly packets?: number
  /** How a question ends under whatever is done to it, if it ends otherwise than the disturbance would have it. */
  readonly ends?: ProbeEnding
}

const atOnce = { ending: 'answered', milliseconds: 1 } as const
const endOf = { 'refuse': 'refused', 'reset': 'reset', 'black-hole': 'silent', 'stall': 'silent', 'drop-responses': 'closed' } as const

const delayOf = (disturbance: Disturbance, { requestBytes = 0 }: ProbeOptions): number => {
  if (disturbance.kind === 'latency') return disturbance.latencyMs * (disturbance.only === undefined ? 2 : 1)

  return disturbance.kind === 'bandwidth' ? requestBytes / disturbance.kilobytesPerSecond : 0
}

/** It answers in a millisecond; disturbed, as all that holds it makes it. Each disturbance heals its own alone. */
export const fakeLink = (from: number | ClientRole, to: number, options: FakeLinkOptions = {}): FakeLink => {
  const plane = options.plane ?? (typeof from === 'number' ? 'data' : 'client')
  const inForce = new Map<object, Disturbance>()
  const disturbances: Disturbance[] = []
  const answer: FakeLink['answer'] = asked => {
    const holding = options.immune ? [] : [...inForce.values()]
    const ended = holding.flatMap(({ kind }) => kind === 'latency' || kind === 'bandwidth' || kind === 'packet-loss' ? [] : [options.ends ?? endOf[kind]])
    const ending = options.silent ? 'silent' : ended[0] ?? 'answered'

    return { ending, milliseconds: ending === 'silent' ? asked.milliseconds : holding.reduce((sum, one) => sum + delayOf(one, asked), 1) }
  }

  return {
    name: typeof from === 'number' ? `${plane}:${from}->${to}` : `${from}->${to}`,
    plane,
    from,
    to,
    disturbances,
    answer,
    silent: () => answer({ milliseconds: 2000 }).ending !== 'answered',
    disturb: disturbance => {
      const own = {}
      disturbances.push(disturbance)
      if (!options.forgetful) inForce.set(own, disturbance)
      let seen = 0
      const packets = (): Pick<LinkHold, 'packets'> => {
        if (disturbance.kind !== 'packet-loss') return {}
        seen += options.packets ?? 100

        return { packets: { seen, lost: options.immune ? 0 : Math.round(seen * disturbance.percent / 100) } }
      }

      return Promise.resolve({
        holds: () => Promise.resolve({ own: inForce.has(own), others: disturbance.kind !== 'packet-loss' && inForce.size > (inForce.has(own) ? 1 : 0), ...packets() }),
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
  readonly operations?: Operations
}

export const fakeMetadata = ({ partitions, live }: FakeOptions): Metadata => ({
  liveBrokers: () => Promise.resolve(live?.() ?? [1, 2, 3]),
  partitions: topics => Promise.resolve((partitions?.() ?? []).filter(state => topics.includes(state.topic))),
  controller: () => Promise.resolve(2),
  coordinatorOf: () => Promise.resolve(3),
  transactionCoordinatorOf: () => Promise.resolve(3),
  createTopic: () => Promise.resolve(),
  topicConfiguration: () => Promise.resolve({ 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'false', 'cleanup.policy': 'delete' }),
  brokerConfiguration: () => Promise.resolve({ 'default.replication.factor': '3', 'unrelated': 'x' }),
  offsets: () => Promise.resolve([]),
  epochEnd: () => Promise.resolve(undefined),
  committedOffsets: () => Promise.resolve(new Map()),
  close: () => Promise.resolve()
})

export const allAvailable: Capabilities = {
  'links': { available: true }, 'pause': { available: true }, 'disks': { available: true }, 'throttle': { available: true }, 'limits': { available: true }, 'packet-loss': { available: true }
}

/** It accepts all that it is asked to do, and does nothing. */
const idleOperations: Operations = {
  reassign: () => Promise.resolve(),
  elect: () => Promise.resolve([]),
  topicOverrides: () => Promise.resolve({}),
  configureTopic: () => Promise.resolve(),
  close: () => Promise.resolve()
}

export const fakeSubject = (options: FakeOptions = {}): Subject => {
  const links = options.links ?? []
  const cluster: Cluster = {
    nodes: options.nodes ?? [fakeNode(1), fakeNode(2), fakeNode(3)],
    links,
    probe: async (asked, probing) => {
      const states = await Promise.all((options.nodes ?? []).map(async node => ({ id: node.id, ...await node.state() })))
      const runs = (id: number): boolean => states.every(state => state.id !== id || state.status === 'running')

      return asked.map(({ name, to }): ProbeResult => {
        const link = links.find(one => one.name === name)
        const { ending, milliseconds } = runs(to) ? link?.answer(probing) ?? atOnce : { ending: 'silent' as const, milliseconds: probing.milliseconds }

        return { link: name, asked: true, answered: ending === 'answered', ending, milliseconds }
      })
    },
    bootstrap: () => [],
    capabilities: allAvailable
  }

  return {
    cluster,
    metadata: fakeMetadata(options),
    operations: options.operations ?? idleOperations,
    clients: () => options.clients ?? [],
    now: () => Math.round(performance.now() * 1000)
  }
}
