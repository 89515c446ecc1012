/**
 * The cluster as faults, targets and phases see it, whoever provides it: nodes that live and die, and links between them
 * that can be disturbed. A provider (`cluster/`) implements it; a fake of it tests every fault.
 */
import { refuseOddFeatures, type FeatureLevels } from './features.ts'
import type { Configuration, Metadata } from './metadata.ts'
import type { Operations } from './operations.ts'
import { refuseOddDisks, type DiskPlan, type OwnDisk } from './own-disk.ts'

/** What an experiment asks for. */
export interface ClusterPlan {
  readonly brokers: number
  /** `combined`: every broker is a controller too. A number: that many dedicated controllers beside the brokers. */
  readonly controllers: 'combined' | number
  /** Broker configuration beyond the harness's own, in Kafka's own keys. */
  readonly config: Configuration
  /** Each node's Java heap, in MB; absent: the start script's own. */
  readonly heapMb?: number
  /** Each node's log directories live on disks of its own; absent: they share the machine's. */
  readonly disks?: DiskPlan
  /** Absent: Kafka's own. */
  readonly features?: FeatureLevels
}

export interface ClusterOptions {
  readonly controllers?: 'combined' | number
  readonly heapMb?: number
  readonly disks?: DiskPlan
  readonly features?: FeatureLevels
  readonly config?: Configuration
}

/** A cluster of so many brokers, combined with the controllers unless dedicated ones are asked for. */
export const brokers = (count: number, options: ClusterOptions = {}): ClusterPlan => {
  if (options.disks !== undefined) refuseOddDisks(options.disks)
  if (options.features !== undefined) refuseOddFeatures(options.features)

  return {
    brokers: count,
    controllers: options.controllers ?? 'combined',
    config: options.config ?? {},
    ...(options.heapMb === undefined ? {} : { heapMb: options.heapMb }),
    ...(options.disks === undefined ? {} : { disks: options.disks }),
    ...(options.features === undefined ? {} : { features: options.features })
  }
}

/** Client roles have a listener each, so that "producers cut off, consumers fine" is one link a broker. */
export const clientRoles = ['producer', 'consumer', 'admin'] as const
export type ClientRole = (typeof clientRoles)[number]

export type NodeRole = 'broker' | 'controller'

export interface NodeState {
  readonly status: 'running' | 'paused' | 'exited'
  /** The exit code of the last life, where it has ended. 137: SIGKILL. */
  readonly exitCode?: number
  /** When the last life began and ended, in wall-clock ISO 8601, as the runtime says. */
  readonly startedAt?: string
  readonly finishedAt?: string
  /** The kernel ended its last life for want of memory. */
  readonly outOfMemory?: boolean
}

/** What a node may use at most; a megabyte is 2^20 bytes, pages of files included. */
export type Limit = { readonly kind: 'cpu', readonly cores: number } | { readonly kind: 'memory', readonly megabytes: number }

/** A limit of a node. Disposing of it brings back what was before. Idempotent. */
export interface Squeeze extends AsyncDisposable {
  readonly strain: () => Promise<NodeStrain>
}

export interface NodeStrain {
  /** The limit is still this one. */
  readonly inForce: boolean
  /** How often since it began it was felt: periods in which the node's CPU time was used up, or memory that it did not get at once. */
  readonly refusals?: number
  /** Of a limit of memory: how much of it is in use. */
  readonly usedMegabytes?: number
}

export interface Node {
  readonly id: number
  readonly roles: readonly NodeRole[]
  /** Its own disks, one for each log directory; none unless the plan asked for them. */
  readonly disks: readonly OwnDisk[]
  /** SIGKILL; returns when the process is gone. */
  readonly kill: () => Promise<void>
  /** SIGTERM and a controlled shutdown; SIGKILL after the deadline. */
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
  /** Stops the process's progress without ending it (cgroup freezer). */
  readonly pause: () => Promise<void>
  readonly unpause: () => Promise<void>
  /** Limits what it may use. Rejects where another limit of that kind is in force. */
  readonly squeeze: (limit: Limit) => Promise<Squeeze>
  /** How long its processes have run on a CPU since this life began: what stands still gathers none. */
  readonly cpuTime: () => Promise<{ readonly milliseconds: number }>
  readonly state: () => Promise<NodeState>
  /** The last lines of its log. */
  readonly log: (lines: { readonly last: number }) => Promise<string>
}

/** `data`: a broker's listener for its peers. `quorum`: a controller's. `client`: a broker's listener for one client role. */
export type Plane = 'data' | 'quorum' | 'client'

/** One way of a link's connections: what is asked through it, or what is answered. */
export type Way = 'requests' | 'responses'

/**
 * What is done to a link; both ways, unless it says `only` which.
 * `refuse`: connections are closed and new ones refused. `reset`: connections are closed, and new ones end with a reset (RST) as soon
 * as they carry a byte. `black-hole`: nothing passes, and nobody is told. `stall`: bytes wait, and are delivered when it heals.
 * `drop-responses`: requests arrive, but no response comes back, and the connection is closed `closeAfterMs` after the first response
 * was swallowed. `latency`: each way. `bandwidth`: each connection, each way; a kilobyte is 1000 bytes. `packet-loss`: each packet is
 * lost with this chance, and TCP sends it again.
 */
export type Disturbance =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'black-hole', readonly only?: Way }
  | { readonly kind: 'stall' }
  | { readonly kind: 'drop-responses', readonly closeAfterMs: number }
  | { readonly kind: 'latency', readonly latencyMs: number, readonly jitterMs: number, readonly only?: Way }
  | { readonly kind: 'bandwidth', readonly kilobytesPerSecond: number }
  | { readonly kind: 'packet-loss', readonly percent: number, readonly only?: Way }

/**
 * How a question ended. `refused`: nobody took the connection. `reset`, `closed`: it was ended by an RST, or in another way, before
 * an answer. `silent`: nothing had come by the deadline.
 */
export type ProbeEnding = 'answered' | 'refused' | 'reset' | 'closed' | 'silent'

export interface ProbeOptions {
  /** The deadline. */
  readonly milliseconds: number
  /** How long the request is, at least. Absent: as short as it can be. */
  readonly requestBytes?: number
}

/** What came of an ApiVersions request sent through a link. A TCP connect would prove nothing: Toxiproxy accepts before it dials. */
export interface ProbeResult {
  readonly link: string
  /** False: nobody could ask (the container did not run the question), so that the silence means nothing. */
  readonly asked: boolean
  readonly answered: boolean
  readonly ending: ProbeEnding
  readonly milliseconds: number
}

/** One directed, interruptible network path. */
export interface Link {
  /** `data:1->2`, `quorum:3->1`, `producer->2`. */
  readonly name: string
  readonly plane: Plane
  /** A node's id, or a client role. */
  readonly from: number | ClientRole
  readonly to: number
  /** All of it or nothing: a disturbance that fails half-way is undone before it is reported. */
  readonly disturb: (disturbance: Disturbance) => Promise<LinkDisturbance>
}

/** One disturbance of one link. Disposing of it undoes it, and leaves alone what others do to the link. Idempotent. */
export interface LinkDisturbance extends AsyncDisposable {
  readonly holds: () => Promise<LinkHold>
}

/** What holds a link, as its provider says. */
export interface LinkHold {
  /** This disturbance is still in place. */
  readonly own: boolean
  /** Another one is in place too, by which the link could be as silent, or as slow, as this one makes it. */
  readonly others: boolean
  /** Of a packet loss: how many packets came by since it began, and how many of them it lost. */
  readonly packets?: { readonly seen: number, readonly lost: number }
}

/** A client process that the harness started and may kill. */
export interface ClientProcess {
  /** `p1`, `c2`. */
  readonly name: string
  readonly role: ClientRole
  /** Those with which it may write. Absent: it writes without transactions. */
  readonly transactionalIds?: readonly string[]
  /** SIGKILL; resolves with the process's end when it is gone. */
  readonly kill: () => Promise<ClientEnd>
  /** Ends its work, leaves its group and exits; SIGKILL if that takes too long. Resolves with the process's end. */
  readonly leave: () => Promise<ClientEnd>
  /** A new process, as a new incarnation. */
  readonly restart: () => Promise<void>
  readonly running: () => boolean
  /** SIGSTOP: it keeps its memory and its connections, and does nothing. Returns when all of its threads stand still. */
  readonly freeze: () => Promise<void>
  /** SIGCONT. Idempotent; of one that has ended, nothing. */
  readonly thaw: () => void
  readonly activity: () => ClientActivity
}

/** How a client's process ended. */
export interface ClientEnd {
  readonly pid: number
  readonly signal: string | undefined
  readonly exitCode: number | undefined
}

/** What a client process does at the moment, as the operating system and the ledger's files show. */
export interface ClientActivity {
  readonly pid: number
  /** Every thread of it is stopped (state T). */
  readonly stopped: boolean
  /** How much it has written into the ledger, in all of its lives. */
  readonly ledgerBytes: number
}

/** What this machine and provider can do. A missing capability is told with its reason, and what needs it is skipped. */
export type Capability = 'links' | 'pause' | 'disks' | 'throttle' | 'limits' | 'packet-loss'
export type Capabilities = Readonly<Record<Capability, { readonly available: true } | { readonly available: false, readonly reason: string }>>

export interface Cluster {
  readonly nodes: readonly Node[]
  readonly links: readonly Link[]
  /** Sends an ApiVersions request through each of the links, from where its traffic starts, and says which were answered. */
  readonly probe: (links: readonly Link[], options: ProbeOptions) => Promise<readonly ProbeResult[]>
  readonly bootstrap: (role: ClientRole) => readonly string[]
  readonly capabilities: Capabilities
}

/** What a fault may act on: the cluster, what it says of itself, what it does when it is asked to, and the client processes. */
export interface Subject {
  readonly cluster: Cluster
  readonly metadata: Metadata
  readonly operations: Operations
  readonly clients: () => readonly ClientProcess[]
  /** Microseconds since the run began. */
  readonly now: () => number
}
