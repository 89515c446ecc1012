/**
 * Has a second member come to own a partition after a commit, and begin one offset below it. It is given nothing and commits
 * nothing. No commit at or below its position may have taken effect after the one that it forgets: that would excuse it.
 */
import type { CommitSite } from '../commit-sites.ts'
import type { Mutation } from '../planting.ts'
import { lineAt, placeOf } from './planted-lines.ts'

const member = 'self-test-resumer'

export const rewind: Mutation = {
  name: 'rewind',
  needs: 'two acknowledged commits of a member that owned a partition alone, and none below them whose fate is unknown',
  plant: ground => {
    const site = ground.takeCommit(isNotExcused)
    if (site === undefined) return undefined
    const { until, offset } = site.commit

    return {
      entries: [],
      lines: [
        lineAt(site, { event: 'assigned', member, at: until + 2, position: offset - 1 }),
        lineAt(site, { event: 'revoked', member, at: until + 4 })
      ],
      anomalies: [{ anomaly: 'resume-rewind', count: 1, ...placeOf(site) }]
    }
  }
}

const isNotExcused = ({ group, commit }: CommitSite): boolean => group.commits.every(other => other.offset >= commit.offset
  || other.outcome === 'rejected' || other.at > commit.until || (other.outcome === 'acknowledged' && other.until < commit.at))
