/** Where the members of a group are: assignments that begin and end, and positions that are moved on purpose. */
import { placeOf, tell, type Holder, type Line, type Share, type World } from './world.ts'

export const lineOf = (share: Share, member: string, line: Line): Line => ({ ...line, member, group: share.group.name, ...placeOf(share.partition) })

export const isTold = ({ group }: Share): boolean => group.plan.assignments !== 'untold'

export const revoke = (world: World, share: Share, holder: Holder): void => {
  if (!isTold(share)) return
  holder.assignment.to = tell(world, lineOf(share, holder.member, { event: 'revoked' })).at
}

/** The share gets an owner at a position. The one before must have been revoked, or be a zombie. */
export const own = (world: World, share: Share, member: string, position: number): Holder => {
  const tells = share.group.plan.assignments === 'told'
  const at = isTold(share)
    ? tell(world, lineOf(share, member, { event: 'assigned', ...tells ? { position } : {} })).at
    : 0
  const assignment = { member, from: at, to: Infinity, position: tells ? position : null }
  share.assignments.push(assignment)
  share.owner = { member, assignment, position, committed: -1, known: tells }

  return share.owner
}

export const seekTo = (world: World, share: Share, holder: Holder, { offset, reason }: { readonly offset: number, readonly reason: string }): void => {
  const { at } = tell(world, lineOf(share, holder.member, { event: 'seek', offset, reason }))
  share.seeks.push({ at, member: holder.member, from: holder.known ? holder.position : null, offset, application: reason === 'application' })
  Object.assign(holder, { position: offset, known: true, committed: -1 })
}

/** The log now ends earlier: whoever was beyond begins again where it was cut, unless the client does not notice. */
export const takeAway = (world: World, share: Share, cut: number, notices: boolean): void => {
  share.late = null
  if (!notices) return
  if (share.resume !== null) share.resume = Math.min(share.resume, cut)
  if (share.zombie !== null && share.zombie.position > cut) {
    revoke(world, share, share.zombie)
    share.zombie = null
  }
  const { owner } = share
  if (owner !== null && owner.position > cut) beginAgain(world, share, owner, cut)
}

const beginAgain = (world: World, share: Share, owner: Holder, position: number): Holder => {
  if (isTold(share)) {
    revoke(world, share, owner)

    return own(world, share, owner.member, position)
  }
  seekTo(world, share, owner, { offset: position, reason: 'out-of-range' })

  return owner
}

/** A position beyond the log's end is out of range, and the reset policy says where to go. */
export const backIntoRange = (world: World, share: Share): void => {
  const { owner, partition: { start, end }, group: { plan } } = share
  if (owner !== null && owner.position > end) beginAgain(world, share, owner, plan.reset === 'earliest' ? start : end)
}
