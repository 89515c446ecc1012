/**
 * Moves replicas of one partition to brokers that hold none of it (AlterPartitionReassignments), as when a broker is replaced or a cluster
 * grows: the new ones copy the log under load, the old ones are dropped, its leader among them. Healing moves them back, which takes as long
 * again; a cluster is not steady before it is done.
 */
import type { Subject } from '../model/cluster.ts'
import type { Bite, Fault, Moment } from '../model/fault.ts'
import type { PartitionState } from '../model/metadata.ts'
import type { Random } from '../model/random.ts'
import type { TopicPlan } from '../model/topic.ts'
import { stateOf, undoneUnlessDone } from './partition-states.ts'

/** The seed says which partition. As many replicas move as there are brokers without one, the leader's first. */
export const reassign = (topic: TopicPlan): Fault => ({
  description: `reassign replicas of ${topic.name}`,
  what: 'reassign',
  needs: [],
  prepare: async (subject, random) => {
    const { before, replicas } = await chooseMove(subject, topic, random)
    const { partition } = before
    const place = (wanted: readonly number[]): Promise<void> => subject.operations.reassign([{ topic: topic.name, partition, replicas: wanted }])

    return {
      whom: `${topic.name}-${partition}, from brokers ${before.replicas.join(', ')} to ${replicas.join(', ')}`,
      brokers: [...new Set([...before.replicas, ...replicas])],
      clients: [],
      partitions: [{ topic: topic.name, partition }],
      strike: async () => {
        await undoneUnlessDone(() => place(replicas), () => place(before.replicas))

        return { bite: moment => haveMoved(subject, { before, replicas, moment }), [Symbol.asyncDispose]: () => place(before.replicas) }
      }
    }
  }
})

interface Move {
  readonly before: PartitionState
  readonly replicas: readonly number[]
}

const chooseMove = async ({ metadata, cluster }: Subject, topic: TopicPlan, random: Random): Promise<Move> => {
  const before = random.pick(await metadata.partitions([topic.name]))
  const live = await metadata.liveBrokers()
  const free = cluster.nodes.filter(({ id, roles }) => roles.includes('broker') && live.includes(id) && !before.replicas.includes(id)).map(({ id }) => id)
  if (free.length === 0) throw new Error(`Every broker that lives holds a replica of ${topic.name}-${before.partition}: there is none to move one to.`)

  const leaving = [...before.replicas].sort((one, other) => Number(other === before.leader) - Number(one === before.leader)).slice(0, free.length)

  return { before, replicas: [...free.slice(0, leaving.length), ...before.replicas.filter(replica => !leaving.includes(replica))] }
}

/** At the blow they are on their way; before it is healed they must have arrived, and nobody else may hold a replica. */
const haveMoved = async (subject: Subject, { before, replicas, moment }: Move & { readonly moment: Moment }): Promise<Bite> => {
  const { replicas: now = [], isr = [] } = await stateOf(subject, before) ?? {}
  const asked = replicas.every(replica => now.includes(replica))
  const done = asked && now.length === replicas.length && replicas.every(replica => isr.includes(replica))

  return {
    bit: moment === 'struck' ? asked : done,
    evidence: `${before.topic}-${before.partition} was held by brokers ${before.replicas.join(', ')}; now by ${now.join(', ')}, of which ${isr.join(', ')} are in sync`
  }
}
