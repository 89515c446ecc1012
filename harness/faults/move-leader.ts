/**
 * Moves the leadership of one partition to another replica that is in sync, as an operator or a balancing tool does: the replica becomes the
 * preferred leader (AlterPartitionReassignments with the same replicas in another order), and is elected. No process ends and no link is
 * touched, but every client has to find the new leader. It may find it within milliseconds: what is acknowledged while the other leads has met
 * the fault all the same. Healing gives the old order back, and the leadership with it.
 */
import type { Subject } from '../model/cluster.ts'
import type { Bite, Fault } from '../model/fault.ts'
import type { PartitionState } from '../model/metadata.ts'
import type { Random } from '../model/random.ts'
import type { TopicPlan } from '../model/topic.ts'
import { describeLeader, stateOf, undoneUnlessDone } from './partition-states.ts'

/** The seed says which partition, and which of its replicas in sync leads next. */
export const moveLeader = (topic: TopicPlan): Fault => ({
  description: `move a leader of ${topic.name}`,
  what: 'move-leader',
  needs: [],
  unnoticed: true,
  prepare: async (subject, random) => {
    const move = await chooseMove(subject, topic, random)
    const { before, to } = move

    return {
      whom: `${topic.name}-${before.partition}, from broker ${before.leader} to broker ${to}`,
      brokers: [before.leader, to],
      clients: [],
      partitions: [{ topic: topic.name, partition: before.partition }],
      role: async () => {
        const now = await stateOf(subject, before)

        return { held: now?.leader === before.leader && now.leaderEpoch === before.leaderEpoch, evidence: describeLeader(before, now) }
      },
      strike: async () => {
        await undoneUnlessDone(() => lead(subject, before, [to, ...before.replicas.filter(replica => replica !== to)]), () => undo(subject, before))

        return { bite: () => hasMoved(subject, move), [Symbol.asyncDispose]: () => undo(subject, before) }
      }
    }
  }
})

type Led = PartitionState & { readonly leader: number }

interface Move {
  readonly before: Led
  readonly to: number
}

const isLed = (state: PartitionState): state is Led => state.leader !== undefined

const chooseMove = async ({ metadata }: Subject, topic: TopicPlan, random: Random): Promise<Move> => {
  const movable = (await metadata.partitions([topic.name])).filter(isLed).filter(({ leader, isr }) => isr.some(replica => replica !== leader))
  if (movable.length === 0) throw new Error(`No partition of ${topic.name} has a leader and another replica in sync.`)
  const before = random.pick(movable)

  return { before, to: random.pick(before.isr.filter(replica => replica !== before.leader)) }
}

const lead = async ({ operations }: Subject, { topic, partition }: PartitionState, replicas: readonly number[]): Promise<void> => {
  await operations.reassign([{ topic, partition, replicas }])
  await operations.elect('preferred', [{ topic, partition }])
}

/** The order is what was changed. Where the old leader cannot lead again, nobody is made to. */
const undo = (subject: Subject, before: Led): Promise<void> => lead(subject, before, before.replicas)

const hasMoved = async (subject: Subject, { before, to }: Move): Promise<Bite> => {
  const now = await stateOf(subject, before)
  const moved = now?.leader === to && (now.leaderEpoch ?? 0) > (before.leaderEpoch ?? 0)

  return { bit: moved, evidence: `${describeLeader(before, before)}; now ${describeLeader(before, now)}` }
}
