/** Has a member that owns nothing commit what the owner has just committed. */
import type { Mutation } from '../planting.ts'
import { aheadAt, commitAfter, placeOf } from './planted-lines.ts'

export const trespass: Mutation = {
  name: 'trespass',
  needs: 'two acknowledged commits of a member that owned a partition alone',
  plant: ground => {
    const site = ground.takeCommit()
    if (site === undefined) return undefined

    return {
      entries: [],
      lines: [commitAfter(ground, site, { member: 'self-test-stranger', offset: site.commit.offset })],
      anomalies: [{ anomaly: 'unowned', count: 1, ...placeOf(site) }],
      sideEffects: aheadAt(ground, site)
    }
  }
}
