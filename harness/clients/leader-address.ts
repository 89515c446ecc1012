/** Where a partition's leader listens for this client. */
import { metadataV12 } from '@platformatic/kafka'
import type { Bootstrap, Metadata } from '../model/metadata.ts'
import type { TopicPartition } from '../model/recorder.ts'
import { connectBrokers } from './brokers.ts'

/** Throws while there is no leader. */
export const leaderAddress = async (metadata: Metadata, bootstrap: Bootstrap, { topic, partition }: TopicPartition): Promise<string> => {
  const states = await metadata.partitions([topic])
  const leader = states.find(state => state.partition === partition)?.leader
  if (leader === undefined) throw new Error(`${topic}-${partition} has no leader.`)

  const brokers = connectBrokers(bootstrap, 'ackproof-address')
  try {
    const { brokers: known } = await brokers.askAny(connection => metadataV12.api.async(connection, [], false, false))
    const broker = known.find(({ nodeId }) => nodeId === leader)
    if (broker === undefined) throw new Error(`Broker ${leader}, which leads ${topic}-${partition}, is not registered.`)

    return `${broker.host}:${broker.port}`
  } finally {
    await brokers.close()
  }
}
