/** What a delivered record says of itself, as it goes on record. */
import type { DeliveredRecord } from '../clients/driver.ts'
import { isPoison, readRecord } from '../model/record.ts'
import type { Delivery, MemberRecorder, TopicPartition } from '../model/recorder.ts'

export interface Finder {
  readonly runTag: Buffer
  readonly recorder: Pick<MemberRecorder, 'foreign'>
}

/** Undefined: no producer of this run wrote it, which is told. */
export const deliveryOf = ({ runTag, recorder }: Finder, { topic, partition }: TopicPartition, record: DeliveredRecord): Delivery | undefined => {
  const found = readRecord(record.value, runTag)
  if (found.kind === 'foreign') {
    recorder.foreign({ topic, partition })

    return undefined
  }
  const { offset, leaderEpoch } = record
  const { stamp, intact } = found

  return { topic, partition, offset, leaderEpoch, record: stamp.record, attempt: stamp.attempt, intact, poison: intact === true && isPoison(record.value) }
}
