/**
 * What a provider of clusters offers to the run's phases. Nothing outside a provider may know which one it is: Docker now,
 * an existing cluster or Kubernetes later.
 */
import type { Capabilities, Cluster, ClusterPlan } from '../model/cluster.ts'
import type { Disk } from '../model/disk.ts'
import type { ServiceAddresses, ServiceName } from '../model/service.ts'

export interface BootOrder {
  /** The run's id; everything the provider creates is marked with it. */
  readonly run: string
  readonly plan: ClusterPlan
  readonly kafkaVersion: string
  /** Servers that are wanted beside it. Absent: none. */
  readonly services?: readonly ServiceName[]
  /** Told what goes on, in a few words: `starting three brokers`. */
  readonly told: (what: string) => void
  /** Aborted: give up, and leave nothing behind. */
  readonly signal: AbortSignal
}

export interface ProvidedCluster extends Cluster {
  readonly kafkaVersion: string
  readonly toxiproxyVersion: string
  /** `host:port` of the listener for clients in containers, and the network that they must join. */
  readonly containerListener: { readonly bootstrap: readonly string[], readonly network: string, readonly image: string }
  /** Where the servers beside it are reached from here, by no link: nothing is ever done to them. */
  readonly services: ServiceAddresses
  /** A node's disk, by its id. */
  readonly disk: (node: number) => Disk
  /** Writes each node's log into a folder, as `node-1.log`, and those of the servers beside the cluster. */
  readonly saveLogs: (folder: string) => Promise<void>
  /** Removes all that the provider created for this run; idempotent; says what is still there. */
  readonly remove: () => Promise<readonly string[]>
}

export interface Provider {
  /** What it can do on this machine. Rejects where nobody can tell, for want of an engine say. */
  readonly capabilities: () => Promise<Capabilities>
  /** Why it cannot start these servers here, a sentence each. Gets what it needs for them, which may take minutes; rejects when it is stopped. */
  readonly whyNoServices: (services: readonly ServiceName[], signal: AbortSignal) => Promise<readonly string[]>
  readonly boot: (order: BootOrder) => Promise<ProvidedCluster>
}
