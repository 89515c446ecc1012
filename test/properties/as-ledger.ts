/**
 * Writes a history as the harness's processes would have written it: a ledger with one pair of files for each producer's incarnation,
 * member, and audit. What a binary entry has no room for is written as a rare line, and so is an effect: an entry of one needs a group.
 */
import { effects, flags, kinds, openLedger, type LedgerWriter } from '../../harness/ledger/index.ts'
import { recordNumberOf } from '../../harness/model/record-number.ts'
import type { Line } from './kafka/world.ts'

export const writeLedger = (folder: string, lines: readonly Line[]): void => {
  const topics = [...new Set(lines.flatMap(({ topic }) => (typeof topic === 'string' ? [topic] : [])))]
  const writers = new Map<string, LedgerWriter>()
  const senders = new Map<string, Line>()
  const writerOf = (process: string, more: Readonly<Record<string, unknown>> = {}): LedgerWriter => {
    const known = writers.get(process) ?? openLedger(folder, { format: 1, run: 'simulated', process, topics, ...more })
    writers.set(process, known)

    return known
  }
  const ofProducer = ({ producer, incarnation = 1 }: Line): LedgerWriter => {
    const name = producer as string

    return writerOf(`${name}.${incarnation as number}`, { producer: name, incarnation })
  }
  const names = [...new Set(lines.flatMap(({ member, group }) => (typeof member === 'string' ? [`${member} in ${group as string}`] : [])))]
  const ofMember = ({ member, group }: Line): LedgerWriter => writerOf(`c${names.indexOf(`${member as string} in ${group as string}`) + 1}`, { member, group })
  const ofAudit = ({ replica }: Line): LedgerWriter => (replica === undefined ? writerOf('audit') : writerOf(`audit.${replica as number}`, { replica }))
  const homeOf = (line: Line): LedgerWriter => {
    if (line.event === 'send') senders.set(`${line['id'] as string} ${line['attempt'] as number | undefined ?? 1}`, line)
    if (outcomes.has(line.event)) return ofProducer(senders.get(`${line['id'] as string} ${line['attempt'] as number | undefined ?? 1}`)!)
    if (line.event === 'logged' || line.event === 'audit') return ofAudit(line)
    if (line['member'] !== undefined) return ofMember(line)

    return line['producer'] === undefined ? writerOf('harness') : ofProducer(line)
  }

  for (const line of lines) {
    const writer = homeOf(line)
    if (!append(writer, line, topics)) writer.event(line)
  }
  for (const writer of writers.values()) writer.close()
}

const outcomes = new Set(['acknowledged', 'rejected', 'indeterminate', 'believed'])

/** Whether the line went into a binary entry. */
const append = (writer: LedgerWriter, line: Line, topics: readonly string[]): boolean => {
  const record = typeof line['id'] === 'string' ? recordNumberOf(line['id']) : undefined
  if (record === undefined || line.event === 'effect' || !Object.hasOwn(kinds, line.event) || homeless.some(field => Object.hasOwn(line, field)) || line['committed'] === true) return false
  const kind = kinds[line.event as keyof typeof kinds]
  const number = (field: string): number | undefined => line[field] as number | undefined
  const isFound = line.event === 'delivered' || line.event === 'logged'
  const name = line['transaction'] ?? line['error']
  const extra = line.event === 'processed'
    ? effects.indexOf(line['effect'] as (typeof effects)[number])
    : number('leaderEpoch') ?? (typeof name === 'string' ? writer.numberOf(name) : undefined)
  const value = number('offset') ?? number('sequence')
  const partition = number('partition')
  const marks = (isFound && line['intact'] === undefined ? flags.unchecked : 0) | (line['intact'] === false ? flags.torn : 0) | (line['committed'] === false ? flags.uncommitted : 0)
  writer.append({
    kind, record, flags: marks, at: number('at') ?? 0, topic: Math.max(0, topics.indexOf(line['topic'] as string)), attempt: number('attempt') ?? (isFound ? 0 : 1),
    ...partition === undefined ? {} : { partition }, ...extra === undefined ? {} : { extra }, ...value === undefined ? {} : { value }
  })

  return true
}

/** Fields that no entry holds. */
const homeless = ['key', 'tombstone']
