/** The attempts of one record, each with its outcome, its contract and where it went, from the lines about it. */
import { byTime, type LineOf } from './lines.ts'
import type { RecordLines, Surroundings } from './record-lines.ts'

export interface Attempt {
  readonly attempt: number
  readonly send: LineOf<'send'>
  readonly outcome: 'acknowledged' | 'rejected' | 'indeterminate' | 'silent'
  readonly outcomeAt: number | null
  readonly error: string | null
  readonly topic: string
  /** Where it was acknowledged, else where it was sent to; null: its client chose, and never said. */
  readonly partition: number | null
  readonly offset: number | null
  readonly producer: ProducerWords
  readonly transaction: string | null
}

/** What is known of the producer; what its line does not tell is assumed, as the history format says. */
export interface ProducerWords {
  readonly name: string
  readonly incarnation: number
  readonly acks: 'all' | '1' | '0'
  readonly acksAssumed: boolean
  readonly idempotent: boolean
  readonly client: string | null
}

export const attemptsOf = (record: RecordLines, surroundings: Surroundings): readonly Attempt[] =>
  byTime(record.sends).map(send => {
    const attempt = send.attempt ?? 1
    const acknowledgement = record.acknowledgements.find(line => (line.attempt ?? 1) === attempt)
    const refusal = record.refusals.find(line => (line.attempt ?? 1) === attempt)
    const partition = acknowledgement?.partition ?? send.partition ?? onlyPartition(send.topic, surroundings)

    return {
      attempt,
      send,
      outcome: acknowledgement === undefined ? refusal?.event ?? 'silent' : 'acknowledged',
      outcomeAt: acknowledgement?.at ?? refusal?.at ?? null,
      error: refusal?.error ?? null,
      topic: acknowledgement?.topic ?? send.topic,
      partition,
      offset: partition === null ? null : acknowledgement?.offset ?? null,
      producer: producerOf(send, surroundings),
      transaction: send.transaction ?? null
    }
  })

const onlyPartition = (topic: string, { topics }: Surroundings): number | null =>
  topics.find(line => line.topic === topic)?.partitions === 1 ? 0 : null

const producerOf = ({ producer, incarnation = 1 }: LineOf<'send'>, { producers }: Surroundings): ProducerWords => {
  const told = producers.find(line => line.producer === producer && (line.incarnation ?? 1) === incarnation)
  const acks = acksOf(told?.acks)

  return {
    name: producer,
    incarnation,
    acks: acks ?? 'all',
    acksAssumed: acks === undefined,
    idempotent: told?.transactionalId !== undefined || (told?.idempotent ?? (acks ?? 'all') === 'all'),
    client: told?.client ?? null
  }
}

const acksOf = (acks: LineOf<'producer'>['acks']): 'all' | '1' | '0' | undefined => {
  if (acks === undefined) return undefined
  if (acks === 'all' || Number(acks) === -1) return 'all'

  return Number(acks) === 1 ? '1' : '0'
}
