/**
 * The checking process: imports the ledger, judges it, plants anomalies in a copy and judges that, and measures how much work
 * met each fault. It reads an order from a file and writes its answer to another, and ends at once when its harness does.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { exportHistory } from '../ledger/index.ts'
import type { Judgement } from '../model/judgement.ts'
import { randomFrom } from '../model/random.ts'
import type { CheckAnswer, CheckOrder } from './check-order.ts'
import { checkExpectations } from './expectations.ts'
import { judgeLedger } from './judge-ledger.ts'
import { startMeasuring } from './measures.ts'
import { moduleFile } from './module-file.ts'
import { selfTest } from './self-test/index.ts'

/** How many records of each finding the self-test knows to keep away from: more than it samples, and memory for them is bounded. */
const mostSuspects = 50_000

const answerTo = async (order: CheckOrder): Promise<CheckAnswer> => {
  const { full, ...judged } = judgeRun(order)
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
      judgeFolder: folder => Promise.resolve().then(() => judgeLedger(folder, { witnesses: 0 }).judgement)
    })
  }
}

const judgeRun = (order: CheckOrder): Omit<CheckAnswer, 'selfTest'> & { readonly full: Judgement } => {
  const measuring = startMeasuring(order)
  const { judgement: full, warnings } = judgeLedger(order.ledger, {
    // A control is held to every record that it lost, so that all of them must be named.
    witnesses: order.expects.length > 0 ? Number.MAX_SAFE_INTEGER : Math.max(order.witnesses, mostSuspects),
    visit: measuring.add
  })
  const { recovery, overlaps, latencies, othersMoved, lag, unshown, ignoredSeeks, hit, ...sets } = measuring.measures()

  return {
    full,
    warnings,
    recovery,
    overlaps,
    latencies,
    othersMoved,
    lag,
    unshown,
    ignoredSeeks,
    judgement: shortened(full, order.witnesses),
    expectations: checkExpectations(order.expects, {
      judgement: full, hidden: order.hidden, dangers: order.dangers, ...sets, othersMoved: othersMoved.count, wasHit: id => hit.has(id)
    })
  }
}

const shortened = (judgement: Judgement, witnesses: number): Judgement =>
  ({ ...judgement, findings: judgement.findings.map(finding => ({ ...finding, witnesses: finding.witnesses.slice(0, witnesses) })) })

new Worker(moduleFile(import.meta.url, './harness-watch-worker')).unref()
// The terminal's Ctrl-C reaches the whole group of processes; the harness decides what becomes of this one.
process.on('SIGINT', () => undefined)

const [orderFile] = process.argv.slice(2)
if (orderFile === undefined) throw new Error('The checking process was started without an order.')
const order = JSON.parse(await readFile(orderFile, 'utf8')) as CheckOrder
await writeFile(order.answer, JSON.stringify(await answerTo(order)))
