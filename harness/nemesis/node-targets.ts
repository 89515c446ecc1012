/** Nodes by role. Who bears a role is asked of the cluster when the fault is due, and of a broker that can answer. */
import type { Node, Subject } from '../model/cluster.ts'
import type { NodeTarget } from '../model/fault.ts'
import type { Random } from '../model/random.ts'
import type { TopicPlan } from '../model/topic.ts'
import { clientName, type Workload } from '../model/workload.ts'
import { bearer, leadership } from './roles.ts'

/** The broker that leads one partition of a topic; which partition, the seed says, unless the topic has only one. */
export const leaderOf = (topic: TopicPlan): NodeTarget => ({
  description: `the leader of ${topic.name}`,
  choose: async (subject, random) => {
    const partitions = await subject.metadata.partitions([topic.name])
    const led = partitions.filter(({ leader }) => leader !== undefined)
    const { leader } = random.pick(led)

    return nodesWith(subject, leader === undefined ? [] : [leader])
  },
  role: async (subject, nodes) => leadership(await subject.metadata.partitions([topic.name]), nodes.map(({ id }) => id))
})

/** The brokers that hold a replica of a topic and lead none of its partitions. */
export const followersOf = (topic: TopicPlan): NodeTarget => ({
  description: `the followers of ${topic.name}`,
  choose: async subject => {
    const partitions = await subject.metadata.partitions([topic.name])
    const leaders = new Set(partitions.map(({ leader }) => leader))

    return nodesWith(subject, partitions.flatMap(({ replicas }) => replicas).filter(id => !leaders.has(id)))
  },
  role: async (subject, nodes) => {
    const partitions = await subject.metadata.partitions([topic.name])
    const { held, evidence } = leadership(partitions, partitions.flatMap(({ leader }) => leader === undefined ? [] : [leader]))

    return { held: held && !partitions.some(({ leader }) => nodes.some(({ id }) => id === leader)), evidence }
  }
})

/** The active controller. */
export const controller = (): NodeTarget => ({
  description: 'the active controller',
  choose: async subject => {
    const id = await subject.metadata.controller()

    return nodesWith(subject, id === undefined ? [] : [id])
  },
  role: async (subject, nodes) => bearer('the active controller', await subject.metadata.controller(), nodes)
})

/** The broker that coordinates a consumer group. */
export const coordinatorOf = (group: string): NodeTarget => ({
  description: `the coordinator of ${group}`,
  choose: async subject => {
    const id = await subject.metadata.coordinatorOf(group)

    return nodesWith(subject, id === undefined ? [] : [id])
  },
  role: async (subject, nodes) => bearer(`the coordinator of ${group}`, await subject.metadata.coordinatorOf(group), nodes)
})

export interface TransactionChoice {
  /** Of this workload's transactions. Default: of any. */
  readonly of?: Workload
}

/** A broker that coordinates transactions of the run: those of one of its clients' transactional ids, which the seed chooses. */
export const transactionCoordinator = ({ of }: TransactionChoice = {}): NodeTarget => ({
  description: of === undefined ? 'a coordinator of transactions' : `the coordinator of transactions of ${of.clients.map(clientName).join(', ')}`,
  choose: async (subject, random) => {
    const ids = transactionalIdsOf(subject, of)
    if (ids.length === 0) throw new Error('`transactionCoordinator` finds nobody: no client of this run writes in transactions.')
    const id = await subject.metadata.transactionCoordinatorOf(random.pick(ids))

    return nodesWith(subject, id === undefined ? [] : [id])
  },
  coordinated: async (subject, nodes) => (await coordinatorsOf(subject, of)).flatMap(({ id, node }) => nodes.some(one => one.id === node) ? [id] : []),
  role: async (subject, nodes) => {
    const coordinators = await coordinatorsOf(subject, of)
    const told = coordinators.map(({ id, node }) => `${node === undefined ? 'nobody' : `node ${node}`} was the coordinator of ${id}`)

    return { held: nodes.length > 0 && nodes.every(({ id }) => coordinators.some(({ node }) => node === id)), evidence: told.join(', ') }
  }
})

const coordinatorsOf = (subject: Subject, of: Workload | undefined): Promise<readonly { readonly id: string, readonly node: number | undefined }[]> =>
  Promise.all(transactionalIdsOf(subject, of).map(async id => ({ id, node: await subject.metadata.transactionCoordinatorOf(id) })))

const transactionalIdsOf = (subject: Subject, of: Workload | undefined): readonly string[] => {
  const own = of?.clients.map(clientName)

  return [...new Set(subject.clients().filter(({ name }) => own?.includes(name) ?? true).flatMap(({ transactionalIds = [] }) => transactionalIds))].toSorted()
}

/** One of the brokers that run, whichever the seed says. */
export const oneBroker = (): NodeTarget => ({
  description: 'one broker',
  choose: async (subject, random) => {
    const running = await runningOf(brokersOf(subject))
    if (running.length === 0) throw new Error('No broker runs at the moment.')

    return [random.pick(running)]
  }
})

/** Fewer than half of the brokers, of those that run: one of three, two of five; the seed says which. */
export const minority = (): NodeTarget => ({
  description: 'a minority of the brokers',
  choose: (subject, random) => someOf(brokersOf(subject), { random, what: 'a minority', count: all => Math.floor((all - 1) / 2) })
})

/** More than half of the brokers, of those that run: two of three, three of five; the seed says which. */
export const majority = (): NodeTarget => ({
  description: 'a majority of the brokers',
  choose: (subject, random) => someOf(brokersOf(subject), { random, what: 'a majority', count: all => Math.floor(all / 2) + 1 })
})

export const allBrokers = (): NodeTarget => ({
  description: 'all brokers',
  choose: subject => Promise.resolve(brokersOf(subject))
})

/** The nodes of these ids, brokers or controllers. */
export const byId = (...ids: readonly number[]): NodeTarget => ({
  description: `node ${ids.join(', ')}`,
  choose: async ({ cluster }) => {
    const unknown = ids.filter(id => !cluster.nodes.some(node => node.id === id))
    if (unknown.length > 0) throw new Error(`The cluster has no node ${unknown.join(', ')}.`)

    return cluster.nodes.filter(({ id }) => ids.includes(id))
  }
})

interface Some {
  readonly random: Random
  readonly what: string
  readonly count: (all: number) => number
}

const someOf = async (all: readonly Node[], { random, what, count }: Some): Promise<readonly Node[]> => {
  const left = [...await runningOf(all)]

  return Array.from({ length: count(all.length) }, () => {
    const [node] = left.splice(random.integer({ from: 0, below: left.length }), 1)
    if (!node) throw new Error(`Fewer brokers run than ${what} of them.`)

    return node
  })
}

const brokersOf = (subject: Subject): readonly Node[] => subject.cluster.nodes.filter(node => node.roles.includes('broker'))

/** What another fault has stopped cannot be hit once more. */
const runningOf = async (nodes: readonly Node[]): Promise<readonly Node[]> => {
  const states = await Promise.all(nodes.map(node => node.state()))

  return nodes.filter((_, index) => states[index]?.status === 'running')
}

const nodesWith = (subject: Subject, ids: readonly number[]): readonly Node[] => {
  const found = subject.cluster.nodes.filter(node => ids.includes(node.id))
  if (found.length === 0) throw new Error('Nobody bears that role at the moment.')

  return found
}
