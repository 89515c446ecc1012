/**
 * The groups' side: members own partitions, are given records, work on them, commit in their group's manner, crash, and are
 * replaced. Each resumes where the coordinator's last commit says, or where the reset policy does.
 */
import { lastStableOf, readable } from './logs.ts'
import { backIntoRange, isTold, lineOf, own, revoke, seekTo } from './positions.ts'
import { end, openTransaction, takesSends } from './transactions.ts'
import { choose, tell, tick, type Commit, type Entry, type Group, type Holder, type Share, type World } from './world.ts'

export const maySkip = ({ plan: { commits } }: Group): boolean => commits === 'automatic' || commits === 'before-work' || commits === 'none'

/** Gives a partition to a member, at the offset where it has to begin. */
export const assign = (world: World, share: Share, member: string): void => {
  const { partition, group: { plan } } = share
  settleCommits(world, share)
  if (share.zombie?.member === member) {
    revoke(world, share, share.zombie)
    share.zombie = null
  }
  const limit = plan.isolation === 'read_committed' ? lastStableOf(partition) : partition.stable
  const position = share.resume ?? (plan.reset === 'earliest' ? partition.start : limit)
  const holder = own(world, share, member, position)
  if (position < partition.start) seekTo(world, share, holder, { offset: partition.start, reason: 'out-of-range' })
  // Without a commit, a group that begins at the end would begin again at a later end.
  if (share.resume === null && plan.reset === 'latest' && plan.commits !== 'none') commitAt(world, share, holder, { offset: position, outcome: 'acknowledged' })
}

/** A group's offsets are not given out while a transaction may still change them. */
const settleCommits = (world: World, share: Share): void => {
  for (const { transaction } of share.commits) if (transaction !== null && (transaction.fate === 'open' || transaction.fate === 'committing')) end(world, transaction)
  share.late = null
}

export interface CommitOptions {
  readonly offset: number
  readonly outcome: Commit['outcome']
  readonly transaction?: Commit['transaction']
}

export const commitAt = (world: World, share: Share, holder: Pick<Holder, 'member'> & Partial<Holder>, { offset, outcome, transaction = null }: CommitOptions): void => {
  const at = tick(world)
  const until = tick(world)
  world.lines.push({ ...lineOf(share, holder.member, { event: 'offset-commit' }), at, until, offset, outcome, ...transaction === null ? {} : { transaction: transaction.name } })
  const commit: Commit = { at, until, member: holder.member, offset, outcome, transaction }
  share.commits.push(commit)
  transaction?.commits.push(commit)
  if (outcome !== 'rejected') holder.committed = offset
  if (outcome === 'acknowledged' && transaction === null) share.resume = offset
}

export const commit = (world: World, share: Share, number: number): void => {
  const { owner, zombie, group: { plan } } = share
  if (zombie !== null && number % 3 === 0 && plan.commits !== 'none') {
    commitAt(world, share, zombie, { offset: zombie.position, outcome: 'rejected' })

    return
  }
  if (owner === null || plan.commits === 'none' || plan.commits === 'before-work') return
  const fetched = readable(share.partition, owner.position, plan.isolation)[0]
  const offset = plan.commits === 'automatic' && number % 2 === 1 && fetched !== undefined ? fetched.offset + 1 : owner.position
  if (offset < owner.committed) return
  if (plan.commits === 'transactional') {
    const producer = world.producers.findLast(one => one.plan.kind === 'transactional' && !one.fenced && takesSends(one))
    if (producer !== undefined) commitAt(world, share, owner, { offset, outcome: 'acknowledged', transaction: openTransaction(world, producer) })
  } else if (number % 5 === 0) {
    // Nobody heard: it took effect, will take effect, or never does.
    commitAt(world, share, owner, { offset, outcome: 'indeterminate' })
    if (number % 2 === 0) share.resume = offset
    else share.late = offset
  } else {
    commitAt(world, share, owner, { offset, outcome: number % 5 === 1 ? 'rejected' : 'acknowledged' })
  }
}

export const carryOutLateCommit = (share: Share): void => {
  share.resume = share.late ?? share.resume
  share.late = null
}

/** Where a log may be cut, one assignment may see an offset under two leaders, and its epochs fall; there they are not told. */
const tellsEpochs = ({ epochsTold, hasPowerCuts }: World, share: Share): boolean => {
  const { topic } = share.partition

  return epochsTold && isTold(share) && !topic.weak && (topic.flushed || !hasPowerCuts)
}

/** Hands one record to the application. */
export const deliver = (world: World, share: Share, entry: Pick<Entry, 'offset' | 'epoch' | 'send'>, { member, holder }: { readonly member: string, readonly holder: Holder | null }): void => {
  const send = entry.send!
  const line = tell(world, {
    ...lineOf(share, member, { event: 'delivered' }), offset: entry.offset, id: send.id, ...world.audit.tellsAttempts ? { attempt: send.attempt } : {},
    ...tellsEpochs(world, share) ? { leaderEpoch: entry.epoch } : {}
  })
  share.deliveries.push({ at: line.at, member, offset: entry.offset, send, assignment: holder?.assignment ?? null, line })
  if (holder !== null) Object.assign(holder, { position: entry.offset + 1, known: true })
}

const sayProcessed = (world: World, group: Group, member: string, id: string, effect: string): void => {
  tell(world, { event: 'processed', member, group: group.name, id, effect })
  group.processed.set(id, effect)
  if (effect === 'applied') group.times.set(id, (group.times.get(id) ?? 0) + 1)
}

export const work = (world: World, { group }: Share, { member, id, number }: { readonly member: string, readonly id: string, readonly number: number }): void => {
  const done = (group.times.get(id) ?? 0) > 0
  const { effects } = group.plan
  if (effects === 'none') return
  if (number % 7 === 6) sayProcessed(world, group, member, id, 'failed')
  sayProcessed(world, group, member, id, effects === 'deduplicating' && done ? 'recognised' : number % 11 === 10 && !done ? 'dead-lettered' : 'applied')
}

/** A member is given what comes next, at most so many records. */
export const poll = (world: World, share: Share, { count, number }: { readonly count: number, readonly number: number }): void => {
  if (number % 3 === 0) backIntoRange(world, share)
  const { owner, zombie, group } = share
  const holder = zombie !== null && number % 4 === 0 ? zombie : owner
  if (holder === null) return
  const batch = readable(share.partition, holder.position, group.plan.isolation).slice(0, count)
  const last = batch.at(-1)
  if (last === undefined) return
  if (group.plan.commits === 'before-work' && last.offset >= holder.committed) {
    commitAt(world, share, holder, { offset: last.offset + 1, outcome: holder === zombie ? 'rejected' : 'acknowledged' })
  }
  // A group that may lose its batch in a crash is left in the midst of it now and then.
  const handed = maySkip(group) && number % 3 === 2 ? batch.slice(0, -1) : batch
  for (const [index, entry] of handed.entries()) {
    deliver(world, share, entry, { member: holder.member, holder })
    if (maySkip(group) && number % 5 === 4 && index === handed.length - 1) continue
    work(world, share, { member: holder.member, id: entry.send!.id, number: number + index })
  }
}

/** The partition changes hands: in order, with a former owner that does not know it, or with one that works on after it knows. */
export const rebalance = (world: World, share: Share, { member, manner }: { readonly member: string, readonly manner: number }): void => {
  const { owner, zombie, partition, group } = share
  if (!isTold(share)) return
  if (zombie !== null) {
    revoke(world, share, zombie)
    share.zombie = null
  }
  if (owner !== null && member !== owner.member && manner % 3 === 1) {
    share.zombie = owner
  } else if (owner !== null) {
    revoke(world, share, owner)
    const next = readable(partition, owner.position, group.plan.isolation)[0]
    if (manner % 3 === 2 && next !== undefined) {
      deliver(world, share, next, { member: owner.member, holder: null })
      work(world, share, { member: owner.member, id: next.send!.id, number: manner })
    }
  }
  assign(world, share, member)
}

export const crash = (world: World, group: Group, member: string): void => {
  for (const share of group.shares.filter(isTold)) {
    if (share.zombie?.member === member) {
      revoke(world, share, share.zombie)
      share.zombie = null
    }
    if (share.owner?.member === member) {
      revoke(world, share, share.owner)
      share.owner = null
    }
  }
}

/** The application moves a position: back, or forward over what it does not want. */
export const seek = (world: World, share: Share, number: number): void => {
  const { owner, partition, group } = share
  if (owner === null) return
  const limit = group.plan.isolation === 'read_committed' ? lastStableOf(partition) : partition.stable
  seekTo(world, share, owner, { offset: partition.start + number % (limit - partition.start + 1), reason: 'application' })
}

/** Everybody who owns something reads it to its end. */
export const drain = (world: World, shares: readonly Share[]): void => {
  for (const share of shares) {
    if (share.owner === null) assign(world, share, choose(share.group.members, share.partition.number)!)
    backIntoRange(world, share)
    const { owner, group } = share
    for (const entry of readable(share.partition, owner!.position, group.plan.isolation)) {
      deliver(world, share, entry, { member: owner!.member, holder: owner })
      work(world, share, { member: owner!.member, id: entry.send!.id, number: 0 })
    }
  }
}
