/** How the members of a group commit decides what a group may miss: some modes promise less than "at least once". */
import type { MemberContract } from '../model/evidence.ts'
import type { CommitMode } from '../model/history.ts'
import type { Reason } from './promises.ts'

const careless: ReadonlySet<CommitMode> = new Set(['automatic', 'before-work', 'none'])

/** Commits automatically, before the work, or not at all: a record may be passed over without having been received. */
export const maySkip = ({ commits }: MemberContract): boolean => careless.has(commits)

/** `commits after-work`, and whether somebody said so; of a group, that of the member that excuses most. */
export const commitsInWords = (members: readonly MemberContract[]): Reason => {
  const member = members.find(maySkip) ?? members[0]
  const words = member === undefined ? 'commits after-work (assumed)' : `commits ${member.commits}${member.assumed.has('commits') ? ' (assumed)' : ''}`

  return { cause: words, words: () => words }
}
