/** How the members of a group commit decides what a group may miss: some modes promise less than "at least once". */
import type { MemberContract } from '../model/evidence.ts'
import type { CommitMode } from '../model/history.ts'
import type { Promises, Reason } from './promises.ts'

const careless: ReadonlySet<CommitMode> = new Set(['automatic', 'before-work', 'none'])

/** Commits automatically, before the work, or not at all: a record may be passed over without having been received. */
export const maySkip = ({ commits }: MemberContract): boolean => careless.has(commits)

/** `commits after-work`, and whether somebody said so; of a group, that of the member that excuses most. */
export const commitsInWords = (members: readonly MemberContract[]): Reason => {
  const member = members.find(maySkip) ?? members[0]
  const words = member === undefined ? 'commits after-work (assumed)' : `commits ${member.commits}${member.assumed.has('commits') ? ' (assumed)' : ''}`

  return { cause: words, words: () => words }
}

/** What permits a group to pass a record: how its members commit, and that the log may have been cut off below it and written again. */
export const passingInWords = (promises: Promises, partition: number, members: readonly MemberContract[]): Reason => {
  const commits = commitsInWords(members)
  if (!promises.mayBeTruncated(partition)) return commits
  const contract = promises.ofPartition(partition)

  return { cause: `${commits.cause}|${contract.cause}`, words: () => `${commits.words()}, ${contract.words()}` }
}
