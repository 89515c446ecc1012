/**
 * What the self-test must know of a partition before it may plant there: how its audit went, what lies at its end, and what
 * each group did with it.
 */
import type { CommitOutcome, ResetPolicy, SeekReason } from '../../model/history.ts'

export interface AuditFacts {
  readonly file: string
  /** Of the audit's line in its file. */
  readonly number: number
  readonly line: Readonly<Record<string, unknown>>
  readonly logStart: number
  readonly logEnd: number
}

export interface MoveFacts {
  readonly kind: 'assigned' | 'revoked' | 'seek'
  readonly at: number
  readonly member: string
  /** Of an assignment, where it is known, or of a seek. */
  readonly position: number | undefined
  readonly reason: SeekReason | undefined
}

export interface CommitFacts {
  readonly file: string
  readonly at: number
  readonly until: number
  readonly member: string
  readonly offset: number
  readonly outcome: CommitOutcome
}

/** One group in one partition. Moves and commits are in the order of time. */
export interface GroupFacts {
  readonly group: string
  readonly moves: MoveFacts[]
  readonly commits: CommitFacts[]
  /** Where the group's members begin without a commit. */
  readonly resets: Set<ResetPolicy>
  /** Who was handed something. */
  readonly readers: Set<string>
  firstDelivery: { readonly at: number, readonly offset: number } | undefined
  lastDeliveryAt: number
}

export interface PartitionFacts {
  readonly topic: string
  readonly partition: number
  readonly compacted: boolean
  /** The one audit by a client, if it is complete. */
  readonly audit: AuditFacts | undefined
  readonly groups: Map<string, GroupFacts>
  /** The last entry of its log: where its audit's entries are, and the last leader's epoch. */
  last: { readonly file: string, readonly topic: number, readonly offset: number, readonly epoch: number } | undefined
  /** Above every offset that anything on record names, commits left out. */
  nextOffset: number
}

export const groupOf = (facts: PartitionFacts, group: string): GroupFacts => {
  const known = facts.groups.get(group)
  if (known !== undefined) return known

  const made: GroupFacts = {
    group, moves: [], commits: [], resets: new Set(), readers: new Set(), firstDelivery: undefined, lastDeliveryAt: -1
  }
  facts.groups.set(group, made)

  return made
}

export const mentionOffset = (facts: PartitionFacts, offset: number): void => {
  if (offset >= facts.nextOffset) facts.nextOffset = offset + 1
}

/** The first position of a group (history format, section 3): that of its first line that tells one. */
export const firstPosition = ({ moves, firstDelivery, resets }: GroupFacts, logStart: number): number | undefined => {
  const told = moves.find(({ position }) => position !== undefined)
  const toldAt = told?.at ?? Infinity
  if (firstDelivery !== undefined && firstDelivery.at < toldAt) return firstDelivery.offset
  if (told?.position !== undefined) return told.position

  return [...resets].every(reset => reset === 'earliest') ? logStart : undefined
}

/** Whether some member owned the partition, by the history format's word for it. */
export const wasOwned = ({ moves, readers }: GroupFacts): boolean =>
  moves.some(({ kind }) => kind === 'assigned') || readers.size === 1
