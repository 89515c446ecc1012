/**
 * Gathers evidence, fact by fact and in any order, and makes the columns of it that checkers see. Both ways in, a history
 * and the harness's own ledger, end here, so that they cannot differ in what they mean.
 */
import type { Evidence, FaultEvidence, LeaderEvidence } from '../model/evidence.ts'
import { column } from './columns.ts'
import { gatherConsumption, type GatheredConsumption } from './gathered-consumption.ts'
import { gatherLogs, type GatheredLogs } from './gathered-logs.ts'
import { gatherParties, type GatheredParties } from './gathered-parties.ts'
import { gatherSends, type Fail, type OutcomeRow, type SendRow } from './gathered-sends.ts'
import { gatherTransactions, type GatheredTransactions } from './gathered-transactions.ts'
import { recordNumbering, type RecordNumbering } from './record-numbering.ts'

export interface Gatherer {
  readonly records: RecordNumbering
  readonly parties: GatheredParties
  readonly transactions: GatheredTransactions
  readonly logs: GatheredLogs
  readonly consumption: GatheredConsumption
  readonly keys: (name: string) => number
  readonly send: (row: SendRow) => void
  readonly outcome: (row: OutcomeRow) => void
  readonly believed: (record: number) => void
  readonly fault: (fault: FaultEvidence) => void
  readonly leader: (leader: LeaderEvidence) => void
  readonly finish: (run: RunHeader, warnings: readonly string[]) => Evidence
}

export interface RunHeader {
  readonly run: string
  readonly unavailableMs: number | null
}

export const gather = (fail: Fail): Gatherer => {
  const records = recordNumbering()
  const parties = gatherParties(fail)
  const sends = gatherSends(parties.partitions, fail)
  const transactions = gatherTransactions(fail)
  const logs = gatherLogs(fail)
  const consumption = gatherConsumption(fail)
  const keys = new Map<string, number>()
  const believed = column()
  const faults: FaultEvidence[] = []
  const leaders: LeaderEvidence[] = []

  return {
    records,
    parties,
    transactions,
    logs,
    consumption,
    send: sends.send,
    outcome: sends.outcome,
    believed: believed.push,
    fault: fault => { faults.push(fault) },
    leader: leader => { leaders.push(leader) },
    keys: name => {
      const key = keys.get(name) ?? keys.size
      keys.set(name, key)

      return key
    },
    finish: ({ run, unavailableMs }, warnings) => {
      const { unmatched } = sends.settle()
      const recordCount = records.count()
      const settled = transactions.finish()
      const consumed = consumption.finish({ sends, transactions: settled, recordCount })
      const audits = logs.finish(sends)

      return {
        run,
        unavailableMs,
        recordCount,
        audits,
        ...parties.finish(sends),
        ...consumed,
        warnings: unmatched === 0 ? warnings : [...warnings, unmatchedWarning(unmatched)],
        recordName: records.nameOf,
        transactions: settled,
        sends: sends.finish(recordCount),
        believed: believed.finish(),
        faults: faults.sort(byTime),
        leaders: leaders.sort(byTime)
      }
    }
  }
}

const byTime = (left: { readonly at: number, readonly order: number }, right: { readonly at: number, readonly order: number }): number =>
  left.at - right.at || left.order - right.order

const unmatchedWarning = (count: number): string =>
  count === 1
    ? '1 outcome of an attempt that was never sent was ignored.'
    : `${count} outcomes of attempts that were never sent were ignored.`
