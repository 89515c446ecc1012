/**
 * Asks for elections (ElectLeaders), as an operator does. `electPreferred` gives every partition back to the first of its replicas, after
 * failures have left few brokers with all of the work. `electUnclean` lets any replica lead that lives, where nobody leads: the partition works
 * again, and what only the others had is lost. Neither can be undone: a leader has led, and what was cut off is gone.
 */
import type { Subject } from '../model/cluster.ts'
import type { Bite, Fault } from '../model/fault.ts'
import type { PartitionState } from '../model/metadata.ts'
import type { Election } from '../model/operations.ts'
import type { TopicPlan } from '../model/topic.ts'
import { describeLeader, stateOf } from './partition-states.ts'

export const electPreferred = (topic: TopicPlan): Fault => ({
  description: `elect the preferred leaders of ${topic.name}`,
  what: 'elect-preferred',
  ...electing(topic, {
    election: 'preferred',
    lacks: ({ leader, replicas, isr }) => leader !== undefined && leader !== replicas[0] && isr.includes(replicas[0] ?? -1),
    nobody: `each preferred leader of ${topic.name} leads, or is not in sync`
  })
})

export const electUnclean = (topic: TopicPlan): Fault => ({
  description: `elect any replica of ${topic.name} that lives`,
  what: 'elect-unclean',
  imposes: [{ topic: topic.name, config: { 'unclean.leader.election.enable': 'true' } }],
  ...electing(topic, { election: 'unclean', lacks: ({ leader }) => leader === undefined, nobody: `each partition of ${topic.name} has a leader` })
})

interface Electing {
  readonly election: Election
  /** Whether a partition needs the election. */
  readonly lacks: (state: PartitionState) => boolean
  /** Why there would be nothing to do. */
  readonly nobody: string
}

const electing = ({ name }: TopicPlan, { election, lacks, nobody }: Electing): Pick<Fault, 'needs' | 'lasting' | 'prepare'> => ({
  needs: [],
  lasting: 'for good',
  prepare: async subject => {
    const before = (await subject.metadata.partitions([name])).filter(lacks)
    if (before.length === 0) throw new Error(`There is nothing to elect: ${nobody}.`)

    return {
      whom: before.map(({ topic, partition }) => `${topic}-${partition}`).join(', '),
      brokers: election === 'unclean' ? before.flatMap(({ replicas }) => replicas) : before.flatMap(({ leader, replicas: [preferred] }) => [leader, preferred].filter(id => id !== undefined)),
      clients: [],
      partitions: before.map(({ topic, partition }) => ({ topic, partition })),
      strike: async () => {
        const refused = await subject.operations.elect(election, before)

        return { bite: () => haveLeaders(subject, before, { election, refused }), [Symbol.asyncDispose]: () => Promise.resolve() }
      }
    }
  }
})

interface Elected {
  readonly election: Election
  readonly refused: readonly string[]
}

const haveLeaders = async (subject: Subject, partitions: readonly PartitionState[], { election, refused }: Elected): Promise<Bite> => {
  const found = await Promise.all(partitions.map(async before => {
    const now = await stateOf(subject, before)
    const elected = now?.leader !== undefined && (now.leaderEpoch ?? 0) > (before.leaderEpoch ?? 0) && (election === 'unclean' || now.leader === before.replicas[0])

    return { elected, words: `${describeLeader(before, before)}; now ${describeLeader(before, now)}` }
  }))

  return { bit: refused.length === 0 && found.every(({ elected }) => elected), evidence: [...refused, ...found.map(({ words }) => words)].join('; ') }
}
