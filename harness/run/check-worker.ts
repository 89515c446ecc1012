/**
 * The checking process: imports the ledger, judges it, plants anomalies in a copy and judges that, and measures how much work
 * met each fault. It reads an order from a file and writes its answer to another.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { judge, recoveryOf } from '../checkers/index.ts'
import { exportHistory, importLedger } from '../ledger/index.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Judgement } from '../model/judgement.ts'
import { randomFrom } from '../model/random.ts'
import type { CheckAnswer, CheckOrder } from './check-order.ts'
import { checkExpectations } from './expectations.ts'
import { skippedByKills } from './killed-members.ts'
import { hitBy, measureOverlap } from './overlap.ts'
import { selfTest } from './self-test/index.ts'

/** How many records of each finding the self-test knows to keep away from: more than it samples, and memory for them is bounded. */
const mostSuspects = 50_000

const answerTo = async (order: CheckOrder): Promise<CheckAnswer> => {
  const { full, ...judged } = judgeEvidence(await importLedger(order.ledger), order)
  await exportHistory(order.ledger, order.history)
  // Where an audit is incomplete the judgement says so, and a mutation that finds no room is no failure of the verifier.
  const incomplete = judged.judgement.findings.some(finding => finding.level === 'inconclusive')

  return {
    ...judged,
    selfTest: await selfTest({
      folder: order.ledger,
      scratch: order.scratch,
      baseline: full,
      required: incomplete ? [] : order.mutations,
      random: randomFrom(order.seed).split('self-test'),
      judgeFolder: async folder => judge(await importLedger(folder), { witnesses: 0 })
    })
  }
}

/** All that needs the evidence itself, so that it need not stay in memory while the mutated copy is judged. */
const judgeEvidence = (evidence: Evidence, order: CheckOrder): Omit<CheckAnswer, 'selfTest'> & { readonly full: Judgement } => {
  // A control is held to every record that it lost, so that all of them must be named.
  const full = judge(evidence, { witnesses: order.expects.length > 0 ? Number.MAX_SAFE_INTEGER : Math.max(order.witnesses, mostSuspects) })

  return {
    full,
    judgement: shortened(full, order.witnesses),
    expectations: checkExpectations(order.expects, {
      judgement: full,
      hidden: order.hidden,
      killed: skippedByKills(evidence, order.faults),
      wasHit: hitTest(evidence, order, full)
    }),
    recovery: recoveryOf(evidence),
    overlaps: order.faults.map(fault => measureOverlap(evidence, fault)),
    warnings: evidence.warnings
  }
}

const shortened = (judgement: Judgement, witnesses: number): Judgement =>
  ({ ...judgement, findings: judgement.findings.map(finding => ({ ...finding, witnesses: finding.witnesses.slice(0, witnesses) })) })

const hitTest = (evidence: Evidence, { faults, expects }: CheckOrder, judgement: Judgement): (id: string) => boolean => {
  if (expects.length === 0) return () => false

  const ids = new Set(judgement.findings.flatMap(finding => finding.witnesses.flatMap(({ id }) => id === null ? [] : [id])))
  const hit = hitBy(evidence, faults, ids)

  return id => hit.has(id)
}

const [orderFile] = process.argv.slice(2)
if (orderFile === undefined) throw new Error('The checking process was started without an order.')
const order = JSON.parse(await readFile(orderFile, 'utf8')) as CheckOrder
await writeFile(order.answer, JSON.stringify(await answerTo(order)))
