/** A producer's incarnation on record: its part of the ledger, opened with its `producer` line. */
import { kinds } from '../ledger/format.ts'
import { openLedger, type LedgerWriter } from '../ledger/writer.ts'
import { recordNumber } from '../model/record-number.ts'
import type { CountedRecords, CountingRecorder, Outcome, ProducerContract, ProducerRecorder, RecordBatch } from '../model/recorder.ts'
import { nextIncarnation } from './incarnations.ts'

export interface ProducerRecorderSetting {
  readonly folder: string
  readonly run: string
  readonly producer: number
  readonly topic: string
  readonly contract: ProducerContract
  /**
   * Others may take over its transactional id at any time. Who of two was the last to be initialised is certain only of one that could
   * still write after its initialisation had returned: until then its line is held back, and says no time if that never comes.
   */
  readonly contested?: true
  readonly now: () => number
}

/** The only topic of a producer's plan. */
const topic = 0
const mostIncarnations = 255

export const recordProducer = ({ folder, run, producer, topic: name, contract, contested, now }: ProducerRecorderSetting): ProducerRecorder & CountingRecorder => {
  const client = `p${producer}`
  const incarnation = nextIncarnation(folder, client)
  if (incarnation > mostIncarnations) throw new Error(`${client} has used up its ${mostIncarnations} incarnations: its client was spent that often.`)

  const ledger = openLedger(folder, { format: 1, run, process: `${client}.${incarnation}`, topics: [name], producer: client, incarnation })
  const openedAt = now()
  let told = false
  const tell = (at: number | undefined): void => {
    if (!told) ledger.event({ event: 'producer', producer: client, at, incarnation, ...contract })
    told = true
  }
  if (contested !== true) tell(openedAt)
  const numberOf = (batch: CountedRecords): number => recordNumber({ producer, incarnation, sequence: batch.firstSequence })

  return {
    producer,
    incarnation,
    close: () => {
      tell(undefined)
      ledger.close()
    },
    sent: (batch, at) => {
      const first = numberOf(batch)
      const extra = batch.transaction === undefined ? 0 : ledger.numberOf(batch.transaction)
      for (let index = 0; index < batch.count; index += 1) {
        ledger.append({
          kind: kinds.send, topic, partition: batch.partition, extra, at, attempt: batch.attempt, record: first + index, value: batch.firstSequence + index
        })
      }
      ledger.flush()
    },
    settled: (batch, outcome, at) => {
      settle(ledger, batch, { first: numberOf(batch), outcome, at })
      ledger.flush()
      if (outcome.kind === 'acknowledged') tell(openedAt)
    },
    announced: ({ firstSequence, count, partition }, at) => {
      const first = numberOf({ firstSequence, count })
      for (let index = 0; index < count; index += 1) {
        ledger.append({ kind: kinds.send, topic, partition, at, record: first + index, value: firstSequence + index })
      }
      ledger.flush()
    },
    told: (records, outcome, at) => {
      settle(ledger, { ...records, attempt: 1 }, { first: numberOf(records), outcome, at })
      ledger.flush()
    },
    believed: (batch, at) => {
      const first = numberOf(batch)
      for (let index = 0; index < batch.count; index += 1) {
        ledger.append({ kind: kinds.believed, topic, partition: batch.partition, at, attempt: batch.attempt, record: first + index })
      }
      ledger.flush()
    },
    transaction: (name, phase, at) => {
      ledger.event({ event: 'transaction', at, transaction: name, producer: client, incarnation, phase })
    }
  }
}

interface Settled extends Pick<RecordBatch, 'count' | 'attempt'> {
  readonly partition: number | undefined
}

const settle = (ledger: LedgerWriter, batch: Settled, { first, outcome, at }: { first: number, outcome: Outcome, at: number }): void => {
  const kind = kinds[outcome.kind]
  const extra = outcome.kind === 'acknowledged' ? 0 : ledger.numberOf(outcome.error)
  const base = outcome.kind === 'acknowledged' ? outcome.baseOffset : undefined

  for (let index = 0; index < batch.count; index += 1) {
    ledger.append({
      kind, topic, partition: batch.partition, extra, at, attempt: batch.attempt, record: first + index,
      value: base === undefined ? -1 : base + index
    })
  }
}
