/** A blow at several at once: all are hit or none, for one that fails half-way is undone before it is reported. */
import { messageOf } from '../model/errors.ts'

export interface Blow<Victim, Value> {
  readonly act: (victim: Victim) => Promise<Value>
  /** What an act gave, or nothing where it failed: it may have been done all the same. */
  readonly undo: (victim: Victim, done: Value | undefined) => PromiseLike<unknown>
  /** To be read after "1 of 2 ". */
  readonly failed: string
}

export const allOrNone = async <Victim, Value>(victims: readonly Victim[], { act, undo, failed }: Blow<Victim, Value>): Promise<readonly Value[]> => {
  const results = await Promise.allSettled(victims.map(act))
  const reasons = results.flatMap(result => result.status === 'rejected' ? [result.reason as unknown] : [])
  if (reasons.length === 0) return results.flatMap(result => result.status === 'fulfilled' ? [result.value] : [])

  await Promise.allSettled(victims.map(async (victim, index) => {
    const result = results[index]
    await undo(victim, result?.status === 'fulfilled' ? result.value : undefined)
  }))
  throw new Error(`${reasons.length} of ${victims.length} ${failed}: ${reasons.map(messageOf).join('; ')}`)
}
