/** What a consumer group has committed, asked of its coordinator. */
import { findCoordinatorV4, offsetFetchV8 } from '@platformatic/kafka'
import type { TopicPartition } from '../model/recorder.ts'
import { connectBrokers, hasResponse, type Brokers } from './brokers.ts'

const keyTypes = { group: 0, transaction: 1 } as const

export interface CommittedQuestion {
  readonly bootstrap: readonly string[]
  readonly clientId: string
  readonly group: string
  readonly partitions: readonly TopicPartition[]
  /** True: as long as a transaction with commits of theirs is open, there is no answer. */
  readonly stable?: boolean
}

/** By `topic-partition`; a partition without a commit is absent. On connections of its own, which it closes. */
export const fetchCommittedOffsets = async ({ bootstrap, clientId, group, partitions, stable = false }: CommittedQuestion): Promise<ReadonlyMap<string, number>> => {
  const brokers = connectBrokers(bootstrap, clientId)
  try {
    return await askCommittedOffsets(brokers, group, partitions, { stable })
  } finally {
    await brokers.close()
  }
}

export interface Coordinated {
  readonly kind: keyof typeof keyTypes
  /** A group, or a transactional id. */
  readonly name: string
}

/** Undefined while there is none. */
export const askCoordinator = async (brokers: Brokers, { kind, name }: Coordinated): Promise<number | undefined> => {
  const answer = await brokers.askAny(async connection => {
    try {
      return await findCoordinatorV4.api.async(connection, keyTypes[kind], [name])
    } catch (error) {
      // "Not available" is an answer: the library makes it an error, and keeps what was said.
      if (hasResponse(error)) return error.response as findCoordinatorV4.FindCoordinatorResponse
      throw error
    }
  })
  const node = answer.coordinators[0]?.nodeId

  return node === undefined || node < 0 ? undefined : node
}

export const askCommittedOffsets = async (
  brokers: Brokers, group: string, partitions: readonly TopicPartition[], { stable }: { readonly stable: boolean } = { stable: false }
): Promise<ReadonlyMap<string, number>> => {
  const coordinator = await askCoordinator(brokers, { kind: 'group', name: group })
  if (coordinator === undefined) throw new Error(`Group ${group} has no coordinator now.`)

  const topics = [...Map.groupBy(partitions, ({ topic }) => topic)]
    .map(([name, own]) => ({ name, partitionIndexes: own.map(({ partition }) => partition) }))
  const answer = await brokers.askBroker(coordinator, connection =>
    offsetFetchV8.api.async(connection, [{ groupId: group, memberEpoch: -1, topics }], stable))

  return new Map(answer.groups.flatMap(found => found.topics).flatMap(({ name, partitions: found }) =>
    found.filter(({ committedOffset }) => committedOffset >= 0n)
      .map(({ partitionIndex, committedOffset }): [string, number] => [`${name}-${partitionIndex}`, Number(committedOffset)])))
}
