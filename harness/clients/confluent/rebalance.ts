/**
 * How a rebalance is answered. Where a partition is assigned, the group's commit is asked for first, so that the position is known before
 * the first record; a partition without a commit begins where the group resets to, and the first record tells where that is.
 */
import type { TopicPartition } from '../../model/recorder.ts'
import { asError } from '../brokers.ts'
import { partitionKey } from '../partition-key.ts'
import { askCommitted } from './consumer.ts'
import type { RawConsumer, RawError, RawOffset } from './library.ts'
import type { Membership, Owned } from './member.ts'

export interface Rebalance {
  readonly error: RawError | undefined
  readonly partitions: readonly TopicPartition[]
}

/** librdkafka's own numbers. */
const assignPartitions = -175
/** The group's commit; if it has none, librdkafka resets as it is told to. */
const stored = -1000
const withoutCommit = { earliest: -2, latest: -1, none: stored } as const

export const answerRebalance = async (member: Membership, consumer: RawConsumer, { error, partitions }: Rebalance): Promise<void> => {
  try {
    if (error?.code === assignPartitions && !member.leaving) await take(member, consumer, partitions)
    else giveBack(member, consumer, partitions)
  } catch (failure) {
    // A client that is closing takes no answer any more.
    member.listener.failed(asError(failure).message)
  }
}

const take = async (member: Membership, consumer: RawConsumer, partitions: readonly TopicPartition[]): Promise<void> => {
  const { listener, owned, commits } = member
  const taken = partitions.map(({ topic, partition }): Owned => ({ topic, partition, active: true, positioned: false, reset: false }))
  commits?.giveUp(taken)
  for (const own of taken) owned.set(partitionKey(own), own)
  listener.assigned(taken.map(({ topic, partition }) => ({ topic, partition })))

  const offsets = await positionsOf(member, consumer, taken)
  if (consumer.rebalanceProtocol() === 'COOPERATIVE') consumer.incrementalAssign(offsets)
  else consumer.assign(offsets)
}

/** Without an offset where nobody answered in time: librdkafka then asks by itself, and the position is that of the first record. */
const positionsOf = async ({ listener, options: { reset = 'earliest' } }: Membership, consumer: RawConsumer, taken: readonly Owned[]): Promise<readonly RawOffset[]> => {
  const committed = await askCommitted(consumer, taken).catch((error: unknown) => {
    listener.failed(asError(error).message)

    return undefined
  })

  return taken.map((own, index): RawOffset => {
    const { topic, partition } = own
    const offset = committed?.[index]
    if (offset !== undefined) {
      own.positioned = true
      listener.positioned({ topic, partition }, offset)
    }

    return { topic, partition, ...committed !== undefined && { offset: offset ?? withoutCommit[reset] } }
  })
}

const giveBack = (member: Membership, consumer: RawConsumer, partitions: readonly TopicPartition[]): void => {
  revoke(member, partitions)
  if (consumer.rebalanceProtocol() === 'COOPERATIVE') consumer.incrementalUnassign(partitions)
  else consumer.unassign()
}

/** What has come to its end together with its client. */
export const giveBackAll = (member: Membership): void => {
  member.rebalances.splice(0)
  revoke(member, [...member.owned.values()])
  member.commits?.giveUp()
}

const revoke = ({ owned, listener }: Membership, partitions: readonly TopicPartition[]): void => {
  const given = partitions.flatMap(partition => owned.get(partitionKey(partition)) ?? [])
  for (const own of given) {
    own.active = false
    owned.delete(partitionKey(own))
  }
  if (given.length > 0) listener.revoked(given.map(({ topic, partition }) => ({ topic, partition })))
}
