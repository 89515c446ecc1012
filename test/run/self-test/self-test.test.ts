/** The self-test with the real import and the real checkers, and with verifiers that are not quite right. */
import { existsSync, rmSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { judge } from '../../../harness/checkers/index.ts'
import { importLedger } from '../../../harness/ledger/index.ts'
import { marks, type Evidence } from '../../../harness/model/evidence.ts'
import type { Finding, Judgement } from '../../../harness/model/judgement.ts'
import {
  commitMutations, effectMutations, epochMutations, groupMutations, mutationDescriptions, objectiveMutations, offsetMutations, partitionMutations, producerMutations,
  type MutationName
} from '../../../harness/model/mutations.ts'
import { randomFrom } from '../../../harness/model/random.ts'
import type { SelfTestReport } from '../../../harness/model/report.ts'
import { recordNumber } from '../../../harness/model/record-number.ts'
import { selfTest } from '../../../harness/run/self-test/index.ts'
import { allMutations } from '../../../harness/run/self-test/mutations/index.ts'
import { writeSmallRun, type SmallRun } from './small-run.ts'

type Verifier = (folder: string) => Promise<Judgement>

const verifier: Verifier = async folder => judge(await importLedger(folder), { witnesses: 100 })

/** The real verifier, with its findings changed on their way out. */
const sabotaged = (change: (findings: readonly Finding[]) => readonly Finding[]): Verifier => async folder => {
  const judgement = await verifier(folder)

  return { ...judgement, findings: change(judgement.findings) }
}

const written = (options?: Partial<SmallRun>): string => writeSmallRun({ rounds: 8, store: true, ...options })

interface Trial {
  readonly required?: readonly string[]
  readonly seed?: string
  readonly only?: MutationName
  readonly judgeFolder?: Verifier
}

const tryOut = async (folder: string, { required = [], seed = 'a', only, judgeFolder = verifier }: Trial = {}): Promise<SelfTestReport> => selfTest({
  folder, required, judgeFolder, baseline: await verifier(folder), scratch: `${folder}-copy`, random: randomFrom(seed),
  mutations: only === undefined ? allMutations : allMutations.filter(({ name }) => name === only)
})

const plantedBy = ({ planted }: SelfTestReport): readonly string[] => [...new Set(planted.map(({ mutation }) => mutation))].sort()
const allNames = Object.keys(mutationDescriptions) as MutationName[]
const usual = written()
const chosenByClient = written({ counted: true })

describe('a verifier that is right', () => {
  it.each(allNames)('notices "%s" when that alone is planted', async only => {
    const report = await tryOut(usual, { only, required: [only] })

    expect(report.failures).toEqual([])
    expect(plantedBy(report)).toEqual([only])
  })

  it.each(['a', 'b', 'c'])('notices all of them planted at once (seed %s), and nothing else', async seed => {
    const report = await tryOut(usual, { seed, required: allNames })

    expect(report).toMatchObject({ failures: [], passed: true })
    expect(report.planted.every(({ planted, noticed }) => noticed === planted)).toBe(true)
    expect(existsSync(`${usual}-copy`)).toBe(false)
  })

  it('plants what the mutations say', async () => {
    const { planted } = await tryOut(usual)
    const exact = planted.filter(({ anomaly }) => anomaly !== 'commit-ahead').map(({ mutation, anomaly, planted: count }) => `${mutation}: ${anomaly} ${count}`)

    expect(exact.sort()).toEqual([
      'believe: unfounded 1', 'conflict: misplaced 1', 'conflict: offset-conflict 1', 'diverge: replica-divergence 1', 'double: duplicated 1', 'double: undelivered 1',
      'drop: lost 1', 'epoch-delivery: epoch-regressed 1', 'epoch: epoch-regressed 1', 'fail-work: effect-missing 1', 'invent: phantom 1', 'invent: undelivered 1', 'lose-effect: effect-missing 1',
      'move: misplaced 1', 'move: undelivered 1', 'outage: unavailable 1', 'read-aborted: aborted-read 1', 'redeliver: poll-rewind 1', 'redeliver: redelivered 1', 'regress-commit: commit-regressed 1', 'repeat-effect: effect-repeated 1',
      'resurrect: resurrected 1', 'rewind: resume-rewind 1', 'share: dual-owner 1', 'skip: poll-skip 1', 'skip: skipped 1', 'split: lost 1', 'split: torn-transaction 1',
      'stale: stale-order 1',
      'swap: reordered 1', 'tear-delivery: corrupted 1', 'tear: corrupted 1', 'trespass: unowned 1', 'vanish: vanished 1'
    ])
  })
})

describe('a verifier that is wrong', () => {
  it.each([
    'lost', 'duplicated', 'reordered', 'skipped', 'undelivered', 'dual-owner', 'unavailable', 'replica-divergence', 'effect-missing', 'effect-repeated', 'torn-transaction', 'aborted-read'
  ])('does not pass if it is blind to "%s"', async anomaly => {
    const report = await tryOut(usual, { judgeFolder: sabotaged(findings => findings.filter(finding => finding.anomaly !== anomaly)) })

    expect(report.passed).toBe(false)
    expect(report.failures.length).toBeGreaterThan(0)
    expect(report.failures.every(failure => failure.startsWith(`"${anomaly}"`) && failure.endsWith('but none was found.'))).toBe(true)
  })

  it('does not pass if it counts one too many', async () => {
    const report = await tryOut(usual, {
      judgeFolder: sabotaged(findings => findings.map(finding => (finding.anomaly === 'lost' ? { ...finding, count: finding.count + 1 } : finding)))
    })

    expect(report.failures.toSorted()).toEqual([
      expect.stringMatching(/^"lost" in orders-\d: 1 was planted \(by drop\), but 2 more were found\.$/),
      expect.stringMatching(/^"lost" in self-test-split-\d+-0: 1 was planted \(by split\), but 2 more were found\.$/)
    ])
  })

  it('does not pass if it accuses the wrong partition', async () => {
    const report = await tryOut(usual, {
      judgeFolder: sabotaged(findings => findings.map(finding => (finding.anomaly === 'lost' ? { ...finding, topic: 'payments' } : finding)))
    })

    // Of `drop` and of `split`: each is missed where it is, and found where it is not.
    expect(report.failures.every(failure => failure.startsWith('"lost" in '))).toBe(true)
    expect(report.failures).toHaveLength(4)
  })

  it('does not pass if it never looks at fingerprints', async () => {
    const report = await tryOut(usual, { judgeFolder: async folder => judge(unfingerprinted(await importLedger(folder)), { witnesses: 100 }) })

    expect(report.passed).toBe(false)
    expect(report.failures.map(failure => failure.slice(0, 11))).toEqual(['"corrupted"', '"corrupted"'])
    expect(report.planted.filter(({ noticed }) => noticed === 0).map(({ mutation }) => mutation).sort()).toEqual(['tear', 'tear-delivery'])
  })

  it('does not pass if it cannot judge at all', async () => {
    const report = await tryOut(usual, { judgeFolder: async () => { throw new Error('out of order') } })

    expect(report.passed).toBe(false)
    expect(report.failures).toEqual(['The verifier could not judge the mutated evidence: out of order'])
  })
})

const unfingerprinted = (evidence: Evidence): Evidence => {
  for (const rows of [...evidence.audits.map(audit => audit.rows), ...evidence.consumption.map(one => one.deliveries)]) {
    for (let row = 0; row < rows.length; row += 1) rows.marks[row] = (rows.marks[row] ?? 0) & ~marks.torn
  }

  return evidence
}

describe('evidence without room', () => {
  it('fails for a required mutation, and says what that needs', async () => {
    const report = await tryOut(written({ batchRecords: 1 }), { required: ['swap'] })

    expect(report.failures).toEqual(['"swap" is required, but could not be planted: it needs two acknowledged neighbours of one batch.'])
    expect(report.passed).toBe(false)
  })

  it('does not matter for what is not required', async () => {
    const report = await tryOut(written({ batchRecords: 1 }))

    expect(report.passed).toBe(true)
    expect(plantedBy(report)).not.toContain('swap')
  })

  it('fails where hardly anything was written', async () => {
    const report = await tryOut(written({ rounds: 1, batchRecords: 1, partitions: 1 }), { required: ['drop', 'tear'] })

    expect(report.failures).toHaveLength(2)
  })

  it('fails for a group\'s mutations where nobody read', async () => {
    const report = await tryOut(written({ group: false }), { required: [...producerMutations, ...groupMutations] })

    expect(report.failures).toHaveLength(groupMutations.length)
  })

  it('fails for what is done to effects where no store was counted', async () => {
    const report = await tryOut(written({ store: false }), { required: effectMutations })

    expect(report.failures).toHaveLength(effectMutations.length)
  })

  it('fails for an outage where no objective says what one is', async () => {
    const report = await tryOut(written({ unavailableMs: null }), { required: objectiveMutations })

    expect(report.failures).toEqual(['"outage" is required, but could not be planted: it needs an objective for the time without an acknowledgement.'])
  })

  it('fails for a divergence where fewer than two disks were read', async () => {
    const report = await tryOut(written({ replicas: 1 }), { required: ['diverge'] })

    expect(report.failures).toEqual(['"diverge" is required, but could not be planted: it needs two brokers\' disks that hold the same log, which is not compacted.'])
  })

  it('fails for a name that no mutation has', async () => {
    expect((await tryOut(usual, { required: ['sabotage'] })).failures).toEqual(['"sabotage" is required, but no mutation has that name.'])
  })

  it('plants nothing in partitions whose audits did not finish', async () => {
    const folder = written()
    rmSync(`${folder}/audit.ndjson`)

    expect(plantedBy(await tryOut(folder))).not.toContain('drop')
  })
})

describe('evidence with anomalies of its own', () => {
  const lost = Array.from({ length: 12 }, (_, index) => recordNumber({ producer: 1, incarnation: 1, sequence: 100 + index * 7 }))

  it('is no obstacle: lost records of a control are left alone', async () => {
    const report = await tryOut(written({ withheld: lost }), { required: [...producerMutations, ...offsetMutations, ...epochMutations] })

    expect(report.failures).toEqual([])
    expect(report.planted).toContainEqual({ mutation: 'drop', anomaly: 'lost', planted: 1, noticed: 1 })
  })

  it('is no obstacle: a group that commits before its work', async () => {
    const report = await tryOut(written({ commits: 'before-work' }), { required: [...groupMutations, ...commitMutations] })

    expect(report.failures).toEqual([])
  })

  it('is no obstacle: acknowledgements that tell no offset', async () => {
    const report = await tryOut(written({ acks: '0' }), { required: [...producerMutations, ...partitionMutations] })

    expect(report.failures).toEqual([])
    expect(plantedBy(report)).not.toContain('conflict')
  })

  it.each(['a', 'b', 'c'])('is no obstacle: sends whose partition the client chose, of records without fingerprints (seed %s)', async seed => {
    expect((await tryOut(chosenByClient, { seed, required: allNames })).failures).toEqual([])
  })

  it.each(allNames)('is no obstacle: the same for "%s" alone', async only => {
    expect((await tryOut(chosenByClient, { only, required: [only] })).failures).toEqual([])
  })

  it('is no obstacle: a fault that healed after everything had been read', async () => {
    const fault = { event: 'fault', fault: 'f1', what: 'kill' }
    const report = await tryOut(written({
      lines: [{ ...fault, at: 1_500_000, phase: 'injecting' }, { ...fault, at: 1_500_001, phase: 'injected' }, { ...fault, at: 9_000_000, phase: 'healed' }]
    }), { required: allNames })

    expect(report.failures).toEqual([])
  })

  it('is no obstacle: outages in every partition', async () => {
    const folder = written({ unavailableMs: 2 })
    const blind = sabotaged(findings => findings.filter(({ anomaly, topic }) => anomaly !== 'unavailable' || topic === 'orders'))

    expect((await tryOut(folder, { required: allNames })).failures).toEqual([])
    expect((await tryOut(folder, { judgeFolder: blind })).failures).toEqual([
      '"unavailable" in self-test-outage-0: 1 was planted (by outage), but none was found.'
    ])
  })

  it('is no obstacle: what an earlier planting left behind', async () => {
    const folder = written()
    const blind = await tryOut(folder, { judgeFolder: sabotaged(() => []) })
    expect(blind.passed).toBe(false)

    const report = await selfTest({
      folder: `${folder}-copy`, scratch: `${folder}-copy-2`, baseline: await verifier(`${folder}-copy`), required: allNames, random: randomFrom('b'), judgeFolder: verifier
    })

    expect(report.failures).toEqual([])
  })
})
