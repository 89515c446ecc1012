/** Client processes by role; the seed says which of them. */
import type { ClientRole } from '../model/cluster.ts'
import type { ClientTarget } from '../model/fault.ts'
import { clientName, type Workload } from '../model/workload.ts'

interface Which {
  readonly description: string
  readonly includes: (name: string) => boolean
}

const oneOf = (role: ClientRole, { description, includes }: Which = { description: `one ${role}`, includes: () => true }): ClientTarget => ({
  description,
  choose: (subject, random) => {
    const running = subject.clients().filter(client => client.role === role && client.running() && includes(client.name))
    if (running.length === 0) return Promise.reject(new Error(`No ${role} runs at the moment that could be ${description}.`))

    return Promise.resolve([random.pick(running)])
  }
})

export const oneConsumer = (): ClientTarget => oneOf('consumer')

interface ProducerChoice {
  /** Only the producers of this workload. Default: any. */
  readonly of?: Workload
}

export const oneProducer = ({ of }: ProducerChoice = {}): ClientTarget => of === undefined ? oneOf('producer') : oneOf('producer', producersOf(of))

const producersOf = ({ description, clients }: Workload): Which => {
  const names = clients.filter(({ kind }) => kind === 'producer').map(clientName)
  if (names.length === 0) throw new Error(`oneProducer({ of }): the workload "${description}" has no producer.`)

  return { description: `one of the producers ${names.join(', ')}`, includes: name => names.includes(name) }
}

/** Of each group one member that runs, at once: so one fault meets groups that are to be compared. The seed says which. */
export const oneMemberOfEach = (...groups: readonly Workload[]): ClientTarget => {
  const targets = groups.map(membersOf).map(members => oneOf('consumer', members))
  if (targets.length === 0) throw new Error('oneMemberOfEach(): give it the workloads of one or more groups.')

  return {
    description: targets.map(({ description }) => description).join(' and '),
    choose: async (subject, random) => (await Promise.all(targets.map(target => target.choose(subject, random)))).flat()
  }
}

const membersOf = ({ description, clients }: Workload): Which => {
  const members = clients.filter(plan => plan.kind === 'member')
  const [first] = members
  if (first === undefined) throw new Error(`oneMemberOfEach(): the workload "${description}" has no members of a group.`)
  const names = members.map(clientName)

  return { description: `one member of ${first.group}`, includes: name => names.includes(name) }
}

/** So many of the consumers that run, or all of them if there are no more; the seed says which. */
export const consumers = (count: number): ClientTarget => {
  if (!Number.isInteger(count) || count < 1) throw new Error(`consumers(${count}): give a whole number from 1.`)

  return {
    description: count === 1 ? 'one consumer' : `${count} consumers`,
    choose: (subject, random) => {
      const running = subject.clients().filter(client => client.role === 'consumer' && client.running())
      if (running.length === 0) return Promise.reject(new Error('No consumer runs at the moment.'))
      const left = [...running]

      return Promise.resolve(Array.from({ length: Math.min(count, running.length) }, () => left.splice(random.integer({ from: 0, below: left.length }), 1)).flat())
    }
  }
}
