/** Has the effect of a record a second time in a group's store: one surplus effect, wherever it may have come from. */
import type { Mutation } from '../planting.ts'
import { changed } from './changes.ts'
import { needsEffects, takeEffectSite } from './effect-sites.ts'

export const repeatEffect: Mutation = {
  name: 'repeat-effect',
  needs: needsEffects,
  plant: ground => {
    const site = takeEffectSite(ground)

    return site && { entries: [changed(site.effect, { value: 2 })], anomalies: [{ anomaly: 'effect-repeated', count: 1, ...site.place }] }
  }
}
