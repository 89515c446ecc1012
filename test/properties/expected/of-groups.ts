/** What section 4 says of the groups of a legal run: what came twice, what a mode lets slip, and where members began again. */
import type { Assignment, Commit, Group, Share, World } from '../kafka/world.ts'
import { placeOfShare, type Sum } from './findings.ts'
import { isAcknowledgedAt, isVisibleAnywhere, keyOfSends, mayBeTruncated, viewOfPartition, type Copy, type Seen } from './visible.ts'

export const expectOfGroups = (seen: Seen, sum: Sum): void => {
  const anyEffects = seen.world.groups.some(({ processed }) => processed.size > 0 && hasEffectLines(seen.world))
  for (const group of seen.world.groups) {
    for (const share of group.shares) {
      expectDeliveries(share, sum)
      const progress = progressOf(seen, share)
      expectReceipt(seen, share, progress, sum)
      expectRewinds(seen, share, sum)
      expectPolls(seen, share, sum)
      if (anyEffects) expectMissingEffects(seen, share, progress, sum)
    }
    expectRepeatedEffects(seen, group, sum)
  }
}

/** As the audits write them: for what was applied, and for every other of what was not. */
const hasEffectLines = ({ groups }: World): boolean => groups.some(({ processed }) => processed.size > 0)

const maySkip = ({ plan: { commits } }: Group): boolean => commits === 'automatic' || commits === 'before-work' || commits === 'none'
const isTold = ({ group }: Share): boolean => group.plan.assignments !== 'untold'

const expectDeliveries = (share: Share, sum: Sum): void => {
  const offsets = new Set(share.deliveries.map(({ offset }) => offset))
  sum.add('redelivered', 'information', placeOfShare(share), share.deliveries.length - offsets.size)
  if (isTold(share)) sum.add('unowned', 'information', placeOfShare(share), share.deliveries.filter(({ assignment }) => assignment === null).length)
}

interface Progress {
  readonly owed: readonly Copy[]
  readonly passed: number
  readonly owned: boolean
}

const acknowledgedCommits = ({ commits }: Share): readonly Commit[] => commits.filter(({ outcome, transaction }) =>
  (transaction === null ? outcome === 'acknowledged' : outcome === 'acknowledged' && transaction.phase === 'committed'))

const completedAt = ({ until, transaction }: Commit): number => transaction?.heardAt ?? until

const progressOf = (seen: Seen, share: Share): Progress => {
  const { partition, deliveries, assignments, seeks, group } = share
  const told = [
    ...assignments.flatMap(({ from, position }) => (position === null ? [] : [{ at: from, offset: position }])),
    ...seeks.map(({ at, offset }) => ({ at, offset })), ...deliveries.map(({ at, offset }) => ({ at, offset }))
  ].toSorted((left, right) => left.at - right.at)
  const owned = isTold(share) ? assignments.length > 0 : deliveries.length > 0
  const first = told[0]?.offset ?? (owned && group.plan.reset === 'earliest' ? partition.start : Infinity)
  const isExcused = (offset: number): boolean => seeks.some(seek => seek.application && offset >= (seek.from ?? 0) && offset < seek.offset)

  return {
    owned,
    owed: seen.copies.filter(({ view, entry, visibility }) => view.partition === partition && visibility === 'visible' && entry.offset >= first && !isExcused(entry.offset)),
    passed: Math.max(
      0, ...acknowledgedCommits(share).map(({ offset }) => offset), ...deliveries.map(({ offset }) => offset + 1), ...assignments.map(({ position }) => position ?? 0)
    )
  }
}

const receivedAt = ({ deliveries }: Share, { entry, id }: Copy): number =>
  Math.min(Infinity, ...deliveries.filter(({ offset, send }) => offset === entry.offset && send.id === id).map(({ at }) => at))

const expectReceipt = (seen: Seen, share: Share, { owed, passed, owned }: Progress, sum: Sum): void => {
  const { group, partition } = share
  const never = owed.filter(copy => receivedAt(share, copy) === Infinity)
  const { audited, complete } = viewOfPartition(seen, partition)
  for (const copy of never.filter(({ entry }) => entry.offset < passed)) {
    sum.add('skipped', maySkip(group) || !wasThere(seen, share, { copy, at: firstPassed(share, copy) }) ? 'permitted' : 'violation', placeOfShare(share))
  }
  if (owned && audited && complete) sum.add('undelivered', 'liveness', placeOfShare(share), never.filter(({ entry }) => entry.offset >= passed).length)
  for (const { offset, at } of acknowledgedCommits(share)) {
    const early = owed.filter(copy => copy.entry.offset < offset && receivedAt(share, copy) > at)
    if (audited && offset > partition.end) sum.add('commit-ahead', mayBeTruncated(seen.world, partition) ? 'permitted' : 'violation', placeOfShare(share))
    else if (early.length > 0) sum.add('commit-ahead', maySkip(group) || !early.some(copy => wasThere(seen, share, { copy, at })) ? 'permitted' : 'violation', placeOfShare(share))
  }
}

/** The earliest line of the group that passes the offset. */
const firstPassed = (share: Share, { entry: { offset } }: Copy): number => Math.min(
  ...acknowledgedCommits(share).filter(commit => commit.offset > offset).map(({ at }) => at),
  ...share.deliveries.filter(delivery => delivery.offset >= offset).map(({ at }) => at),
  ...share.assignments.filter(({ position }) => position !== null && position > offset).map(({ from }) => from)
)

/**
 * Where a log is never cut off, what stands there in the end was there before. Elsewhere an acknowledgement or a delivery must prove it, the
 * group must not have been given another record there before, and nothing may stand there that is handed to nobody.
 */
const wasThere = (seen: Seen, { partition, deliveries }: Share, { copy, at }: { readonly copy: Copy, readonly at: number }): boolean => {
  const { world } = seen
  if (!mayBeTruncated(world, partition)) return true
  const isHere = (delivery: { readonly offset: number, readonly send: { readonly id: string } }): boolean => delivery.offset === copy.entry.offset && delivery.send.id === copy.id
  const isInTheLog = (offset: number, id: string): boolean => seen.copies.some(one => one.view.partition === partition && one.entry.offset === offset && one.id === id)
  const proofs = [
    ...seen.ids.get(copy.id)?.filter(send => isAcknowledgedAt(send, partition, copy.entry.offset)).map(({ outcomeAt }) => outcomeAt) ?? [],
    ...world.groups.flatMap(({ shares }) => shares).filter(share => share.partition === partition).flatMap(share => share.deliveries).filter(isHere).map(one => one.at)
  ]
  const hadAnother = deliveries.some(one => one.offset === copy.entry.offset && one.at <= at && !isInTheLog(one.offset, one.send.id))
  const isOpenToAll = !partition.topic.compacted && !partition.entries.some(({ kind }) => kind === 'foreign')
    && !world.sends.some(send => send.partition === partition && send.transaction !== null)

  return proofs.some(proof => proof < at) && !hadAnother && isOpenToAll
}

const expectRewinds = (seen: Seen, share: Share, sum: Sum): void => {
  for (const assignment of share.assignments) {
    if (isRewound(share, assignment)) sum.add('resume-rewind', mayBeTruncated(seen.world, share.partition) ? 'permitted' : 'violation', placeOfShare(share))
  }
}

const isRewound = (share: Share, { position, from, to, member }: Assignment): boolean => {
  if (position === null) return false
  const firstDelivery = Math.min(Infinity, ...share.deliveries.filter(({ at, member: whose }) => whose === member && at > from).map(({ at }) => at))
  if (share.seeks.some(seek => seek.member === member && seek.at > from && seek.at < Math.min(firstDelivery, to))) return false

  return acknowledgedCommits(share).some(higher => higher.offset > position && completedAt(higher) < from && !share.commits.some(lower =>
    lower.offset <= position && lower.at < from && !isRejected(lower) && (isIndeterminate(lower) || completedAt(lower) > from || completedAt(lower) > higher.at)))
}

/** Each delivery against the one before it in its assignment, or against the position. */
const expectPolls = (seen: Seen, share: Share, sum: Sum): void => {
  const level = mayBeTruncated(seen.world, share.partition) ? 'permitted' : 'violation'
  const visible = seen.copies.filter(({ view, visibility }) => view.partition === share.partition && visibility === 'visible')
  for (const { member, from, to, position } of share.assignments) {
    let before = position === null ? null : { at: from, next: position }
    for (const { at, offset } of share.deliveries.filter(one => one.member === member && one.at > from && one.at < to)) {
      const { next, at: since } = before ?? { next: offset, at }
      before = { at, next: offset + 1 }
      if (share.seeks.some(seek => seek.member === member && seek.at > since && seek.at < at)) continue
      const leftOut = visible.filter(({ entry }) => entry.offset >= next && entry.offset < offset)
      if (offset < next) sum.add('poll-rewind', level, placeOfShare(share))
      else if (leftOut.length > 0) sum.add('poll-skip', leftOut.some(copy => wasThere(seen, share, { copy, at })) ? 'violation' : 'permitted', placeOfShare(share))
    }
  }
}

const isRejected = ({ outcome, transaction }: Commit): boolean => outcome === 'rejected' || transaction?.phase === 'aborted'
const isIndeterminate = ({ outcome, transaction }: Commit): boolean => outcome === 'indeterminate' || (transaction !== null && transaction.phase !== 'committed')

const expectMissingEffects = (seen: Seen, share: Share, { owed, passed, owned }: Progress, sum: Sum): void => {
  const { group, partition } = share
  if (group.processed.size === 0 || !owned) return
  const due = new Set([
    ...share.deliveries.map(({ send }) => send.id),
    ...owed.filter(({ entry }) => entry.offset < passed).map(({ id }) => id)
  ])
  const missing = [...due].filter(id => seen.ids.get(id)!.some(({ outcome }) => outcome === 'acknowledged') && isVisibleAnywhere(seen, id)
    && ((group.times.get(id) ?? 0) === 0 || group.processed.get(id) === 'failed') && group.processed.get(id) !== 'dead-lettered')
  const isDemanded = (id: string): boolean => seen.copies.filter(copy => copy.id === id && copy.view.partition === partition && copy.visibility === 'visible')
    .some(copy => receivedAt(share, copy) < Infinity || (owed.includes(copy) && wasThere(seen, share, { copy, at: firstPassed(share, copy) })))
  for (const id of missing) sum.add('effect-missing', maySkip(group) || !isDemanded(id) ? 'permitted' : 'violation', placeOfShare(share))
}

const expectRepeatedEffects = (seen: Seen, group: Group, sum: Sum): void => {
  for (const [id, times] of group.times) {
    const promised = group.plan.commits === 'transactional' || group.plan.effects === 'deduplicating'
    sum.add('effect-repeated', promised ? 'violation' : 'permitted', { ...keyOfSends(seen.ids.get(id)!), group: group.name }, times - 1)
  }
}
