/** The star as data: which links there are, and that no two could stand in for each other. */
import { expect, test } from 'vitest'
import { linkPlans, nodePlans } from '../../harness/cluster/topology.ts'
import { logDirectoriesOf, serverProperties } from '../../harness/cluster/server-properties.ts'
import { brokers } from '../../harness/model/cluster.ts'

const properties = (text: string): Map<string, string> =>
  new Map(text.trim().split('\n').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))

test('three combined brokers have six data links, six quorum links and one link for each client role and broker', () => {
  const links = linkPlans(nodePlans(brokers(3)))

  expect(links.filter(link => link.plane === 'data').map(link => link.name))
    .toEqual(['data:1->2', 'data:1->3', 'data:2->1', 'data:2->3', 'data:3->1', 'data:3->2'])
  expect(links.filter(link => link.plane === 'quorum')).toHaveLength(6)
  expect(links.filter(link => link.plane === 'client' && link.from !== 'container')).toHaveLength(9)
})

test('dedicated controllers are reached by every broker, and reach no broker', () => {
  const nodes = nodePlans(brokers(3, { controllers: 3 }))
  const quorum = linkPlans(nodes).filter(link => link.plane === 'quorum')

  expect(nodes.map(node => node.roles.join())).toEqual(['broker', 'broker', 'broker', 'controller', 'controller', 'controller'])
  expect(quorum.filter(link => Number(link.from) <= 3)).toHaveLength(9)
  expect(quorum.filter(link => Number(link.from) > 3)).toHaveLength(6)
  expect(quorum.every(link => link.to > 3)).toBe(true)
})

test('no two links share a port on one network, so that none can stand in for another', () => {
  const links = linkPlans(nodePlans(brokers(3, { controllers: 3 })))
  const listeners = links.map(link => `${typeof link.from === 'number' ? link.from : 'edge'}:${link.port}`)

  expect(new Set(listeners).size).toBe(listeners.length)
})

test('no port is one that Linux takes for outgoing connections, which a node that comes back would find taken now and then', () => {
  const ports = linkPlans(nodePlans(brokers(3, { controllers: 3 }))).map(({ port }) => port)

  expect(Math.max(...ports)).toBeLessThan(32768)
})

test('a broker advertises a published port to each client role, and its peers\' name to its peers', () => {
  const nodes = nodePlans(brokers(3))
  const [node] = nodes
  if (!node) throw new Error('no node')
  const read = properties(serverProperties({ node, nodes, advertised: role => `127.0.0.1:${role.length}`, config: {}, logDirectories: ['/ackproof/data'] }))

  expect(read.get('advertised.listeners')).toBe('PEER://kafka-1:19091,PRODUCER://127.0.0.1:8,CONSUMER://127.0.0.1:8,ADMIN://127.0.0.1:5,CONTAINER://toxiproxy:29391')
  expect(read.get('controller.quorum.voters')).toBe('1@kafka-1:19191,2@kafka-2:19192,3@kafka-3:19193')
})

test('an experiment\'s own broker configuration wins over the harness\'s', () => {
  const nodes = nodePlans(brokers(3))
  const [node] = nodes
  if (!node) throw new Error('no node')
  const read = properties(serverProperties({ node, nodes, advertised: () => 'x:1', config: { 'offsets.topic.num.partitions': '50' }, logDirectories: ['/ackproof/data'] }))

  expect(read.get('offsets.topic.num.partitions')).toBe('50')
})

test('a dedicated controller has no listener for clients', () => {
  const nodes = nodePlans(brokers(3, { controllers: 3 }))
  const controller = nodes[4]
  if (!controller) throw new Error('no node')
  const read = properties(serverProperties({ node: controller, nodes, advertised: () => 'x:1', config: {}, logDirectories: ['/ackproof/data'] }))

  expect(read.get('listeners')).toBe('CONTROLLER://0.0.0.0:19195')
  expect(read.get('controller.quorum.voters')).toBe('4@kafka-4:19194,5@kafka-5:19195,6@kafka-6:19196')
})

test('log directories share the machine\'s disk unless the plan asks for disks: then each has one', () => {
  const nodes = nodePlans(brokers(1))
  const read = (plan: Parameters<typeof brokers>[1]): string | undefined => {
    const [node] = nodes
    if (!node) throw new Error('no node')

    return properties(serverProperties({ node, nodes, advertised: () => 'x:1', config: {}, logDirectories: logDirectoriesOf(brokers(1, plan)) })).get('log.dirs')
  }

  expect(read({})).toBe('/ackproof/data')
  expect(read({ disks: { megabytes: 256 } })).toBe('/ackproof/disks/1/log')
  expect(read({ disks: { megabytes: 256, directories: 2 } })).toBe('/ackproof/disks/1/log,/ackproof/disks/2/log')
})
