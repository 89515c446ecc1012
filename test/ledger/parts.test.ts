/** A ledger that is judged a few partitions at a time gets the judgement that it gets at once, whatever is wrong with it. */
import { appendFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { judge, recoveryOf, startJudging } from '../../harness/checkers/index.ts'
import { importLedger, InputError, kinds, openLedger, visitLedger } from '../../harness/ledger/index.ts'
import type { Evidence } from '../../harness/model/evidence.ts'
import type { Judgement } from '../../harness/model/judgement.ts'
import { effectMutations, mutationDescriptions } from '../../harness/model/mutations.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { judgeLedger } from '../../harness/run/judge-ledger.ts'
import { selfTest } from '../../harness/run/self-test/index.ts'
import { writeSmallRun } from '../run/self-test/small-run.ts'
import { writeOddRun } from './odd-run.ts'

let folder: string

beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'ackproof-parts-')) })
afterEach(async () => { await rm(folder, { recursive: true }) })

interface Judged {
  readonly judgement: Judgement
  readonly warnings: readonly string[]
  readonly parts: number
}

const judgedInParts = (from: string, entriesAtOnce: number): Judged => {
  const judging = startJudging()
  let parts = 0
  const warnings = visitLedger(from, evidence => {
    judging.add(evidence)
    parts += 1
  }, { entriesAtOnce })

  return { judgement: judging.judgement(), warnings, parts }
}

const judgedAtOnce = async (from: string): Promise<Omit<Judged, 'parts'>> => {
  const evidence = await importLedger(from)

  return { judgement: judge(evidence), warnings: evidence.warnings }
}

/** What went wrong, or what came of it. */
const outcomeOf = async (judged: () => object | Promise<object>): Promise<object> => {
  try {
    return await judged()
  } catch (error) {
    if (error instanceof InputError) return { refused: error.message }
    throw error
  }
}

const seeds = Array.from({ length: 30 }, (_, seed) => `odd-${seed}`)

describe('in parts, an odd run is judged as at once', () => {
  test.each(seeds)('%s', async seed => {
    writeOddRun(folder, seed)
    const whole = await outcomeOf(() => judgedAtOnce(folder))
    for (const entriesAtOnce of [1, 150, 400]) {
      const { parts: _, ...parted } = await outcomeOf(() => judgedInParts(folder, entriesAtOnce)) as Judged
      expect(parted).toEqual(whole)
    }
  })

  test.each(['chosen', 'moved', 'retried', 'transactions', 'phantoms', 'unmatched', 'late', 'replicas', 'incomplete', 'power-cut', 'believed'])('with nothing but %s', async oddity => {
    writeOddRun(folder, 'one', [oddity])
    const { judgement, warnings } = await judgedAtOnce(folder)

    expect(judgedInParts(folder, 1)).toMatchObject({ judgement, warnings })
  })
})

describe('parts', () => {
  test('are as many as partitions where nothing ties these together, and each has all of its own', () => {
    writeOddRun(folder, 'plain', [])
    const within: number[] = []
    let sent = 0
    visitLedger(folder, (evidence: Evidence) => {
      within.push(...evidence.within!)
      sent += evidence.sends.length
      expect([...new Set(evidence.sends.partition)].filter(partition => !evidence.within!.has(partition))).toEqual([])
    }, { entriesAtOnce: 1 })

    expect(within.toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5])
    expect(sent).toBe(120)
    expect(judgedInParts(folder, 1).parts).toBe(6)
    expect(judgedInParts(folder, 1_000_000).parts).toBe(1)
  })

  test('are no more than there are bundles, where there are more partitions than these', async () => {
    const ledger = openLedger(folder, { format: 1, run: 'r', process: 'p1', topics: ['orders'], producer: 'p1', incarnation: 1 })
    for (let partition = 0; partition < 200; partition++) {
      const record = recordNumber({ producer: 1, incarnation: 1, sequence: partition })
      ledger.append({ kind: kinds.send, topic: 0, partition, at: 10, record })
      ledger.append({ kind: kinds.acknowledged, topic: 0, partition, at: 20, record, value: 0 })
      ledger.event({ event: 'audit', topic: 'orders', partition, logStart: 0, logEnd: 1, complete: partition !== 150 })
    }
    ledger.close()
    const { judgement, parts } = judgedInParts(folder, 1)

    expect(parts).toBe(126)
    expect(judgement).toEqual((await judgedAtOnce(folder)).judgement)
    expect(judgement.counts.lost).toBe(199)
  })

  test('keep the partitions together that a transaction wrote to', () => {
    writeOddRun(folder, 'tied', ['transactions'])

    expect(judgedInParts(folder, 1).parts).toBe(1)
  })

  test('are not made of a ledger whose lines tell of records', () => {
    writeOddRun(folder, 'plain', [])
    appendFileSync(join(folder, 'harness.ndjson'), `${JSON.stringify({ event: 'effect', id: 'p1:1', times: 1 })}\n`)

    expect(judgedInParts(folder, 1).parts).toBe(1)
  })

  test('tell how long partitions were unavailable as the whole does', async () => {
    writeOddRun(folder, 'plain', ['late'])
    const recoveries: unknown[] = []
    visitLedger(folder, evidence => { recoveries.push(...recoveryOf(evidence)) }, { entriesAtOnce: 1 })

    expect(recoveries).toHaveLength(6)
    expect(recoveries).toEqual(expect.arrayContaining([...recoveryOf(await importLedger(folder))]))
  })
})

describe('what no process can have written is refused', () => {
  const refusedInParts = (): string => {
    try {
      judgedInParts(folder, 1)
    } catch (error) {
      if (error instanceof InputError) return error.message
      throw error
    }

    return 'nothing was refused'
  }

  const bad: readonly (readonly [string, Parameters<ReturnType<typeof openLedger>['append']>[0], RegExp])[] = [
    ['a number of no record', { kind: kinds.send, topic: 0, partition: 0, at: 9_000, record: 7 }, /p3\.ledger, line 2: record: 7 is no record's number$/],
    ['a topic of no header', { kind: kinds.send, topic: 9, partition: 0, at: 9_000, record: recordNumber({ producer: 3, incarnation: 1, sequence: 1 }) }, /p3\.ledger, line 2: topic: 9 is none/],
    ['a delivery by nobody', { kind: kinds.delivered, topic: 0, partition: 0, at: 9_000, record: recordNumber({ producer: 3, incarnation: 1, sequence: 0 }), value: 1 }, /p3\.ledger, line 2: member: the header names none/],
    ['a second send', { kind: kinds.send, topic: 0, partition: 3, at: 9_000, record: recordNumber({ producer: 3, incarnation: 1, sequence: 0 }) }, /p3\.ledger, line 2: id: a second send of attempt 1 of this id$/],
    ['an outcome before its send', { kind: kinds.rejected, topic: 0, at: 8_000, record: recordNumber({ producer: 3, incarnation: 1, sequence: 0 }) }, /p3\.ledger, line 2: at: an outcome at 8000, before its send at 8999$/]
  ]

  test.each(bad)('with its place: %s', async (_, entry, message) => {
    writeOddRun(folder, 'plain', [])
    const ledger = openLedger(folder, { format: 1, run: 'r', process: 'p3', topics: ['orders'], producer: 'p3', incarnation: 1 })
    ledger.append({ kind: kinds.send, topic: 0, partition: 3, at: 8_999, record: recordNumber({ producer: 3, incarnation: 1, sequence: 0 }), value: 0 })
    ledger.append(entry)
    ledger.close()

    expect(refusedInParts()).toMatch(message)
    await expect(importLedger(folder)).rejects.toThrow(message)
  })
})

test.each([['in a partition that there was', 5000], ['in one of its own', 2]])('what the self-test plants in a run of parts is judged in parts too, and noticed: an outage %s', async (_, unavailableMs) => {
  const usual = writeSmallRun({ rounds: 8, partitions: 6, unavailableMs })
  const parts: number[] = []
  const inParts = async (from: string): Promise<Judgement> => {
    const judged = judgeLedger(from, { witnesses: 100, entriesAtOnce: 1 })
    parts.push(judged.parts)

    return judged.judgement
  }
  const baseline = await inParts(usual)
  // A ledger with effects is never judged in parts.
  const required = Object.keys(mutationDescriptions).filter(name => !effectMutations.some(effect => effect === name))
  const report = await selfTest({ folder: usual, required, judgeFolder: inParts, baseline, scratch: `${usual}-copy-in-parts`, random: randomFrom('a') })
  await rm(usual, { recursive: true })

  expect(report).toMatchObject({ failures: [], passed: true })
  expect(report.planted.filter(({ mutation }) => mutation === 'outage')).toEqual([{ mutation: 'outage', anomaly: 'unavailable', planted: 1, noticed: 1 }])
  expect(parts).toEqual([6, expect.toSatisfy((made: number) => made > 2)])
})
