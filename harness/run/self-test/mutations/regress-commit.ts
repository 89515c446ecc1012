/** Has a member commit, right after a commit, the offset before it: its next one goes on from there, so nothing is read twice. */
import type { Mutation } from '../planting.ts'
import { aheadAt, commitAfter, placeOf } from './planted-lines.ts'

export const regressCommit: Mutation = {
  name: 'regress-commit',
  needs: 'two acknowledged commits of a member that owned a partition alone',
  plant: ground => {
    const site = ground.takeCommit()
    if (site === undefined) return undefined
    const { member, offset } = site.commit

    return {
      entries: [],
      lines: [commitAfter(ground, site, { member, offset: offset - 1 })],
      anomalies: [{ anomaly: 'commit-regressed', count: 1, ...placeOf(site) }],
      sideEffects: aheadAt(ground, site)
    }
  }
}
