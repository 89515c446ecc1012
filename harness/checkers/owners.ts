/**
 * `dual-owner` and `unowned`: who acted on a partition without being its one owner.
 *
 * Guilty of dual ownership: c1 and c2 both own orders-0 from 50 to 90, and both commit in that time. Guilty without ownership: c1
 * commits at 95, after it was revoked at 90. Innocent: c1 commits in the very moment in which it is revoked.
 */
import type { Commit, Consumption } from '../model/evidence.ts'
import { because, type Checker } from './checker.ts'
import type { Facts } from './facts.ts'
import { assignmentsByMember, ownedAt, owningAt, type Assignment } from './ownership.ts'
import type { Tally } from './tally.ts'

export const owners: Checker = {
  name: 'owners',
  check: (facts, tally) => {
    for (const consumption of facts.evidence.consumption) {
      if (!facts.ownership(consumption).told) continue
      checkDualOwners(facts, tally, consumption)
      checkUnowned(facts, tally, consumption)
    }
  }
}

const checkDualOwners = (facts: Facts, tally: Tally, consumption: Consumption): void => {
  const { assignments } = facts.ownership(consumption)
  const { members } = facts.evidence
  const commits = Map.groupBy(consumption.commits.filter(({ outcome }) => outcome === 'acknowledged'), ({ member }) => member)
  let open: Assignment[] = []
  for (const later of assignments) {
    open = open.filter(({ to }) => to.at > later.from.at)
    for (const earlier of open) {
      if (!bothCommitted(commits, earlier, later)) continue
      tally.add({
        anomaly: 'dual-owner',
        level: 'violation',
        partition: consumption.partition,
        group: consumption.group,
        reason: because('two members owned a partition at once, and the commits of both were acknowledged'),
        witness: () => ({
          id: null,
          offset: null,
          at: later.from.at,
          member: members[later.member]!.name,
          note: `together with ${members[earlier.member]!.name}`
        })
      })
    }
    open.push(later)
  }
}

const bothCommitted = (commits: ReadonlyMap<number, readonly Commit[]>, earlier: Assignment, later: Assignment): boolean => {
  const from = later.from.at
  const to = Math.min(earlier.to.at, later.to.at)

  return [earlier, later].every(({ member }) => (commits.get(member) ?? []).some(({ at }) => at > from && at < to))
}

const checkUnowned = (facts: Facts, tally: Tally, consumption: Consumption): void => {
  const { partition, group, commits, deliveries } = consumption
  const { members, recordName } = facts.evidence
  const byMember = assignmentsByMember(facts.ownership(consumption))
  for (const { outcome, member, at, offset } of commits) {
    if (outcome !== 'acknowledged' || ownedAt(byMember.get(member), at)) continue
    tally.add({
      anomaly: 'unowned',
      level: 'violation',
      partition,
      group,
      reason: because('a commit of a member that did not own the partition was acknowledged'),
      witness: () => ({ id: null, offset, at, member: members[member]!.name })
    })
  }
  let owned: Assignment | undefined
  for (let row = 0; row < deliveries.length; row++) {
    const member = deliveries.member[row]!
    const at = deliveries.at[row]!
    // Deliveries mostly come one after the other in one assignment.
    if (owned?.member === member && at <= owned.to.at) continue
    owned = owningAt(byMember.get(member), at)
    if (owned !== undefined) continue
    tally.add({
      anomaly: 'unowned',
      level: 'information',
      partition,
      group,
      reason: because('a record was delivered to a member that did not own the partition'),
      witness: () => ({ id: recordName(deliveries.record[row]!), offset: deliveries.offset[row]!, at: deliveries.at[row]!, member: members[member]!.name })
    })
  }
}
