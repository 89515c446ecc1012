/** What is measured of a run does not depend on how many parts its evidence came in. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judge } from '../../harness/checkers/index.ts'
import { kinds, openLedger, visitLedger } from '../../harness/ledger/index.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import type { CheckOrder } from '../../harness/run/check-order.ts'
import { startMeasuring, type Measures } from '../../harness/run/measures.ts'
import { writeOddRun } from '../ledger/odd-run.ts'

type Faults = CheckOrder['faults']

const faultOn = (place: object): Faults[number] => ({
  number: 1, fault: 'f', whom: 'broker 1', targetChosenIn: 0, plannedAt: 300, injectingAt: 400, injectedAt: 500, healingAt: 600, healedAt: 700,
  bit: true, affected: [], clients: [], evidence: {}, ...place
} as unknown as Faults[number])

const faults: Faults = [
  faultOn({ affected: [{ topic: 'orders', partition: 1 }] }),
  faultOn({ affected: [{ topic: 'orders', partition: 2 }, { topic: 'states', partition: 0 }] }),
  faultOn({ what: 'kill-client', injectedAt: 2_040, injectingAt: 2_030, healedAt: 2_100, clients: ['g1'] })
]
const expects = [{ anomaly: 'lost', level: 'violation', atLeast: 1, among: 'hit' }] as CheckOrder['expects']

const measuredIn = (folder: string, entriesAtOnce: number, disturbed = faults): Measures & { readonly parts: number } => {
  const measuring = startMeasuring({ faults: disturbed, expects })
  let parts = 0
  visitLedger(folder, evidence => {
    measuring.add(evidence, judge(evidence).findings)
    parts += 1
  }, { entriesAtOnce })

  return { ...measuring.measures(), parts }
}

test.each(['a', 'b', 'c', 'd'])('in six parts as in one (seed %s)', async seed => {
  const folder = await mkdtemp(join(tmpdir(), 'ackproof-measures-'))
  writeOddRun(folder, seed, ['late'])
  const { parts, ...whole } = measuredIn(folder, Infinity)
  const { parts: several, ...parted } = measuredIn(folder, 1)
  await rm(folder, { recursive: true })

  expect([parts, several]).toEqual([1, 6])
  expect(parted).toEqual(whole)
  expect(whole.recovery).toHaveLength(6)
  expect(whole.overlaps.map(({ overlapping }) => overlapping > 0)).toEqual([true, true, true])
  expect(whole.overlaps[2]).toHaveProperty('midWork')
  expect(whole.hit.size).toBeGreaterThan(0)
})

test('are told by topic and partition, whichever the ledger mentions first', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ackproof-measures-'))
  const ledger = openLedger(folder, { format: 1, run: 'r', process: 'p1', topics: ['second', 'first'], producer: 'p1', incarnation: 1 })
  const places = [[0, 10], [1, 1], [0, 2], [1, 0]] as const
  places.forEach(([topic, partition], sequence) => {
    ledger.append({ kind: kinds.send, topic, partition, at: 500 + sequence, record: recordNumber({ producer: 1, incarnation: 1, sequence }) })
  })
  for (const [phase, at] of [['injecting', 10], ['injected', 20], ['healed', 1_000]] as const) ledger.event({ event: 'fault', fault: 'f', phase, at })
  ledger.close()
  const { recovery, unshown } = measuredIn(folder, Infinity, [])
  await rm(folder, { recursive: true })

  expect(recovery.map(({ topic, partition }) => `${topic}-${partition}`)).toEqual(['first-0', 'first-1', 'second-2', 'second-10'])
  expect(unshown.map(sentence => /\w+-\d+/.exec(sentence)?.[0])).toEqual(['first-0', 'first-1', 'second-2', 'second-10'])
})
