/**
 * `unavailable`: a partition acknowledged nothing for longer than the run's objective allows, while sends waited.
 *
 * Guilty: objective 1,000 ms; a send at 0 that is acknowledged at 1.2 s, and nothing between. Innocent: nobody sent for an hour.
 */
import type { Evidence } from '../model/evidence.ts'
import { visitGaps, type AcknowledgementGap } from './acknowledgement-gaps.ts'
import { because, type Checker } from './checker.ts'

const microsecondsInMillisecond = 1000

export const unavailable: Checker = {
  name: 'unavailable',
  check: ({ evidence }, tally) => {
    const { unavailableMs, partitions } = evidence
    if (unavailableMs === null) return
    for (let partition = 0; partition < partitions.length; partition++) {
      if (partitions[partition]!.partition === null) continue
      const longest = longestGap(evidence, partition)
      if (longest.to - longest.from <= unavailableMs * microsecondsInMillisecond) continue
      const milliseconds = (longest.to - longest.from) / microsecondsInMillisecond
      tally.add({
        anomaly: 'unavailable',
        level: 'objective',
        partition,
        reason: because(`${milliseconds} ms without an acknowledgement while sends waited; the objective is ${unavailableMs} ms`),
        witness: () => ({ id: null, offset: null, at: longest.from, note: `until ${longest.to}` })
      })
    }
  }
}

const longestGap = (evidence: Evidence, partition: number): Pick<AcknowledgementGap, 'from' | 'to'> => {
  let longest = { from: 0, to: 0 }
  visitGaps(evidence, partition, ({ from, to }) => {
    if (to - from > longest.to - longest.from) longest = { from, to }
  })

  return longest
}
