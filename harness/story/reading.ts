/** What became of the record on its way out of the log: received, received again, passed over, or never reached. */
import { moment, type Remark, span } from '../model/story.ts'
import { faultName, type FaultSpan } from './faults.ts'
import { endOf } from './group-watch.ts'
import { type GroupView, groupViews } from './groups.ts'
import { type LineOf, placeName } from './lines.ts'
import { aroundAt, type Telling } from './telling.ts'
import { figure, times } from './words.ts'

export const readingRemarks = (telling: Telling): readonly Remark[] => [
  ...telling.logs.visible.flatMap(copy => {
    const entry = aroundAt(telling, copy)

    return entry === undefined ? [] : groupViews(telling, entry).flatMap(view => passedOver(telling, view))
  }),
  ...telling.around.offsets.flatMap(entry => groupViews(telling, entry).flatMap(view => receivedAgain(telling, view)))
]

const passedOver = (telling: Telling, view: GroupView): readonly Remark[] => {
  const { received, firstPosition, entry, isExcused, assigned, next } = view
  if (received.length > 0 || firstPosition === undefined || entry.offset < firstPosition || isExcused) return []

  const jumped = assigned.find(({ position }) => (position ?? 0) > entry.offset)
  const above = next?.above ?? undefined
  if (view.passing !== undefined || jumped !== undefined || above !== undefined) return [skipped(telling, view, { jumped, above })]

  return assigned.length === 0 ? [] : [undelivered(view)]
}

interface Passing {
  readonly jumped: LineOf<'assigned'> | undefined
  readonly above: LineOf<'delivered'> | undefined
}

/** Whatever went past it first tells how: a commit, an assignment that began above it, or a delivery from above it. */
const skipped = (telling: Telling, view: GroupView, { jumped, above }: Passing): Remark => {
  const { group, entry, passing, next } = view
  const before = (line: { readonly at: number } | undefined, others: readonly ({ readonly at: number } | undefined)[]): boolean =>
    line !== undefined && others.every(other => other === undefined || line.at <= other.at)
  const how = passing !== undefined && before(passing, [jumped, above])
    ? committedPast(telling, view, { passing, jumped })
    : jumped !== undefined && before(jumped, [above])
      ? assignedPast(telling, view, jumped)
      : [`group ${group} went past it without a commit: ${above === undefined ? 'how is not known' : `${above.member} received offset ${figure(above.offset)} at ${moment(above.at)}`}, and nobody of the group had ever received it`]
  const below = next?.below ?? undefined

  return {
    anomaly: 'skipped',
    where: 'after the broker',
    title: 'lost after the broker',
    sentence: `lost after the broker: ${[
      `it is in the log of ${placeName(entry)} at offset ${figure(entry.offset)}`,
      ...below === undefined ? [] : [`${below.member} had received ${figure(below.offset)} at ${moment(below.at)}`],
      ...how
    ].join('; ')}.`,
    why: commitWords(telling, group, passing)
  }
}

interface Commits {
  readonly passing: LineOf<'offset-commit'>
  readonly jumped: LineOf<'assigned'> | undefined
}

const committedPast = (telling: Telling, { group, revoked }: GroupView, { passing, jumped }: Commits): readonly string[] => [
  `group ${group} committed ${figure(passing.offset)} at ${moment(passing.at)} by member ${passing.member}, and nobody of the group ever received it`,
  ...endOfOwner(telling, revoked.find(({ member, at }) => member === passing.member && at >= passing.at), passing),
  ...jumped === undefined ? [] : [`${jumped.member} resumed at ${figure(jumped.position ?? 0)} at ${moment(jumped.at)}`]
]

const assignedPast = (telling: Telling, { group, revoked, next }: GroupView, jumped: LineOf<'assigned'>): readonly string[] => [
  ...endOfOwner(telling, revoked.filter(({ at }) => at <= jumped.at).at(-1), undefined),
  `${jumped.member} took the partition over at ${moment(jumped.at)} from offset ${figure(jumped.position ?? 0)}, and nobody of group ${group} ever received it`,
  leadingCommit(next?.unanswered ?? undefined, jumped)
]

const leadingCommit = (unanswered: LineOf<'offset-commit'> | undefined, jumped: LineOf<'assigned'>): string =>
  unanswered === undefined || unanswered.at > jumped.at
    ? 'no acknowledged commit in the history led there'
    : `${unanswered.member} had tried to commit ${figure(unanswered.offset)} at ${moment(unanswered.at)} (${unanswered.outcome})`

/** How the last owner's ownership ended, and the fault that met it: after its commit, where there is one. */
const endOfOwner = ({ faults }: Telling, left: LineOf<'revoked'> | undefined, commit: LineOf<'offset-commit'> | undefined): readonly string[] => {
  if (left === undefined) return []
  const since = commit?.at ?? 0
  const killed = faults.find(fault => met(fault, left.member) && fault.from >= since && fault.from <= left.at && fault.until >= left.at)
  if (killed === undefined) return [`${left.member} lost the partition at ${moment(left.at)}`]
  const after = commit === undefined ? '' : `, ${span(killed.from - commit.at)} after that commit`

  return [`${faultName(killed)} struck at ${moment(killed.from)}${after}, and ${left.member} lost the partition at ${moment(left.at)}`]
}

const met = ({ whom }: FaultSpan, member: string): boolean => whom !== null && whom.split(/[ ,]+/).includes(member)

/** What the commit mode promised: that of the member whose commit passed it, else what all members have in common. */
const commitWords = ({ surroundings: { members } }: Telling, group: string, passing: LineOf<'offset-commit'> | undefined): string => {
  const asked = members.filter(line => line.group === group && (passing === undefined || line.member === passing.member))
  const [mode, ...others] = new Set(asked.map(({ commits }) => commits))
  if (mode === undefined || others.length > 0) return 'When its members commit is not told, or differs; a commit after the work would have had to wait for this record.'
  if (mode === 'before-work') return 'The group commits before its work: what it has committed and not yet handed over is gone when a member ends.'
  if (mode === 'automatic') return 'The group commits automatically, by the clock: a commit may run ahead of the work.'
  if (mode === 'none') return 'The group is not meant to commit at all.'

  return `With commits ${mode} this was promised not to happen.`
}

const undelivered = ({ group, entry, assigned }: GroupView): Remark => {
  const owner = assigned.at(-1)

  return {
    anomaly: 'undelivered', where: 'after the broker', title: 'never delivered', why: null,
    sentence: `never delivered: it is in the log of ${placeName(entry)} at offset ${figure(entry.offset)}, and group ${group} neither received nor passed it until the end`
      + `${owner === undefined ? '' : `; ${owner.member} was the last to be assigned the partition, at ${moment(owner.at)}`}.`
  }
}

const receivedAgain = (telling: Telling, view: GroupView): readonly Remark[] => {
  const { received, group, entry } = view
  const [first, second] = received
  if (first === undefined || second === undefined) return []

  return [{
    anomaly: 'redelivered', where: 'after the broker', title: 'delivered again', why: 'At-least-once delivery permits this; the work must bear it.',
    sentence: `delivered again: group ${group} received offset ${figure(entry.offset)} ${times(received.length)}: ${first.member} at ${moment(first.at)}, `
      + `${second.member === first.member ? 'and' : second.member} again at ${moment(second.at)}; ${[...between(telling, view, { first, second })].join('; ')}.`
  }]
}

interface Twice {
  readonly first: LineOf<'delivered'>
  readonly second: LineOf<'delivered'>
}

/** What happened between the two deliveries that led back to the record. */
const between = ({ faults }: Telling, { assigned, revoked, seeks, next, entry, passing }: GroupView, { first, second }: Twice): readonly string[] => {
  const inside = ({ at }: { readonly at: number }): boolean => at >= first.at && at <= second.at
  const seek = seeks.find(move => move.member === second.member && inside(move) && move.offset <= entry.offset)
  if (seek !== undefined) return [`${seek.member} moved its position to ${figure(seek.offset)} at ${moment(seek.at)}${seek.reason === undefined ? '' : ` (${seek.reason})`}`]

  const left = revoked.find(move => move.member === first.member && inside(move))
  const came = assigned.filter(move => move.member === second.member && inside(move) && (move.position ?? 0) <= entry.offset).at(-1)
  const fault = faults.find(each => met(each, first.member) && inside({ at: each.from }))
  if (came === undefined) return ['no line between the two says why']
  const forgotten = passing !== undefined && endOf(passing) < came.at
    ? [`though the group had committed ${figure(passing.offset)} by ${passing.member} at ${moment(endOf(passing))}`]
    : []

  return [
    ...fault === undefined ? [] : [`${faultName(fault)} struck at ${moment(fault.from)}`],
    ...left === undefined ? [] : [`${left.member} lost the partition at ${moment(left.at)}`],
    `${came.member} was assigned it at ${moment(came.at)}${came.position === undefined ? '' : ` from offset ${figure(came.position)}`}`,
    ...forgotten.length > 0 ? forgotten : [commitBefore(next?.lastBelow ?? undefined)]
  ]
}

const commitBefore = (commit: LineOf<'offset-commit'> | undefined): string =>
  commit === undefined
    ? 'no commit of the group had been acknowledged until then, as far as is known'
    : `the last commit acknowledged until then was ${figure(commit.offset)}, by ${commit.member} at ${moment(endOf(commit))}`
