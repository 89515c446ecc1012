/**
 * Shorthand for histories written by hand: five lines that tell a story, and what the judge makes of it. Whatever a line
 * does not say is the usual: producer p1, topic orders, partition 0, member c1 of group g, and a time that follows the line's
 * place (10 for the first, 20 for the second, ...).
 */
import { judge } from '../harness/checkers/index.ts'
import { importLines } from '../harness/ledger/index.ts'
import type { Evidence } from '../harness/model/evidence.ts'
import type { Finding, Judgement } from '../harness/model/judgement.ts'

export type HistoryLine = Readonly<Record<string, unknown>> & { readonly event: string }
type More = Readonly<Record<string, unknown>>

const timeless = new Set(['run', 'topic', 'producer', 'member', 'effect', 'logged', 'audit'])
const place = { topic: 'orders', partition: 0 }
const reader = { member: 'c1', group: 'g' }

export const topic = (more: More = {}): HistoryLine => ({ event: 'topic', topic: 'orders', partitions: 1, replicas: 3, minInsyncReplicas: 2, uncleanLeaderElection: false, ...more })
export const producer = (name: string, more: More = {}): HistoryLine => ({ event: 'producer', producer: name, acks: 'all', ...more })
export const member = (more: More = {}): HistoryLine => ({ event: 'member', ...reader, ...more })
export const send = (id: string, more: More = {}): HistoryLine => ({ event: 'send', id, producer: 'p1', ...place, ...more })
export const acknowledged = (id: string, offset: number | null, more: More = {}): HistoryLine => ({ event: 'acknowledged', id, offset, ...more })
export const rejected = (id: string, more: More = {}): HistoryLine => ({ event: 'rejected', id, ...more })
export const indeterminate = (id: string, more: More = {}): HistoryLine => ({ event: 'indeterminate', id, ...more })
export const believed = (id: string, more: More = {}): HistoryLine => ({ event: 'believed', id, ...more })
export const transaction = (name: string, phase: string, more: More = {}): HistoryLine => ({ event: 'transaction', transaction: name, producer: 'p1', phase, ...more })
export const assigned = (more: More = {}): HistoryLine => ({ event: 'assigned', ...reader, ...place, ...more })
export const revoked = (more: More = {}): HistoryLine => ({ event: 'revoked', ...reader, ...place, ...more })
export const delivered = (id: string, offset: number, more: More = {}): HistoryLine => ({ event: 'delivered', ...reader, ...place, offset, id, ...more })
export const processed = (id: string, effect: string, more: More = {}): HistoryLine => ({ event: 'processed', ...reader, id, effect, ...more })
export const effect = (id: string, times: number, more: More = {}): HistoryLine => ({ event: 'effect', id, times, ...more })
export const commit = (offset: number, more: More = {}): HistoryLine => ({ event: 'offset-commit', ...reader, ...place, offset, outcome: 'acknowledged', ...more })
export const seek = (offset: number, more: More = {}): HistoryLine => ({ event: 'seek', ...reader, ...place, offset, ...more })
export const leader = (broker: number, more: More = {}): HistoryLine => ({ event: 'leader', ...place, leader: broker, ...more })
export const fault = (name: string, phase: string, more: More = {}): HistoryLine => ({ event: 'fault', fault: name, phase, ...more })
export const logged = (id: string, offset: number, more: More = {}): HistoryLine => ({ event: 'logged', ...place, offset, id, ...more })
export const audit = (logEnd: number, more: More = {}): HistoryLine => ({ event: 'audit', ...place, logStart: 0, logEnd, complete: true, ...more })

/** A record that was sent, acknowledged at an offset, and is there. */
export const written = (id: string, offset: number, more: More = {}): HistoryLine[] => [send(id, more), acknowledged(id, offset), logged(id, offset)]

const runLine = { event: 'run', format: 1, run: 'by hand' }

/** The history's text. A `run` line is added if the first line is none. */
export const historyText = (lines: readonly HistoryLine[]): string => {
  const timed = lines.map((line, index) => (timeless.has(line.event) || 'at' in line ? line : { ...line, at: (index + 1) * 10 }))
  const all = lines[0]?.event === 'run' ? timed : [runLine, ...timed]

  return all.map(line => `${JSON.stringify(line)}\n`).join('')
}

export const evidenceOf = async (lines: readonly HistoryLine[]): Promise<Evidence> => importText(historyText(lines))

export const importText = async (text: string | Uint8Array): Promise<Evidence> => importLines(piecesOf(text), 'test.ndjson')

async function* piecesOf(text: string | Uint8Array): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

export const judgementOf = async (...lines: readonly HistoryLine[]): Promise<Judgement> => judge(await evidenceOf(lines))

/** What was found, one short sentence a finding: `lost 1 violation orders-0`, with ` of g` for a group's. */
export const findingsOf = async (...lines: readonly HistoryLine[]): Promise<readonly string[]> => (await judgementOf(...lines)).findings.map(inShort)

/** Only the findings of one anomaly. */
export const found = async (anomaly: string, ...lines: readonly HistoryLine[]): Promise<readonly string[]> => (await told(anomaly, ...lines)).map(inShort)

/** The same, with all that they say. */
export const told = async (anomaly: string, ...lines: readonly HistoryLine[]): Promise<readonly Finding[]> =>
  (await judgementOf(...lines)).findings.filter(finding => finding.anomaly === anomaly)

export const inShort = ({ anomaly, count, level, topic: name, partition, group }: Finding): string =>
  `${anomaly} ${count} ${level}${name === null ? '' : ` ${name}`}${partition === null ? '' : `-${partition}`}${group === null ? '' : ` of ${group}`}`
