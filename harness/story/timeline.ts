/** The lines of a story in the order of time: the record's own, and of what went on around it those that met it. */
import { moment, type StoryEntry } from '../model/story.ts'
import type { FaultSpan } from './faults.ts'
import { endOf } from './group-watch.ts'
import { groupViews } from './groups.ts'
import { isAt, type Place, placeName } from './lines.ts'
import { effectiveAudit } from './logs.ts'
import { leaderAt, leaderChangeAfter, leadersOf, type Telling } from './telling.ts'
import { figure, listed } from './words.ts'

export const timelineOf = (telling: Telling): readonly StoryEntry[] => {
  const own = [...ofSends(telling), ...ofReaders(telling)]
  const first = Math.min(...own.map(({ at }) => at))
  const places = placesOf(telling)
  // What went on counts from the first line about the record to the last one, or to the change of leaders that it did not survive.
  const changes = telling.logs.visible.length > 0 ? [] : places.flatMap(place => leaderChangeAfter(telling, place, first)?.at ?? [])
  const during = { from: first, to: Math.max(...own.map(({ at }) => at), ...changes) }
  const timed = own.length === 0 ? [] : [...own, ...ofLeaders(telling, places, during), ...ofFaults(telling, during)]

  return [...timed.toSorted((one, other) => one.at - other.at), ...ofAudits(telling, places)]
}

type Timed = StoryEntry & { readonly at: number }

const ofSends = ({ attempts, record, around }: Telling): readonly Timed[] => [
  ...attempts.flatMap(attempt => {
    const { send, outcome, outcomeAt, offset, topic, partition, error, producer } = attempt
    const details = [...producer.client === null ? [] : [producer.client], `acks=${producer.acks}`, ...producer.incarnation > 1 ? [`incarnation ${producer.incarnation}`] : []]
    const number = attempts.length > 1 || attempt.attempt > 1 ? `, attempt ${attempt.attempt}` : ''
    const answer = outcome === 'acknowledged'
      ? `acknowledged${offset === null ? ' without an offset' : ` at offset ${figure(offset)} of ${placeName({ topic, partition: partition ?? undefined })}`}`
      : `${outcome === 'rejected' ? 'definitely not written' : 'outcome not known'}${error === null ? '' : `: ${error}`}`

    return [
      { at: send.at, kind: 'record' as const, actor: send.producer, what: `sent to ${placeName(send)} (${details.join(', ')})${number}` },
      ...outcomeAt === null ? [] : [{ at: outcomeAt, kind: 'record' as const, actor: send.producer, what: `${answer}${number}` }]
    ]
  }),
  ...record.beliefs.map(({ at }) => ({ at, kind: 'record' as const, actor: 'the application', what: 'went on as if it were written' })),
  ...around.transactions.map(({ at, producer, transaction, phase }) => ({ at, kind: 'record' as const, actor: producer, what: `transaction ${transaction}: ${phase}` }))
]

const ofReaders = (telling: Telling): readonly Timed[] => [
  ...telling.record.deliveries.map(({ at, member, group, topic, partition, offset, leaderEpoch, intact }) => ({
    at, kind: 'record' as const, actor: member,
    what: `received it from ${placeName({ topic, partition })} at offset ${figure(offset)}${leaderEpoch === undefined ? '' : ` (epoch ${leaderEpoch})`}, for group ${group}${intact === false ? '; its bytes were damaged' : ''}`
  })),
  ...telling.record.processed.map(({ at, member, effect }) => ({ at, kind: 'record' as const, actor: member, what: `work on it: ${effect}` })),
  ...telling.around.offsets.flatMap(entry => groupViews(telling, entry).flatMap(view => ofGroup(view)))
]

/** The commits around it, and the moves of the partition between the one and the other. */
const ofGroup = ({ group, next, passing, assigned, revoked, received }: ReturnType<typeof groupViews>[number]): readonly Timed[] => {
  const [below, unanswered] = [next?.lastBelow ?? undefined, next?.unanswered ?? undefined]
  const commits = [
    ...below === undefined || received.length === 1 ? [] : [{ commit: below, what: 'at or below it: acknowledged' }],
    ...passing === undefined ? [] : [{ commit: passing, what: 'the first acknowledged commit that passed it' }],
    ...unanswered === undefined || passing !== undefined ? [] : [{ commit: unanswered, what: `a commit past it: ${unanswered.outcome}` }]
  ].map(({ commit, what }) => ({ at: endOf(commit), kind: 'group' as const, actor: commit.member, what: `committed ${figure(commit.offset)} for group ${group}, ${what}` }))
  const moments = [...received.map(({ at }) => at), ...commits.map(({ at }) => at)]
  const [from, to] = [Math.min(...moments), Math.max(...moments)]
  const nextAssigned = received.length === 0 ? assigned.find(({ at }) => at > to)?.at : undefined
  const inside = ({ at }: { readonly at: number }): boolean => at >= from && at <= (nextAssigned ?? to)

  return [
    ...commits,
    ...assigned.filter(inside).map(({ at, member, position }) => ({
      at, kind: 'group' as const, actor: member, what: `was assigned the partition${position === undefined ? '' : `, to read from offset ${figure(position)}`}`
    })),
    ...revoked.filter(inside).map(({ at, member }) => ({ at, kind: 'group' as const, actor: member, what: 'lost the partition' }))
  ]
}

interface Stretch {
  readonly from: number
  readonly to: number
}

const shownLeaders = 12

const ofLeaders = (telling: Telling, places: readonly Place[], { from, to }: Stretch): readonly Timed[] => places.flatMap(place => {
  const before = leaderAt(telling, place, from)
  const during = leadersOf(telling.surroundings, place).filter(({ at }) => at > from && at <= to)

  return [...before === undefined ? [] : [before], ...during.slice(0, shownLeaders)].map(({ at, leader, epoch, isr }) => ({
    at, kind: 'leader' as const, actor: `broker ${leader}`,
    what: `seen to lead ${placeName(place)}${epoch === undefined ? '' : `, epoch ${epoch}`}${isr === undefined ? '' : `, ISR ${isr.join(', ')}`}`
  }))
})

const ofFaults = ({ faults }: Telling, { from, to }: Stretch): readonly Timed[] =>
  faults.filter(fault => fault.from <= to && fault.until >= from).map(fault => ({ at: fault.from, kind: 'fault' as const, actor: fault.whom ?? 'fault', what: faultWords(fault) }))

const faultWords = ({ name, evidence, injectedAt, until, from }: FaultSpan): string => {
  const lasted = until === Infinity ? 'not healed' : `healed at ${moment(until)}`
  const proof = evidence === false ? 'did not provably bite' : injectedAt === null ? 'is not known to have bitten' : `in force ${injectedAt === from ? '' : `from ${moment(injectedAt)}, `}${lasted}`

  return `${name}: ${proof}${typeof evidence === 'string' ? ` (${evidence})` : ''}`
}

/** Every partition that the record was sent to or found in. */
export const placesOf = ({ attempts, record, logs }: Telling): readonly Place[] => {
  const all = [
    ...attempts.flatMap(({ topic, partition }) => partition === null ? [] : [{ topic, partition }]), ...record.deliveries, ...logs.copies.map(({ line }) => line), ...logs.onDisks
  ]

  return [...new Map(all.map(({ topic, partition }) => [placeName({ topic, partition }), { topic, partition }])).values()]
}

const ofAudits = (telling: Telling, places: readonly Place[]): readonly StoryEntry[] => places.flatMap(place => {
  const { surroundings, logs } = telling
  const audit = effectiveAudit(place, surroundings)
  const here = logs.copies.filter(({ line }) => placeName(line) === placeName(place))
  const held = here.map(({ line, visibility }) => `${figure(line.offset)}${line.leaderEpoch === undefined ? '' : ` (epoch ${line.leaderEpoch})`}${markOf[visibility]}`)
  const has = held.length === 0 ? 'does not have it' : `has it at offset ${listed(held.slice(0, 8))}`
  const range = audit === undefined ? 'no line tells how far it was read' : `the log goes from ${figure(audit.logStart)} to ${figure(audit.logEnd)}${audit.complete ? '' : ', not read to its end'}`

  return [
    { at: null, kind: 'audit' as const, actor: 'audit', what: audit === undefined && held.length === 0 ? `${placeName(place)} was not audited` : `${placeName(place)} ${has}; ${range}` },
    ...ofReplicas(telling, place)
  ]
})

const markOf = { 'visible': '', 'invisible': ', not committed', 'not known': ', perhaps not committed' } as const

const ofReplicas = ({ surroundings, logs }: Telling, place: Place): readonly StoryEntry[] =>
  surroundings.audits.filter(isAt(place)).filter(({ replica }) => replica !== undefined).map(({ replica, logStart, logEnd, complete }) => {
    const offsets = logs.onDisks.filter(isAt(place)).filter(line => line.replica === replica).map(({ offset }) => figure(offset))
    const has = offsets.length === 0 ? 'does not have it' : `has it at offset ${listed(offsets)}`

    return {
      at: null, kind: 'audit' as const, actor: `broker ${replica}`,
      what: `its disk ${has}; its log goes from ${figure(logStart)} to ${figure(logEnd)}${complete ? '' : ', not read to its end'}`
    }
  })
