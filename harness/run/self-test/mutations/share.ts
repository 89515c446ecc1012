/**
 * Has a second member own a partition around a commit of its owner, and commit the same offset: two owners at once. It is
 * given nothing and told no position, so that it neither skips nor rewinds.
 */
import type { Mutation } from '../planting.ts'
import { aheadAt, commitAfter, lineAt, placeOf } from './planted-lines.ts'

const member = 'self-test-second-owner'

export const share: Mutation = {
  name: 'share',
  needs: 'two acknowledged commits of a member that owned a partition alone',
  plant: ground => {
    const site = ground.takeCommit()
    if (site === undefined) return undefined
    const { at, until, offset } = site.commit

    return {
      entries: [],
      lines: [
        lineAt(site, { event: 'assigned', member, at: at - 1 }),
        commitAfter(ground, site, { member, offset }),
        lineAt(site, { event: 'revoked', member, at: until + 5 })
      ],
      anomalies: [{ anomaly: 'dual-owner', count: 1, ...placeOf(site) }],
      sideEffects: aheadAt(ground, site)
    }
  }
}
