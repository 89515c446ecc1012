/**
 * How far each group has come, per partition, by what its members were delivered and by the rare lines that they write: where they
 * began to read, and what they committed.
 */

/** How far a group has come in a partition that a member of it has owned. */
export interface GroupPosition {
  /** The next offset that will be delivered: past all deliveries, or where an assignment began to read. */
  next: number
  /** Past all that it is known to have committed. */
  committed: number
}

export interface GroupPositions {
  /** By `topic-partition`. */
  readonly of: (group: string) => ReadonlyMap<string, Readonly<GroupPosition>>
  /** A position never goes back. */
  readonly raise: (group: string, partition: string, position: Partial<GroupPosition>) => void
  /** Takes in a line of a history; most of them say nothing about a group. */
  readonly noteLine: (text: string) => void
}

interface GroupLine {
  readonly event: string
  readonly group?: string
  readonly topic?: string
  readonly partition?: number
  readonly offset?: number
  readonly position?: number
  readonly outcome?: string
  readonly commits?: string
}

export const groupPositions = (): GroupPositions => {
  const groups = new Map<string, Map<string, GroupPosition>>()
  /** Groups that commit only what they have worked on: there a commit vouches for everything below it. */
  const commitAfterWork = new Set<string>()

  const raise: GroupPositions['raise'] = (group, partition, { next = 0, committed = 0 }) => {
    const own = groups.get(group) ?? new Map<string, GroupPosition>()
    const before = own.get(partition) ?? { next: 0, committed: 0 }
    groups.set(group, own)
    own.set(partition, { next: Math.max(before.next, next), committed: Math.max(before.committed, committed) })
  }

  return {
    of: group => groups.get(group) ?? new Map<string, GroupPosition>(),
    raise,
    noteLine: text => {
      if (!text.includes('"offset-commit"') && !text.includes('"assigned"') && !text.includes('"event":"member"')) return

      const { event, group, topic, partition, offset = 0, position = 0, outcome, commits } = JSON.parse(text) as GroupLine
      if (group === undefined) return

      const where = `${topic}-${partition}`
      if (event === 'member' && commits === 'after-work') commitAfterWork.add(group)
      if (event === 'assigned') raise(group, where, { next: position })
      // A commit vouches for records of others, too, which nobody is delivered.
      if (event === 'offset-commit' && outcome === 'acknowledged') raise(group, where, { committed: offset, next: commitAfterWork.has(group) ? offset : 0 })
    }
  }
}
