/** Has the only work on a record fail: whatever is in the store, the group itself says that it did not do it. */
import { effects } from '../../../ledger/format.ts'
import type { Mutation } from '../planting.ts'
import { changed } from './changes.ts'
import { needsEffects, takeEffectSite } from './effect-sites.ts'

export const failWork: Mutation = {
  name: 'fail-work',
  needs: needsEffects,
  plant: ground => {
    const site = takeEffectSite(ground)

    return site && {
      entries: [changed(site.work, { extra: effects.indexOf('failed') })],
      anomalies: [{ anomaly: 'effect-missing', count: 1, ...site.place }]
    }
  }
}
