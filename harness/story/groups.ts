/** What one group knows of a log entry: whether it was owed, who received it and when, and what passed it. */
import { byTime, isAt, type LineOf } from './lines.ts'
import type { GroupAround } from './group-watch.ts'
import type { OffsetAround } from './around.ts'
import type { Telling } from './telling.ts'

export interface GroupView {
  readonly group: string
  readonly entry: OffsetAround
  /** Its deliveries of this entry, by time. */
  readonly received: readonly LineOf<'delivered'>[]
  readonly next: GroupAround | undefined
  readonly assigned: readonly LineOf<'assigned'>[]
  readonly revoked: readonly LineOf<'revoked'>[]
  readonly seeks: readonly LineOf<'seek'>[]
  /** The first acknowledged commit that passed it, a transaction's counted where it was committed. */
  readonly passing: LineOf<'offset-commit'> | undefined
  /** Where the group began to read; undefined: not known. */
  readonly firstPosition: number | undefined
  readonly isExcused: boolean
}

/** Every group that read the partition of one entry of the log. */
export const groupViews = (telling: Telling, entry: OffsetAround): readonly GroupView[] => {
  const { surroundings: { moves }, record, around } = telling
  const here = byTime(moves.filter(isAt(entry)))
  const received = byTime(record.deliveries.filter(isAt(entry)).filter(({ offset }) => offset === entry.offset))
  const names = new Set([...here.map(({ group }) => group), ...entry.groups.keys(), ...received.map(({ group }) => group)])

  return [...names].map(group => {
    const next = entry.groups.get(group)
    const own = here.filter(move => move.group === group)
    const seeks = own.filter(move => move.event === 'seek')
    const inTransaction = next?.inTransactions.find(({ transaction }) => transaction !== undefined && around.stateOf(transaction) === 'committed')
    const commits = [next?.passing ?? undefined, inTransaction].filter(commit => commit !== undefined).toSorted((one, other) => one.at - other.at)

    return {
      group, entry, next, seeks,
      received: received.filter(delivery => delivery.group === group),
      assigned: withoutEchoes(own.filter(move => move.event === 'assigned')),
      revoked: own.filter(move => move.event === 'revoked'),
      passing: commits[0],
      firstPosition: firstPositionOf(own, next),
      // A seek that does not say why may have been the application's.
      isExcused: seeks.some(({ offset, reason }) => offset > entry.offset && (reason ?? 'application') === 'application')
    }
  })
}

/** A client may tell of an assignment first, and again when it knows where it will read. */
const withoutEchoes = (assigned: readonly LineOf<'assigned'>[]): readonly LineOf<'assigned'>[] =>
  assigned.filter(one => one.position !== undefined || !assigned.some(other => other !== one && other.at === one.at && other.member === one.member && other.position !== undefined))

const firstPositionOf = (moves: readonly Telling['surroundings']['moves'][number][], next: GroupAround | undefined): number | undefined => {
  const told = moves.flatMap(move => {
    if (move.event === 'seek') return [{ at: move.at, position: move.offset }]

    return move.event === 'assigned' && move.position !== undefined ? [{ at: move.at, position: move.position }] : []
  })
  const first = next?.first ?? undefined
  const all = [...told, ...first === undefined ? [] : [{ at: first.at, position: first.offset }]]

  return all.toSorted((one, other) => one.at - other.at)[0]?.position
}
