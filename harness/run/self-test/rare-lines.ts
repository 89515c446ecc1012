/**
 * Reads the rare lines of a ledger, those with names instead of numbers: the run's objective, topics, audits, and what groups
 * owned, sought and committed. A run has a few thousand of them, so each may be an object.
 */
import type { LedgerFolder } from '../../ledger/ledger-folder.ts'
import { fileLines } from '../../ledger/ledger-lines.ts'
import type { AuditLine, HistoryLine } from '../../model/history.ts'
import { groupOf, mentionOffset, type AuditFacts, type PartitionFacts } from './partition-facts.ts'

export interface RareLines {
  readonly partitions: ReadonlyMap<string, PartitionFacts>
  /** Makes the facts of a partition that no line mentioned. */
  readonly factsOf: (topic: string, partition: number) => PartitionFacts
  readonly replicaAudits: readonly ReplicaAudit[]
  /** When the last fault had healed; undefined: nothing was disturbed. */
  readonly lastHealedAt: number | undefined
  /** The longest time without an acknowledgement that the run allows; undefined: it says nothing of it. */
  readonly unavailableMs: number | undefined
  /** The latest time that any of these lines bears. */
  readonly lastLineAt: number
}

/** How far a replica's log was read, to its end. */
export interface ReplicaAudit {
  readonly topic: string
  readonly partition: number
  readonly replica: number
  readonly logStart: number
  readonly logEnd: number
}

interface PlacedLine {
  readonly file: string
  readonly number: number
  readonly line: HistoryLine
}

export const readRareLines = (folder: LedgerFolder): RareLines => {
  const lines = folder.processes.flatMap(process => (process.lines === null ? [] : [...placedLines(process.lines)]))
  const compacted = compactedTopics(lines)
  const audits = completeAudits(lines)
  const partitions = new Map<string, PartitionFacts>()

  const factsOf = (topic: string, partition: number): PartitionFacts => {
    const key = keyOf(topic, partition)
    const known = partitions.get(key)
    if (known !== undefined) return known

    const audit = audits.get(key)
    const made: PartitionFacts = {
      topic, partition, audit, compacted: compacted.has(topic), groups: new Map(), last: undefined, nextOffset: audit?.logEnd ?? 0
    }
    partitions.set(key, made)

    return made
  }

  for (const placed of lines) readGroupLine(placed, factsOf)
  settleGroups(partitions, lines)

  return { partitions, factsOf, replicaAudits: auditsOfReplicas(lines), lastHealedAt: lastHealed(lines), unavailableMs: objectiveOf(lines), lastLineAt: lastTime(lines) }
}

const keyOf = (topic: string, partition: number): string => `${partition} ${topic}`

function* placedLines(file: string): Generator<PlacedLine> {
  for (const { text, number } of fileLines(file)) yield { file, number, line: JSON.parse(text) as HistoryLine }
}

const compactedTopics = (lines: readonly PlacedLine[]): ReadonlySet<string> => new Set(lines.flatMap(({ line }) =>
  (line.event === 'topic' && (line.cleanupPolicy ?? 'delete').includes('compact') ? [String(line.topic)] : [])))

/** A partition that was audited twice, or not to its end, or not up to its last stable offset, is none to plant in. */
const completeAudits = (lines: readonly PlacedLine[]): ReadonlyMap<string, AuditFacts> => {
  const audits = new Map<string, AuditFacts>()
  for (const { file, number, line } of lines) {
    if (line.event !== 'audit' || !isWhole(line)) continue
    const { topic, partition, logStart, logEnd } = line
    audits.set(keyOf(String(topic), partition), { file, number, line: { ...line }, logStart, logEnd })
  }

  return audits
}

const auditsOfReplicas = (lines: readonly PlacedLine[]): readonly ReplicaAudit[] => lines.flatMap(({ line }) => {
  if (line.event !== 'audit' || !line.complete || line.isolation === 'read_committed' || (line.replica ?? undefined) === undefined) return []
  const { topic, partition, logStart, logEnd } = line

  return [{ topic: String(topic), partition, replica: Number(line.replica), logStart, logEnd }]
})

const isWhole = ({ complete, replica, isolation, lastStable, logEnd }: AuditLine): boolean => {
  const stableEnd = lastStable ?? (isolation === 'read_committed' ? undefined : logEnd)

  return complete && (replica ?? undefined) === undefined && stableEnd === logEnd
}

const readGroupLine = ({ file, line }: PlacedLine, factsOf: RareLines['factsOf']): void => {
  if (line.event === 'offset-commit') {
    const group = groupOf(factsOf(String(line.topic), line.partition), String(line.group))
    const { at, offset, outcome } = line
    group.commits.push({ file, at, offset, outcome, until: line.until ?? at, member: String(line.member) })
  }
  if (line.event !== 'assigned' && line.event !== 'revoked' && line.event !== 'seek') return

  const facts = factsOf(String(line.topic), line.partition)
  const position = line.event === 'revoked' ? undefined : line.event === 'seek' ? line.offset : (line.position ?? undefined)
  const reason = line.event === 'seek' ? (line.reason ?? undefined) : undefined
  groupOf(facts, String(line.group)).moves.push({ kind: line.event, at: line.at, member: String(line.member), position, reason })
  if (position !== undefined) mentionOffset(facts, position)
}

const settleGroups = (partitions: ReadonlyMap<string, PartitionFacts>, lines: readonly PlacedLine[]): void => {
  const resets = lines.flatMap(({ line }) => (line.event === 'member' ? [{ group: String(line.group), reset: line.reset ?? 'earliest' }] : []))
  for (const { groups } of partitions.values()) {
    for (const group of groups.values()) {
      // Stable: lines of one moment stay in their file's order.
      group.moves.sort((one, other) => one.at - other.at)
      group.commits.sort((one, other) => one.at - other.at)
      for (const { group: name, reset } of resets) if (name === group.group) group.resets.add(reset)
    }
  }
}

const lastHealed = (lines: readonly PlacedLine[]): number | undefined =>
  lines.reduce<number | undefined>((last, { line }) =>
    (line.event === 'fault' && line.phase === 'healed' ? Math.max(last ?? 0, line.at) : last), undefined)

const objectiveOf = (lines: readonly PlacedLine[]): number | undefined => {
  for (const { line } of lines) if (line.event === 'run') return line.objectives?.unavailableMs ?? undefined

  return undefined
}

const lastTime = (lines: readonly PlacedLine[]): number =>
  lines.reduce((last, { line }) => ('at' in line && typeof line.at === 'number' ? Math.max(last, line.at) : last), 0)
