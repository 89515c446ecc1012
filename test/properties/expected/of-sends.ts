/** What section 4 says of the records of a legal run: who may be lost, doubled, out of order, and how that is to be called. */
import type { Partition, Send } from '../kafka/world.ts'
import { placeIn, type Sum } from './findings.ts'
import {
  copiesOf, isAfterPowerCut, isNowhere, isVisibleAnywhere, isWeak, keyOfSends, mayBeLost, mayBeTruncated, partitionOf, possibleAttempts, provesAbsence,
  viewOfPartition, visibilityAt, type Seen
} from './visible.ts'

export const expectOfSends = (seen: Seen, sum: Sum): void => {
  const lost = expectLost(seen, sum)
  expectVanished(seen, sum, lost)
  expectDuplicated(seen, sum)
  expectConflicts(seen, sum)
  expectMisplaced(seen, sum)
  expectReordered(seen, sum)
  expectStaleOrder(seen, sum)
  for (const id of seen.world.believed) {
    const sends = seen.ids.get(id)!
    if (sends.every(({ outcome }) => outcome !== 'acknowledged') && isNowhere(seen, id)) sum.add('unfounded', 'information', keyOfSends(sends))
  }
}

const isCommitted = ({ transaction }: Send): boolean => transaction === null || transaction.phase === 'committed'
const isAcknowledged = (send: Send): boolean => send.outcome === 'acknowledged' && isCommitted(send)

/** In a compacted topic only the last word on a key is judged, and only where it is known to be the last. */
const isJudged = (seen: Seen, send: Send): boolean => {
  const { topic } = send.partition
  if (!topic.compacted) return true
  const others = seen.world.sends.filter(one => one !== send && one.partition === send.partition && one.key === send.key)
  // A foreign record may have had the same key: an innocent explanation.
  if (send.partition.entries.some(({ kind }) => kind === 'foreign')) return false
  if (send.offset === null || send.tombstone || others.some(({ tombstone }) => tombstone)) return false
  // Where a cut log was written again, two may have been acknowledged at one offset; one of them is judged.
  const isHigher = (one: Send): boolean => one.offset !== null && (one.offset > send.offset! || (one.offset === send.offset && one.at < send.at))
  // One whose transaction may have been committed, too, may have taken its place.
  if (others.some(one => one.outcome === 'acknowledged' && one.transaction?.phase !== 'aborted' && isHigher(one))) return false
  if (others.some(one => one.outcome !== 'rejected' && one.offset === null)) return false

  return !seen.copies.some(({ view, entry, visibility }) =>
    view.partition === send.partition && visibility !== 'hidden' && entry.send!.key === send.key && entry.offset > send.offset!)
}

/** The acknowledged attempts whose record has to be in the log. */
const demanded = (seen: Seen, sends: readonly Send[]): readonly Send[] => sends.filter(send =>
  isAcknowledged(send) && (send.offset === null ? send.partition.start === 0 : send.offset >= send.partition.start)
  && provesAbsence(seen, send.partition, Infinity) && isJudged(seen, send))

const expectLost = (seen: Seen, sum: Sum): ReadonlySet<string> => {
  const lost = new Set<string>()
  for (const [id, sends] of seen.ids) {
    const missing = demanded(seen, sends)
    const isSeen = sends.every(({ outcome, partition }) => outcome === 'rejected' || provesAbsence(seen, partition, Infinity))
    if (missing.length === 0 || !isSeen || !isNowhere(seen, id)) continue
    lost.add(id)
    sum.add('lost', missing.every(send => mayBeLost(seen.world, send)) ? 'permitted' : 'violation', keyOfSends(sends))
  }

  return lost
}

/** Partitions where a record of which no offset is known may have expired. */
export const isUndecided = (seen: Seen, partition: Partition): boolean => partition.start > 0 && seen.world.sends.some(send =>
  send.partition === partition && isAcknowledged(send) && send.offset === null && !isVisibleAnywhere(seen, send.id))

const expectVanished = (seen: Seen, sum: Sum, lost: ReadonlySet<string>): void => {
  const vanished = new Map<string, boolean>()
  for (const group of seen.world.groups) {
    for (const { partition, deliveries } of group.shares) {
      for (const { send, offset } of deliveries) {
        const { id } = send
        if (partition.topic.compacted || lost.has(id) || !provesAbsence(seen, partition, offset) || visibilityAt(seen, { partition, offset, id }) !== 'hidden') continue
        const phase = send.transaction?.phase ?? 'committed'
        if (phase !== 'committed' && (phase === 'aborted' || group.plan.isolation === 'read_uncommitted')) continue
        const permitted = possibleAttempts(seen.world, seen.ids.get(id)!, { partition, offset, send }).some(one => mayBeLost(seen.world, one))
        vanished.set(id, permitted && (vanished.get(id) ?? true))
      }
    }
  }
  for (const [id, permitted] of vanished) sum.add('vanished', permitted ? 'permitted' : 'violation', keyOfSends(seen.ids.get(id)!))
}

const expectDuplicated = (seen: Seen, sum: Sum): void => {
  for (const [id, sends] of seen.ids) {
    for (const partition of new Set(sends.map(partitionOf))) {
      if (partition === null) continue
      const copies = copiesOf(seen, id).filter(({ view, visibility }) => view.partition === partition && visibility === 'visible')
      const attempts = sends.filter(send => partitionOf(send) === partition && send.outcome !== 'rejected')
      const surplus = seen.world.audit.tellsAttempts
        ? sends.map(send => Math.max(0, copies.filter(({ entry }) => entry.send === send).length - 1)).reduce((left, right) => left + right, 0)
        : Math.max(0, copies.length - Math.max(1, attempts.length))
      sum.add('duplicated', attempts.every(({ producer }) => producer.idempotent) ? 'violation' : 'permitted', placeIn(partition), surplus)
    }
  }
}

const expectConflicts = (seen: Seen, sum: Sum): void => {
  const { world, views, ids } = seen
  for (const { partition, listed } of views) {
    const at = new Map<number, Set<string>>()
    const note = (offset: number, id: string): void => { at.set(offset, (at.get(offset) ?? new Set()).add(id)) }
    for (const send of world.sends) if (send.offset !== null && send.partition === partition) note(send.offset, send.id)
    for (const share of world.groups.flatMap(group => group.shares)) if (share.partition === partition) for (const { offset, send } of share.deliveries) note(offset, send.id)
    for (const { offset, send } of listed) note(offset, send!.id)
    for (const conflicting of at.values()) {
      if (conflicting.size < 2) continue
      const permitted = isAfterPowerCut(world, partition) || [...conflicting].some(id => ids.get(id)!.some(isWeak))
      sum.add('offset-conflict', permitted ? 'permitted' : 'violation', placeIn(partition))
    }
  }
}

/** The second kind: acknowledged where nothing of it is, and somewhere else it is. */
const expectMisplaced = (seen: Seen, sum: Sum): void => {
  for (const [id, sends] of seen.ids) {
    if (!isVisibleAnywhere(seen, id)) continue
    const elsewhere = demanded(seen, sends).filter(({ offset, partition }) => offset !== null && visibilityAt(seen, { partition, offset, id }) === 'hidden')
    if (elsewhere.length > 0) sum.add('misplaced', elsewhere.every(send => mayBeLost(seen.world, send)) ? 'permitted' : 'violation', keyOfSends(sends))
  }
}

const firstVisible = (seen: Seen, send: Send): number | null => {
  const partition = partitionOf(send)
  if (partition === null) return null
  const visible = copiesOf(seen, send.id).filter(({ view, visibility }) => view.partition === partition && visibility === 'visible')
  const own = visible.filter(({ possible }) => possible.length === 1 && possible[0] === send).map(({ entry }) => entry.offset)
  if (own.length > 0) return Math.min(...own)

  return visible.some(({ entry }) => entry.offset === send.offset) ? send.offset : null
}

const expectReordered = (seen: Seen, sum: Sum): void => {
  for (const sends of Map.groupBy(seen.world.sends, ({ producer }) => producer).values()) {
    for (const [partition, inOrder] of Map.groupBy(sends, partitionOf)) {
      if (partition === null) continue
      let highest: { readonly offset: number, readonly send: Send } | null = null
      for (const send of inOrder) {
        const offset = firstVisible(seen, send)
        if (offset === null) continue
        if (highest !== null && offset < highest.offset) {
          const { producer: { idempotent, oneInFlight } } = send
          const promised = idempotent || (oneInFlight && highest.send.outcome === 'acknowledged' && highest.send.outcomeAt < send.at)
          sum.add('reordered', promised && !mayBeTruncated(seen.world, partition) ? 'violation' : 'permitted', placeIn(partition))
        } else {
          highest = { offset, send }
        }
      }
    }
  }
}

const expectStaleOrder = (seen: Seen, sum: Sum): void => {
  for (const send of seen.world.sends) {
    const offset = firstVisible(seen, send)
    if (offset === null) continue
    const earlier = seen.world.sends.filter(one =>
      one.id !== send.id && one.partition === send.partition && one.offset !== null && one.offset > offset && one.outcomeAt < send.at)
    if (earlier.length === 0) continue
    sum.add('stale-order', earlier.every(one => mayBeLost(seen.world, one)) ? 'permitted' : 'violation', placeIn(send.partition))
  }
}

/** Whether anything of the run touched the partition, so that its audit matters. */
export const isTouched = (seen: Seen, partition: Partition): boolean => seen.world.sends.some(send => partitionOf(send) === partition)
  || seen.world.groups.some(({ plan, shares }) => shares.some(share => share.partition === partition
    && (share.deliveries.length > 0 || share.commits.length > 0 || (plan.assignments !== 'untold' && share.assignments.length > 0))))

export const isIncomplete = (seen: Seen, partition: Partition): boolean => {
  const { audited, complete } = viewOfPartition(seen, partition)

  return audited ? !complete : isTouched(seen, partition)
}
