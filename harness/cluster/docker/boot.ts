/**
 * Boots a cluster on Docker in the star topology: networks, then Toxiproxy, whose published ports must be known before Kafka
 * can advertise them, then the proxies, then all nodes at once. It returns when the processes run; whether Kafka is ready is
 * asked of Kafka, by `run/`.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster, Link, ProbeOptions } from '../../model/cluster.ts'
import { CleanupError, messageOf } from '../../model/errors.ts'
import { formatArguments } from '../../model/features.ts'
import type { ServiceAddresses } from '../../model/service.ts'
import { projectFile } from '../project-file.ts'
import type { BootOrder, ProvidedCluster, Provider } from '../provider.ts'
import { diskMount, logDirectoriesOf, nodeAliases, serverProperties, sharedLogDirectory } from '../server-properties.ts'
import { linkPlans, listenerPort, listenerRoles, nodePlans, peerHost, toxiproxyHost, type LinkPlan, type ListenerRole, type NodePlan } from '../topology.ts'
import { dockerCapabilities } from './capabilities.ts'
import { startContainer, type Membership } from './containers.ts'
import { createDisks, type AttachedDisk } from './disk-images.ts'
import { dockerDisk } from './disk.ts'
import { ensureImages, kafkaImage, toxiproxyImage } from './images.ts'
import { labelsOf, type Labels } from './labels.ts'
import { removeRun } from './leftovers.ts'
import { joinedDisks } from './joined-disks.ts'
import { loopDisk } from './loop-disk.ts'
import { createNetworks, networkNames, type NetworkNames } from './networks.ts'
import { dockerNode } from './node.ts'
import { packetLossesIn } from './packet-losses.ts'
import { probeFromHere, probeFromNode } from './probe.ts'
import { connectRuntime, type Runtime } from './runtime.ts'
import { saveServiceLogs, startServices, whyNoServices } from './services.ts'
import { toxiproxyAt, type ToxiproxyControl } from './toxiproxy.ts'

const apiPort = 8474

export const dockerProvider: Provider = {
  capabilities: dockerCapabilities,
  whyNoServices,
  boot: async order => {
    const runtime = await connectRuntime()
    await ensureImages(runtime.docker, order)
    try {
      return await bootOn(runtime, order)
    } catch (error) {
      const { remaining } = await removeRun(runtime.docker, order.run)
      if (remaining.length === 0) throw error
      throw new CleanupError({
        happened: `${messageOf(error)}\nNot everything that had been started could be removed:\n${remaining.join('\n')}`,
        next: 'Try `ackproof heal`, then remove it by hand.',
        cause: error
      })
    }
  }
}

/** What all steps of a boot share. */
interface Boot {
  readonly runtime: Runtime
  readonly order: BootOrder
  readonly nodes: readonly NodePlan[]
  readonly networks: NetworkNames
  readonly labels: Labels
  /** The nodes' own, where the plan asks for them. */
  readonly disks: readonly AttachedDisk[]
}

const containerName = (run: string, node: number): string => `ackproof-${run}-node-${node}`

const bootOn = async (runtime: Runtime, order: BootOrder): Promise<ProvidedCluster> => {
  const nodes = nodePlans(order.plan)
  const disks = order.plan.disks === undefined ? [] : await createDisks(order.run, { nodes: nodes.map(({ id }) => id), plan: order.plan.disks })
  const boot: Boot = { runtime, order, nodes, networks: networkNames(order.run), labels: labelsOf(order.run), disks }
  await createNetworks(runtime.docker, boot.networks, { nodes: boot.nodes.map(node => node.id), labels: boot.labels })
  order.signal.throwIfAborted()

  const junction = await startToxiproxy(boot)
  order.signal.throwIfAborted()

  const services = await startServices(runtime, { run: order.run, services: order.services ?? [], network: boot.networks.edge, labels: boot.labels })
  await startNodes(boot, junction)
  order.signal.throwIfAborted()

  return providedCluster(boot, junction, services)
}

/** Toxiproxy, once it runs: its links, and where this machine reaches each role's listener. */
interface Junction {
  readonly control: ToxiproxyControl
  readonly links: readonly Link[]
  readonly address: (role: ListenerRole, broker: number) => { readonly host: string, readonly port: number }
}

const startToxiproxy = async (boot: Boot): Promise<Junction> => {
  const { runtime, order, nodes, networks, labels } = boot
  const brokers = nodes.filter(node => node.roles.includes('broker'))
  const published = listenerRoles.filter(role => role !== 'container').flatMap(role => brokers.map(broker => listenerPort(role, broker.id)))
  const peers = (id: number): readonly string[] => nodes.filter(other => other.id !== id).map(other => peerHost(other.id))
  const edge: Membership = { network: networks.edge, aliases: [toxiproxyHost] }

  const container = await startContainer(runtime.docker, {
    image: toxiproxyImage,
    name: `ackproof-${order.run}-toxiproxy`,
    labels,
    memberships: [edge, ...nodes.map(node => ({ network: networks.ofNode(node.id), aliases: peers(node.id) }))],
    ports: [apiPort, ...published],
    loopbackOnly: runtime.local,
    command: ['-host=0.0.0.0']
  })

  const control = toxiproxyAt(`http://${runtime.host}:${container.getMappedPort(apiPort)}`)
  await control.ready({ milliseconds: 15_000 })
  const links = await control.createLinks(linkPlans(nodes), await listenHosts(boot, container.getId()), packetLossesIn(runtime.docker, container.getId()))

  return { control, links, address: (role, broker) => ({ host: runtime.host, port: container.getMappedPort(listenerPort(role, broker)) }) }
}

/** A link between nodes listens only on Toxiproxy's address in the network of the node where it starts. */
const listenHosts = async ({ runtime, networks }: Boot, container: string): Promise<(plan: LinkPlan) => string> => {
  const { NetworkSettings: settings } = await runtime.docker.getContainer(container).inspect()
  const addressOn = (network: string): string => {
    const address = settings.Networks[network]?.IPAddress
    if (!address) throw new Error(`Toxiproxy has no address on the network ${network}.`)

    return address
  }

  return plan => addressOn(typeof plan.from === 'number' ? networks.ofNode(plan.from) : networks.edge)
}

const startNodes = async (boot: Boot, junction: Junction): Promise<void> => {
  const { runtime, order, nodes, networks, labels } = boot
  const script = await readFile(projectFile('docker/start-broker.sh'), 'utf8')
  // 16 bytes in base64, as Kafka writes ids; one that began with a dash would be read as an option.
  const clusterId = `A${randomBytes(16).toString('base64url').slice(1, 22)}`

  await allOrFirstError(nodes.map(async node => {
    const volumes = await createVolumes(boot, node.id)
    await startContainer(runtime.docker, {
      image: kafkaImage(order.kafkaVersion),
      name: containerName(order.run, node.id),
      labels,
      memberships: [{ network: networks.ofNode(node.id), aliases: nodeAliases(node.id) }],
      ports: [],
      loopbackOnly: true,
      entrypoint: ['/bin/bash', '/ackproof/start-broker.sh'],
      command: [],
      environment: { CLUSTER_ID: clusterId, ...environmentOf(boot) },
      files: [
        { content: script, target: '/ackproof/start-broker.sh' },
        { content: serverProperties({ node, nodes, advertised: role => hostAndPort(junction.address(role, node.id)), config: order.plan.config, logDirectories: logDirectoriesOf(order.plan) }), target: '/ackproof/server.properties' }
      ],
      volumes
    })
  }))
}

/** What the start script takes beside the cluster's id. */
const environmentOf = ({ order: { plan: { heapMb, features } }, disks }: Boot): Readonly<Record<string, string>> => ({
  ...(heapMb === undefined ? {} : { HEAP_MB: String(heapMb) }),
  ...(disks.length === 0 ? {} : { SYNC_FORMATTED: 'yes' }),
  ...(features === undefined ? {} : { FORMAT_ARGS: formatArguments(features) })
})

/** A volume that shares the machine's disk, or one on each disk of the node's own, which the engine mounts while the node runs. */
const createVolumes = async ({ runtime: { docker }, order, labels, disks }: Boot, node: number): Promise<readonly { readonly source: string, readonly target: string }[]> => {
  const name = containerName(order.run, node)
  const own = disks.filter(disk => disk.node === node)
  if (own.length === 0) {
    await docker.createVolume({ Name: name, Labels: labels })

    return [{ source: name, target: sharedLogDirectory }]
  }

  return Promise.all(own.map(async ({ device, number }) => {
    const source = `${name}-disk-${number}`
    await docker.createVolume({ Name: source, Labels: labels, Driver: 'local', DriverOpts: { type: 'ext4', device } })

    return { source, target: diskMount(number) }
  }))
}

/** Waits for all, also when one has failed: what is still being created could not be removed. */
const allOrFirstError = async (steps: readonly Promise<void>[]): Promise<void> => {
  const failed = (await Promise.allSettled(steps)).find(result => result.status === 'rejected')
  if (failed) throw failed.reason
}

const hostAndPort = ({ host, port }: { readonly host: string, readonly port: number }): string => `${host}:${port}`

const providedCluster = async (boot: Boot, junction: Junction, services: ServiceAddresses): Promise<ProvidedCluster> => {
  const { runtime, order, networks } = boot
  const brokers = boot.nodes.filter(node => node.roles.includes('broker'))
  const nodes = boot.nodes.map(plan => {
    const container = containerName(order.run, plan.id)
    const disks = boot.disks.filter(({ node }) => node === plan.id).map(disk => loopDisk(disk, { docker: runtime.docker, container }))

    return dockerNode(runtime.docker, plan, { name: container, disks })
  })

  return {
    nodes,
    links: junction.links,
    services,
    disk: node => joinedDisks(logDirectoriesOf(order.plan).map(directory => dockerDisk(runtime.docker, { container: containerName(order.run, node), directory }))),
    probe: (links, options) => probeLinks(boot, junction, links, options),
    bootstrap: role => brokers.map(broker => hostAndPort(junction.address(role, broker.id))),
    capabilities: await dockerCapabilities(),
    kafkaVersion: order.kafkaVersion,
    toxiproxyVersion: await junction.control.version(),
    containerListener: {
      bootstrap: brokers.map(broker => `${toxiproxyHost}:${listenerPort('container', broker.id)}`),
      network: networks.edge,
      image: kafkaImage(order.kafkaVersion)
    },
    saveLogs: async folder => {
      await mkdir(folder, { recursive: true })
      await Promise.all(nodes.map(async node => {
        const log = await node.log({ last: 100_000 }).catch((error: unknown) => `The log could not be read: ${messageOf(error)}\n`)
        await writeFile(join(folder, `node-${node.id}.log`), log)
      }))
      await saveServiceLogs(runtime, { run: order.run, services }, folder)
    },
    remove: async () => (await removeRun(runtime.docker, order.run)).remaining
  }
}

const probeLinks = async ({ runtime, order }: Boot, junction: Junction, links: readonly Link[], options: ProbeOptions): ReturnType<Cluster['probe']> => {
  const starts = Map.groupBy(links, link => link.from)
  const results = await Promise.all([...starts].map(([from, group]) => typeof from === 'number'
    ? probeFromNode(runtime.docker, containerName(order.run, from), group, options)
    : Promise.all(group.map(link => probeFromHere(link, junction.address(from, link.to), options)))))

  return results.flat()
}
