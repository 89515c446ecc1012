/** What the lines of producers mean: sends, their outcomes, and transactions. */
import { notKnown, outcomes } from '../model/evidence.ts'
import { acksValues, transactionPhases } from '../model/history.ts'
import type { Fields, Line } from './fields.ts'
import type { Gatherer } from './gatherer.ts'
import type { OutcomeRow, SendRow } from './gathered-sends.ts'

/** Reads one line and hands what it says to the gatherer. */
export type ReadLine = (line: Line, order: number) => void

/** A line that says neither is of the first. */
const firstIncarnation = 1
const firstAttempt = 1

export const sendingLines = (read: Fields, gatherer: Gatherer): ReadonlyMap<string, ReadLine> => {
  const { parties, records, transactions } = gatherer
  const producerOf = (line: Line): number =>
    parties.producerOf(read.name(line['producer'], 'producer'), read.integerOrNull(line['incarnation'], 'incarnation') ?? firstIncarnation)

  const recordOf = (line: Line): number => records.ofName(read.name(line['id'], 'id'))
  const attemptOf = (line: Line): number => read.integerOrNull(line['attempt'], 'attempt') ?? firstAttempt

  return new Map<string, ReadLine>([
    ['producer', (line, order) => {
      const acks = read.optionalOneOf(acksValues, line['acks'], 'acks')
      parties.producerLine({
        order,
        producer: producerOf(line),
        told: {
          at: read.integerOrNull(line['at'], 'at'),
          acks: acks === null ? null : acksOf(acks),
          idempotent: read.optionalBoolean(line['idempotent'], 'idempotent'),
          transactionalId: read.optionalName(line['transactionalId'], 'transactionalId'),
          maxInFlight: read.integerOrNull(line['maxInFlight'], 'maxInFlight'),
          client: read.optionalName(line['client'], 'client')
        }
      })
    }],
    ['send', readSend({ read, gatherer, producerOf, recordOf, attemptOf })],
    ...outcomeLines({ read, gatherer, recordOf, attemptOf }),
    ['believed', line => {
      read.integer(line['at'], 'at')
      gatherer.believed(recordOf(line))
    }],
    ['transaction', (line, order) => {
      const at = read.integer(line['at'], 'at')
      parties.producerSeen({ producer: producerOf(line), at })
      transactions.line({
        order,
        at,
        transaction: transactions.numberOf(read.name(line['transaction'], 'transaction')),
        phase: read.oneOf(transactionPhases, line['phase'], 'phase')
      })
    }]
  ])
}

const acksOf = (acks: (typeof acksValues)[number]): 'all' | '1' | '0' => {
  if (acks === 'all' || acks === '-1' || acks === -1) return 'all'

  return String(acks) === '1' ? '1' : '0'
}

interface Reading {
  readonly read: Fields
  readonly gatherer: Gatherer
  readonly producerOf: (line: Line) => number
  readonly recordOf: (line: Line) => number
  readonly attemptOf: (line: Line) => number
}

const readSend = ({ read, gatherer, producerOf, recordOf, attemptOf }: Reading): ReadLine => {
  const { parties, transactions } = gatherer
  const row: SendRow = {
    order: 0, at: 0, record: 0, attempt: 0, producer: 0, partition: 0, sequence: 0, transaction: 0, key: 0, tombstone: 0
  }

  return (line, order) => {
    row.order = order
    row.at = read.integer(line['at'], 'at')
    row.record = recordOf(line)
    row.attempt = attemptOf(line)
    row.producer = producerOf(line)
    const topic = parties.topics.numberOf(read.name(line['topic'], 'topic'))
    row.partition = parties.partitions.numberOf({ first: topic, second: read.optionalInteger(line['partition'], 'partition') })
    row.sequence = read.optionalInteger(line['sequence'], 'sequence')
    const transaction = read.optionalName(line['transaction'], 'transaction')
    row.transaction = transaction === null ? notKnown : transactions.numberOf(transaction)
    const key = read.optionalName(line['key'], 'key')
    row.key = key === null ? notKnown : gatherer.keys(key)
    row.tombstone = read.optionalBoolean(line['tombstone'], 'tombstone') === true ? 1 : 0
    gatherer.send(row)
  }
}

const outcomeLines = ({ read, gatherer, recordOf, attemptOf }: Omit<Reading, 'producerOf'>): readonly [string, ReadLine][] => {
  const { parties } = gatherer
  const row: OutcomeRow = { order: 0, at: 0, record: 0, attempt: 0, outcome: 0, offset: 0, topic: 0, partition: 0 }

  const start = (line: Line, order: number): void => {
    row.order = order
    row.at = read.integer(line['at'], 'at')
    row.record = recordOf(line)
    row.attempt = attemptOf(line)
  }

  const unwritten = (outcome: number): ReadLine => (line, order) => {
    start(line, order)
    read.optionalName(line['error'], 'error')
    row.outcome = outcome
    row.offset = row.topic = row.partition = notKnown
    gatherer.outcome(row)
  }

  return [
    ['rejected', unwritten(outcomes.rejected)],
    ['indeterminate', unwritten(outcomes.indeterminate)],
    ['acknowledged', (line, order) => {
      start(line, order)
      row.outcome = outcomes.acknowledged
      row.offset = read.optionalInteger(line['offset'], 'offset')
      const topic = read.optionalName(line['topic'], 'topic')
      row.topic = topic === null ? notKnown : parties.topics.numberOf(topic)
      row.partition = read.optionalInteger(line['partition'], 'partition')
      gatherer.outcome(row)
    }]
  ]
}
