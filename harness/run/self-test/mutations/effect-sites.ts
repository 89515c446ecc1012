/** Where effects can be tampered with: a clean record that a group was given, worked on once, and has once in its store. */
import { effects, kinds } from '../../../ledger/format.ts'
import type { Site } from '../clean-records.ts'
import type { Ground } from '../ground.ts'
import { wasOwned } from '../partition-facts.ts'
import type { Place } from '../planting.ts'
import type { Sighting } from '../story.ts'

export interface EffectSite {
  readonly place: Place
  readonly effect: Sighting
  readonly work: Sighting
}

export const needsEffects = 'an acknowledged record whose effect is in the store of a group'

export const takeEffectSite = (ground: Ground): EffectSite | undefined => {
  const site = ground.takeSite(one => effectSites(one).length > 0)

  return site && ground.random.pick(effectSites(site))
}

const applied = effects.indexOf('applied')

const effectSites = ({ where, record }: Site): readonly EffectSite[] => [...where.groups.values()].flatMap(group => {
  const ofGroup = (kind: number): readonly Sighting[] => record.done.filter(sighting => sighting.kind === kind && sighting.file.header.group === group.group)
  const [effect, ...moreEffects] = ofGroup(kinds.effect)
  const [work, ...moreWork] = ofGroup(kinds.processed)
  const isSound = effect?.value === 1 && work?.extra === applied && moreEffects.length + moreWork.length === 0
  if (!isSound || !record.delivered.has(group.group) || !wasOwned(group)) return []

  return [{ effect, work, place: { topic: where.topic, partition: where.partition, group: group.group } }]
})
