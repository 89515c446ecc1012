/**
 * The two kinds of containers of a run, as Testcontainers' containers. Networks are joined by `NetworkMode` and, for
 * Toxiproxy, between creation and start: joined later, its published ports would change, and Testcontainers' own aliases
 * would put a container on the default bridge, a bypass of every link.
 */
import { GenericContainer, type StartedTestContainer, type WaitStrategy } from 'testcontainers'
import type { Docker } from './runtime.ts'

export interface Membership {
  readonly network: string
  readonly aliases: readonly string[]
}

/** A container that is on exactly the given networks, under the given names, before it starts. */
class NetworkedContainer extends GenericContainer {
  readonly #docker: Docker
  readonly #joins: readonly Membership[]
  readonly #loopbackOnly: boolean

  constructor(image: string, options: { readonly docker: Docker, readonly memberships: readonly [Membership, ...Membership[]], readonly loopbackOnly: boolean }) {
    super(image)
    this.#docker = options.docker
    this.#loopbackOnly = options.loopbackOnly
    const [home, ...others] = options.memberships
    this.#joins = others
    this.withNetworkMode(home.network)
    this.createOpts.NetworkingConfig = { EndpointsConfig: { [home.network]: { Aliases: [...home.aliases] } } }
  }

  protected override async beforeContainerCreated(): Promise<void> {
    if (!this.#loopbackOnly) return
    // Ports are published on loopback alone: nothing of a run can be reached from another machine.
    const published = (this.hostConfig.PortBindings ?? {}) as Readonly<Record<string, readonly { HostIp?: string }[]>>
    for (const bindings of Object.values(published)) for (const binding of bindings) binding.HostIp = '127.0.0.1'
  }

  protected override async containerCreated(containerId: string): Promise<void> {
    for (const { network, aliases } of this.#joins) {
      await this.#docker.getNetwork(network).connect({ Container: containerId, EndpointConfig: { Aliases: [...aliases] } })
    }
  }
}

/** Whether a node is ready is asked of Kafka itself, by `run/`; Testcontainers only has to start the process. */
const asSoonAsItRuns: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => asSoonAsItRuns,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 60_000
}

export interface ContainerPlan {
  readonly image: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly memberships: readonly [Membership, ...Membership[]]
  readonly ports: readonly number[]
  readonly loopbackOnly: boolean
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly files?: readonly { readonly content: string, readonly target: string }[]
  readonly volumes?: readonly { readonly source: string, readonly target: string }[]
}

/** Creates and starts a container; returns as soon as its process runs. What it must be ready for is the caller's to ask. */
export const startContainer = async (docker: Docker, plan: ContainerPlan): Promise<StartedTestContainer> => {
  const container = new NetworkedContainer(plan.image, { docker, memberships: plan.memberships, loopbackOnly: plan.loopbackOnly })
    .withName(plan.name)
    .withLabels({ ...plan.labels })
    .withUser('0:0')
    .withWaitStrategy(asSoonAsItRuns)

  if (plan.ports.length > 0) container.withExposedPorts(...plan.ports)
  if (plan.entrypoint) container.withEntrypoint([...plan.entrypoint])
  if (plan.command) container.withCommand([...plan.command])
  if (plan.environment) container.withEnvironment({ ...plan.environment })
  if (plan.files) container.withCopyContentToContainer([...plan.files])
  if (plan.volumes) container.withBindMounts([...plan.volumes])

  return container.start()
}
