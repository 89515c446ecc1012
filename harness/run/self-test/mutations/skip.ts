/**
 * Takes the delivery of a record to a group off the record, between those of its neighbours: the member's poll left it out,
 * and the group has passed it and never had it. Every acknowledged commit beyond it, planted ones included, was then invoked
 * while it was still owed: so this comes after the mutations that plant commits.
 */
import type { Site } from '../clean-records.ts'
import type { Ground } from '../ground.ts'
import type { PlantedAnomaly, Mutation } from '../planting.ts'
import { firstPosition } from '../partition-facts.ts'
import { without } from './changes.ts'
import { passagesOf, type Passage } from './wishes.ts'

export const skip: Mutation = {
  name: 'skip',
  needs: 'three acknowledged neighbours that a member was given one after the other',
  plant: ground => {
    const site = ground.takeSite(one => owed(one).some(passage => !isAhead(ground, one, passage)), one => owed(one).length > 0)
    if (site === undefined) return undefined
    const { topic, partition } = site.where
    const calm = owed(site).filter(passage => !isAhead(ground, site, passage))
    const passage = ground.random.pick(calm.length > 0 ? calm : owed(site))
    const place = { topic, partition, group: passage.group.group }
    const ahead = commitsBeyond(ground, site, passage)

    return {
      entries: [without(passage.record)],
      anomalies: [
        { anomaly: 'skipped', count: 1, ...place },
        { anomaly: 'poll-skip', count: 1, ...place },
        ...(calm.length > 0 && ahead > 0 ? [{ anomaly: 'commit-ahead', count: ahead, ...place } satisfies PlantedAnomaly] : [])
      ],
      sideEffects: calm.length > 0 ? [] : [{ anomaly: 'commit-ahead', ...place }]
    }
  }
}

/** Passages of groups that are owed the record: begun below it, and without a jump of their own to beyond it, which might excuse it. */
const owed = (site: Site): readonly Passage[] => passagesOf(site).filter(({ group }) => {
  const first = firstPosition(group, site.where.audit?.logStart ?? 0)

  return first !== undefined && first < site.record.offset && !group.moves.some(({ kind, reason, position }) =>
    kind === 'seek' && (reason ?? 'application') === 'application' && (position ?? Infinity) > site.record.offset)
})

/** Where commits ran ahead already, how many more do is not told by counting. */
const isAhead = (ground: Ground, { where: { topic, partition } }: Site, { group: { group } }: Passage): boolean =>
  ground.shows('commit-ahead', { topic, partition, group })

const commitsBeyond = ({ plantedCommits }: Ground, { where, record }: Site, { group }: Passage): number => {
  const recorded = group.commits.filter(({ outcome, offset }) => outcome === 'acknowledged' && offset > record.offset)
  const planted = plantedCommits.filter(one => one.where === where && one.group === group.group && one.offset > record.offset)

  return recorded.length + planted.length
}
