/**
 * Which partitions changed hands among the members of a group that a fault did not hit, from the blow on, until the next one or until all
 * were told to leave. A member that a fault hit may give up what it had, and take it back; with all else it is one of the others. After a fault
 * that hit no member, a broker's death say, moves are that one's doing, and are not counted until a member is hit again. A rebalance that
 * gives each its own back counts too: nobody worked meanwhile.
 *
 * Example: c1 is killed at 100 and back at 200. c2 gives up orders-1 at 210 and has it again at 215: two moves of another one. Were c1 a
 * static member, back before its session's end, c2 would have kept orders-1 throughout: none.
 *
 * A group that had not come to rest before the blow moves partitions of itself: nothing counts before the first fault at which each member
 * had been given some, and none had moved for a while. From then on it is faults that move them.
 */
import type { Consumption, Evidence } from '../model/evidence.ts'
import { moment } from '../model/story.ts'
import type { FaultRun } from './fault-run.ts'
import { partitionPlace } from './partition-place.ts'

export interface OthersMoved {
  readonly add: (evidence: Evidence) => void
  /** How many partitions were given up by others, or taken. */
  readonly count: () => number
  /** One for each fault after which there were any. */
  readonly sentences: () => readonly string[]
  /** Whether a fault hit a member that owned something, in a group at rest in which another one did, too. */
  readonly possible: () => boolean
}

type Hit = Pick<FaultRun, 'number' | 'fault' | 'whom' | 'clients' | 'injectingAt'>

interface Change {
  readonly kind: 'assigned' | 'revoked'
  readonly at: number
  readonly member: string
}

/** What became of one partition in one group. */
interface Held {
  readonly group: string
  readonly members: readonly string[]
  readonly place: string
  readonly changes: readonly Change[]
}

interface Told extends Change {
  readonly fault: Hit
  readonly text: string
}

/** Longer than members take to hear of an assignment: with the protocol `consumer` they ask every 5 s. */
const restUs = 6_000_000

/** `leftAt`: when all members were told to leave, as what they give up then is nobody's doing. */
export const startOthersMoved = (faults: readonly Hit[], leftAt: number): OthersMoved => {
  const all = faults.toSorted((one, other) => one.injectingAt - other.injectingAt)
  const held: Held[] = []
  const groups = (): readonly Group[] => [...Map.groupBy(held, ({ group }) => group).values()].map(partitions => groupOf(partitions, all))
  const moved = (): readonly Told[] => groups().flatMap(group => group.partitions.flatMap(partition => movedIn(group, partition, leftAt)))

  return {
    add: evidence => { held.push(...evidence.consumption.map(consumption => heldIn(evidence, consumption))) },
    count: () => moved().length,
    possible: () => groups().some(({ counting }) => counting.length > 0),
    sentences: () => [...Map.groupBy(moved().toSorted(byTime), ({ fault }) => fault.number)].toSorted(([one], [other]) => one - other).map(([, all]) => sentenceOf(all))
  }
}

const heldIn = (evidence: Evidence, { group, partition, moves }: Consumption): Held => {
  const changes = moves.flatMap((move): readonly Change[] => move.kind === 'seek' ? [] : [{ kind: move.kind, at: move.at, member: evidence.members[move.member]?.name ?? '' }])

  return {
    group: evidence.groups[group] ?? '',
    members: evidence.members.filter(member => member.group === group).map(({ name }) => name),
    place: partitionPlace(evidence, partition),
    changes: changes.filter((change, index) => !isToldAgain(change, changes[index - 1]))
  }
}

/** An assignment is told once more when its position is known. */
const isToldAgain = (change: Change, before: Change | undefined): boolean =>
  before?.kind === 'assigned' && change.kind === 'assigned' && before.at === change.at && before.member === change.member

interface Group {
  readonly partitions: readonly Held[]
  readonly all: readonly Hit[]
  /** The faults that hit members of this group. */
  readonly hits: readonly Hit[]
  /** Those of them that can have moved what others had. */
  readonly counting: readonly Hit[]
}

const groupOf = (partitions: readonly Held[], all: readonly Hit[]): Group => {
  const members = partitions[0]?.members ?? []
  const hits = all.filter(({ clients }) => clients.some(client => members.includes(client)))

  return { partitions, all, hits, counting: hits.filter(hit => wasAtRest(partitions, members, hit.injectingAt) && metOwners(partitions, hit)) }
}

const wasAtRest = (partitions: readonly Held[], members: readonly string[], at: number): boolean => {
  const before = partitions.flatMap(({ changes }) => changes.filter(change => change.at < at))

  return members.every(name => before.some(({ kind, member }) => kind === 'assigned' && member === name)) && before.every(change => change.at <= at - restUs)
}

const metOwners = (partitions: readonly Held[], { clients, injectingAt }: Hit): boolean => {
  const owners = partitions.flatMap(({ changes }) => ownersAt(changes, injectingAt))

  return owners.some(owner => clients.includes(owner)) && owners.some(owner => !clients.includes(owner))
}

/** Who owned the partition then: at most one, if the group does what it ought to. */
const ownersAt = (changes: readonly Change[], at: number): readonly string[] =>
  [...Map.groupBy(changes.filter(change => change.at < at), ({ member }) => member)].flatMap(([name, own]) => own.at(-1)?.kind === 'assigned' ? [name] : [])

const movedIn = ({ all, hits, counting }: Group, { group, place, changes }: Held, leftAt: number): readonly Told[] => changes.flatMap(change => {
  const { at, member, kind } = change
  const fault = all.findLast(({ injectingAt }) => injectingAt <= at)
  const countsBy = counting.some(({ injectingAt }) => injectingAt <= at)
  if (fault === undefined || !hits.includes(fault) || !countsBy || at >= leftAt || fault.clients.includes(member) || isReturning(changes, change, hits)) return []

  return [{ ...change, fault, text: `${member} of ${group} ${kind === 'assigned' ? 'was given' : 'gave up'} ${place} at ${moment(at)}` }]
})

/** It owned this partition when a fault hit it, and has not had it back since. */
const isReturning = (changes: readonly Change[], { at, member }: Change, hits: readonly Hit[]): boolean => {
  const hit = hits.findLast(({ injectingAt, clients }) => injectingAt <= at && clients.includes(member) && ownersAt(changes, injectingAt).includes(member))
  if (hit === undefined) return false
  const back = changes.find(one => one.kind === 'assigned' && one.member === member && one.at >= hit.injectingAt)

  return back === undefined || at <= back.at
}

const byTime = (one: Told, other: Told): number => one.at - other.at || (one.text < other.text ? -1 : 1)

const sentenceOf = (moved: readonly Told[]): string => {
  const [first] = moved
  const members = [...new Set(moved.map(({ member }) => member))].toSorted()

  return first === undefined ? '' : `After the fault "${first.fault.fault}" (${first.fault.whom}), partitions of others changed hands: ${members.join(', ')} gave up or were given one ${moved.length} times, the first: ${first.text}.`
}
