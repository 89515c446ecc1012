/** A partition as a key of maps: `orders-0`. */
import type { TopicPartition } from '../model/recorder.ts'

export const partitionKey = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`
