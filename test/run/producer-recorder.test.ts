/** When the line of a producer is written whose transactional id others contend for: its time accuses them, so it must be certain. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Outcome, ProducerRecorder } from '../../harness/model/recorder.ts'
import { recordProducer } from '../../harness/run/producer-recorder.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const batch = { topic: 'invoices', partition: 0, firstSequence: 0, count: 1, attempt: 1, transaction: 'p2000.1#1' }

/** The times in the `producer` lines. */
const timesAfter = (contested: boolean, act: (recorder: ProducerRecorder) => void): readonly unknown[] => {
  const folder = temporaryFolder()
  let time = 100
  act(recordProducer({
    folder, run: 'r', producer: 2000, topic: 'invoices', now: () => time += 1, ...contested ? { contested: true } : {},
    contract: { acks: 'all', idempotent: true, maxInFlight: 1, client: 'fake', transactionalId: 'orders-0' }
  }))

  return readFileSync(join(folder, 'p2000.1.ndjson'), 'utf8').split('\n').filter(line => line.includes('"event":"producer"')).map(line => (JSON.parse(line) as { at?: number }).at)
}

const settled = (outcome: Outcome) => (recorder: ProducerRecorder): void => {
  recorder.sent(batch, 200)
  recorder.settled(batch, outcome, 300)
}

test('one that is uncontested says at once when it was initialised', () => {
  expect(timesAfter(false, () => undefined)).toEqual([101])
})

test('a contested one says it when it could write after that, for nobody had taken over by then', () => {
  expect(timesAfter(true, () => undefined)).toEqual([])
  expect(timesAfter(true, settled({ kind: 'acknowledged', baseOffset: 0 }))).toEqual([101])
})

test('a contested one that never wrote says no time: another may have taken over while the answer was on its way', () => {
  expect(timesAfter(true, recorder => { settled({ kind: 'indeterminate', error: 'INVALID_PRODUCER_EPOCH' })(recorder); recorder.close() })).toEqual([undefined])
})
