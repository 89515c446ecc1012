/** Writes the records of one send into their slots: numbered, and one of so many a poison pill where the plan says so. */
import { recordNumber } from '../model/record-number.ts'
import { writeRecord, type RecordOrigin, type RecordSlot, type RecordTags } from '../model/record.ts'
import type { ProducerRecorder, RecordBatch } from '../model/recorder.ts'

export interface Stamp {
  readonly tags: RecordTags
  readonly recorder: Pick<ProducerRecorder, 'producer' | 'incarnation'>
  readonly at: number
  /** As in the producer's plan; absent: none is one. */
  readonly poisonEvery?: number | undefined
  /** What each of them was made from; absent: from no other. */
  readonly origins?: readonly RecordOrigin[]
}

export const stampRecords = (slots: readonly RecordSlot[], batch: RecordBatch, { tags, recorder: { producer, incarnation }, at, poisonEvery, origins }: Stamp): void => {
  const first = recordNumber({ producer, incarnation, sequence: batch.firstSequence })
  for (const [index, slot] of slots.entries()) {
    // Not the first ones: a group has to be seen at work before one stops it.
    const poison = poisonEvery !== undefined && (batch.firstSequence + index) % poisonEvery === poisonEvery - 1
    writeRecord(slot, tags, { record: first + index, partition: batch.partition, attempt: batch.attempt, at, poison, origin: origins?.[index] })
  }
}
