/**
 * Gathers evidence, fact by fact and in any order, and makes the columns of it that checkers see. Both ways in, a history
 * and the harness's own ledger, end here, so that they cannot differ in what they mean.
 *
 * What concerns single records is gathered apart from what concerns the run as a whole: of a long run the records are gathered
 * a few partitions at a time, and the rest once.
 */
import type { Evidence, FaultEvidence, LeaderEvidence } from '../model/evidence.ts'
import { column } from './columns.ts'
import { gatherConsumption, type GatheredConsumption } from './gathered-consumption.ts'
import { gatherGroups, type GatheredGroups } from './gathered-groups.ts'
import { gatherAudits, gatherLogs, type GatheredAudits, type GatheredLogs } from './gathered-logs.ts'
import { gatherParties, type GatheredParties } from './gathered-parties.ts'
import { gatherSends, type Batch, type Fail, type GatheredSends } from './gathered-sends.ts'
import { gatherTransactions, type GatheredTransactions } from './gathered-transactions.ts'
import { recordNumbering, type RecordNumbering } from './record-numbering.ts'

/** What concerns the run as a whole. */
export interface GatheredRun {
  readonly parties: GatheredParties
  readonly transactions: GatheredTransactions
  readonly audits: GatheredAudits
  readonly groups: GatheredGroups
  readonly keys: (name: string) => number
  readonly fault: (fault: FaultEvidence) => void
  readonly leader: (leader: LeaderEvidence) => void
  readonly faults: readonly FaultEvidence[]
  readonly leaders: readonly LeaderEvidence[]
}

export interface Gatherer extends GatheredRun, Pick<GatheredSends, 'send' | 'sends' | 'outcome' | 'outcomes'> {
  readonly records: RecordNumbering
  readonly logs: GatheredLogs
  readonly consumption: GatheredConsumption
  readonly believed: (record: number) => void
  readonly believedBatch: (batch: Batch) => void
  /** The evidence says nothing yet of warnings. */
  readonly finish: (run: RunHeader) => GatheredEvidence
}

export interface GatheredEvidence {
  readonly evidence: Evidence
  /** Outcomes of attempts that were never sent, which do not count. */
  readonly unmatched: number
}

export interface RunHeader {
  readonly run: string
  readonly unavailableMs: number | null
}

/** A part of the run's records: those of some partitions. */
export interface Part {
  readonly run: GatheredRun
  readonly within: ReadonlySet<number>
  /** By producer of the whole run: when its last send, or outcome of a send, was written. */
  readonly lastAt: (producer: number) => number
}

export interface Gathering {
  /** Absent: all of a run. */
  readonly part?: Part
  /** About how many there will be: room for them is made at once. */
  readonly expected?: Expected
}

export interface Expected {
  readonly sends: number
  readonly logged: number
  readonly delivered: number
}

export const gatherRun = (fail: Fail): GatheredRun => {
  const keys = new Map<string, number>()
  const faults: FaultEvidence[] = []
  const leaders: LeaderEvidence[] = []

  return {
    faults,
    leaders,
    parties: gatherParties(fail),
    transactions: gatherTransactions(fail),
    audits: gatherAudits(fail),
    groups: gatherGroups(fail),
    fault: fault => { faults.push(fault) },
    leader: leader => { leaders.push(leader) },
    keys: name => {
      const key = keys.get(name) ?? keys.size
      keys.set(name, key)

      return key
    }
  }
}

export const gather = (fail: Fail, { part, expected }: Gathering = {}): Gatherer => {
  const run = part?.run ?? gatherRun(fail)
  const { parties, transactions, audits, groups } = run
  const records = recordNumbering(expected?.sends)
  const sends = gatherSends(parties.partitions, fail, expected?.sends)
  const logs = gatherLogs(audits, fail, expected?.logged)
  const consumption = gatherConsumption(groups, fail, expected?.delivered)
  const believed = column()

  return {
    ...run,
    records,
    logs,
    consumption,
    send: sends.send,
    sends: sends.sends,
    outcome: sends.outcome,
    outcomes: sends.outcomes,
    believed: believed.push,
    believedBatch: batch => { believed.pushAll(batch.records, batch.count) },
    finish: header => {
      const { unmatched } = sends.settle()
      const settled = transactions.finish()
      const recordCount = records.count()
      const consumed = consumption.finish({ sends, transactions: settled, isWanted: partition => part?.within.has(partition) ?? true })
      const found = logs.finish(sends)
      const evidence: Evidence = {
        ...header,
        recordCount,
        audits: found,
        ...parties.finish(part?.lastAt ?? sends.lastAt),
        ...consumed,
        warnings: [],
        effects: groups.effects,
        recordName: records.nameOf,
        transactions: settled,
        sends: sends.finish(recordCount),
        believed: believed.finish(),
        faults: run.faults.toSorted(byTime),
        leaders: run.leaders.toSorted(byTime),
        ...part === undefined ? {} : { within: part.within }
      }

      return { evidence, unmatched }
    }
  }
}

const byTime = (left: { readonly at: number, readonly order: number }, right: { readonly at: number, readonly order: number }): number =>
  left.at - right.at || left.order - right.order

/** What a reader of evidence has to know of what was left out. */
export const unmatchedWarnings = (count: number): readonly string[] => {
  if (count === 0) return []

  return [count === 1
    ? '1 outcome of an attempt that was never sent was ignored.'
    : `${count} outcomes of attempts that were never sent were ignored.`]
}
