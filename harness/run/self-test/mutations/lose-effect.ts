/** Takes the effect of a record out of a group's store: the group was given the record, worked on it, and has nothing of it. */
import type { Mutation } from '../planting.ts'
import { without } from './changes.ts'
import { needsEffects, takeEffectSite } from './effect-sites.ts'

export const loseEffect: Mutation = {
  name: 'lose-effect',
  needs: needsEffects,
  plant: ground => {
    const site = takeEffectSite(ground)

    return site && { entries: [without(site.effect)], anomalies: [{ anomaly: 'effect-missing', count: 1, ...site.place }] }
  }
}
