/**
 * Copies: a group was delivered one attempt of a record at two offsets, the second above all that it had been delivered before.
 * Both are in the log, and stay, where the log is never cut off below what was delivered: so nothing is said of weak topics, nor where
 * power cuts are on the schedule, nor of transactions, whose records may be there and not count.
 *
 * Certain: offsets 4 and 9 hold attempt 1 of p1:17, and billing was delivered 4, ..., 8, 9. Not certain: it was delivered 9 twice.
 */
import { isWeak } from '../promises.ts'
import { countBy, grouped, type LiveContract, type LiveFinding, type LiveWitness } from './live-finding.ts'

/** What a group was delivered a second time, at a higher offset. */
export interface DeliveredTwice {
  readonly partition: string
  readonly group: string
  /** How many, by the number of the producer. */
  readonly byProducer: ReadonlyMap<number, number>
  readonly witnesses: readonly LiveWitness[]
  readonly transactions: boolean
}

const shownWitnesses = 3

export const certainCopies = ({ partition, group, byProducer, witnesses, transactions }: DeliveredTwice, contract: LiveContract): readonly LiveFinding[] => {
  if (isWeak(contract) || contract.compacted || contract.powerCuts || transactions) return []

  // Of a producer that is not known nothing is.
  const isIdempotent = (producer: number): boolean | undefined => contract.producers.get(producer)?.idempotent

  return [...countBy(byProducer, isIdempotent)].flatMap(([idempotent, count]): readonly LiveFinding[] => {
    const examples = witnesses.filter(({ producer }) => isIdempotent(producer) === idempotent).slice(0, shownWitnesses)
      .map(({ id, offset }) => `${id} again at offset ${grouped(offset)}`)

    return idempotent === undefined
      ? []
      : [{
        anomalies: ['duplicated'],
        level: idempotent ? 'violation' : 'permitted',
        partition,
        count,
        text: `${count === 1 ? '1 copy too many is' : `${grouped(count)} copies too many are`} in ${partition}: ${group} received records at a second offset`
          + (examples.length === 0 ? '' : ` (${examples.join(', ')})`),
        contract: `idempotence ${idempotent ? 'on' : 'off'}`
      }]
  })
}
