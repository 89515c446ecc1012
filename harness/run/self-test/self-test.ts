/**
 * Proves the verifier on the evidence of this very run: a copy of the ledger is mutated, and import and checkers judge it like
 * any run's. All mutations are planted at once, each in records of its own, so that one more judging is enough. What they do
 * not report exactly is a failure, and then nothing that they say of the run itself can be believed.
 */
import { rmSync } from 'node:fs'
import { openLedgerFolder } from '../../ledger/ledger-folder.ts'
import type { Judgement } from '../../model/judgement.ts'
import type { Random } from '../../model/random.ts'
import type { SelfTestReport } from '../../model/report.ts'
import { compare } from './compare.ts'
import { prepareGround } from './ground.ts'
import { allMutations } from './mutations/index.ts'
import { plantAll, writeCopy, type Planted } from './plant.ts'
import type { PartitionFacts } from './partition-facts.ts'
import type { Mutation } from './planting.ts'
import { surveyLedger } from './survey.ts'

export interface SelfTestOrder {
  /** The ledger's folder: it is only read. */
  readonly folder: string
  /** Where the mutated copy goes. It is removed when the test has passed, and kept for a look when it has not. */
  readonly scratch: string
  /** What the evidence shows as it is; its witnesses are left alone. */
  readonly baseline: Judgement
  /** The names of the mutations that the evidence must have room for. */
  readonly required: readonly string[]
  readonly random: Random
  /** The standard way from a ledger's folder to a judgement. */
  readonly judgeFolder: (folder: string) => Promise<Judgement>
  /** Default: all there are. */
  readonly mutations?: readonly Mutation[]
}

/** Never throws for what the evidence or the verifier do: that is what it reports. */
export const selfTest = async (order: SelfTestOrder): Promise<SelfTestReport> => {
  const { baseline, required, mutations = allMutations } = order
  const { planted, barren } = plantInCopy(order, mutations)
  const unknown = [...new Set(required)].filter(name => mutations.every(mutation => mutation.name !== name))
  const missing = [
    ...unknown.map(name => `"${name}" is required, but no mutation has that name.`),
    ...barren.filter(({ name }) => required.includes(name)).map(({ name, needs }) => `"${name}" is required, but could not be planted: it needs ${needs}.`)
  ]
  const judged = await judgeCopy(order)
  if (typeof judged === 'string') return { passed: false, planted: unnoticed(planted), failures: [judged, ...missing] }

  const compared = compare(planted, { baseline, mutated: judged })
  const failures = [...missing, ...compared.failures]
  if (failures.length === 0) rmSync(order.scratch, { recursive: true, force: true })

  return { failures, passed: failures.length === 0, planted: compared.planted }
}

const plantInCopy = ({ folder, scratch, baseline, random }: SelfTestOrder, mutations: readonly Mutation[]): ReturnType<typeof plantAll> => {
  rmSync(scratch, { recursive: true, force: true })
  const ledger = openLedgerFolder(folder)
  const isDisordered = ({ topic, partition }: PartitionFacts): boolean => baseline.findings.some(finding =>
    finding.anomaly === 'stale-order' && finding.topic === topic && finding.partition === partition)
  const ground = prepareGround(surveyLedger(ledger, { isDisordered, random: random.split('sample') }), baseline, random)
  const field = plantAll(mutations, ground)
  writeCopy(ledger, scratch, { ground, planted: field.planted })

  return field
}

const judgeCopy = async ({ scratch, judgeFolder }: SelfTestOrder): Promise<Judgement | string> => {
  try {
    return await judgeFolder(scratch)
  } catch (error) {
    return `The verifier could not judge the mutated evidence: ${error instanceof Error ? error.message : String(error)}`
  }
}

const unnoticed = (planted: readonly Planted[]): SelfTestReport['planted'] => planted.flatMap(({ mutation, planting }) =>
  planting.anomalies.map(({ anomaly, count }) => ({ mutation: mutation.name, anomaly, planted: count, noticed: 0 })))
