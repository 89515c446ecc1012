/**
 * How a member commits what it is done with: it waits for each answer (`sync`), goes on without any (`async`), or waits for the last of
 * each fetched batch alone (`combined`). The next offset goes on record with what became of it once that is known, and before that for
 * the case that the member dies; of one that is told to leave all answers are waited for.
 */
import type { BatchControl, DeliveredRecord } from '../clients/driver.ts'
import type { MemberRecorder, TopicPartition } from '../model/recorder.ts'
import type { CommitCalls } from '../model/workload.ts'

export interface Commits {
  /** Commits up to the last of these records, and waits. False if that is not known to have been done. */
  readonly upTo: (where: TopicPartition, records: readonly DeliveredRecord[], control: BatchControl) => Promise<boolean>
  /** The records of one commit have been worked on. */
  readonly afterWork: (where: TopicPartition, records: readonly DeliveredRecord[], control: BatchControl) => Promise<void>
  /** A fetched batch is over; `records` is what it has been worked through last, if anything. */
  readonly afterBatch: (where: TopicPartition, records: readonly DeliveredRecord[], control: BatchControl) => Promise<void>
  /** How many have not been answered. */
  readonly underWay: () => number
}

interface Committing {
  readonly calls: CommitCalls
  readonly recorder: Pick<MemberRecorder, 'flush' | 'committing' | 'committed'>
  readonly now: () => number
}

export const commitsBy = ({ calls, recorder, now }: Committing): Commits => {
  let underWay = 0

  const upTo: Commits['upTo'] = async ({ topic, partition }, records, control) => {
    const last = records.at(-1)
    if (last === undefined) return true

    const offset = last.offset + 1
    recorder.flush()
    const at = now()
    recorder.committing({ topic, partition, offset, at })
    underWay += 1
    const result = await control.commit(offset)
    underWay -= 1
    recorder.committed({ topic, partition, offset, at, until: now(), ...result })

    return result.outcome === 'acknowledged'
  }

  return {
    upTo,
    underWay: () => underWay,
    afterWork: async (where, records, control) => {
      const answered = upTo(where, records, control)
      if (calls === 'sync') await answered
    },
    afterBatch: async (where, records, control) => {
      if (calls === 'combined' && control.current()) await upTo(where, records, control)
    }
  }
}
