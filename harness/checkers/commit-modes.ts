/**
 * What a group may pass without receiving it: some modes of committing promise less than "at least once", and where a log may be
 * cut off and written again, a record may have come to its place after the group had passed it.
 */
import type { MemberContract } from '../model/evidence.ts'
import type { CommitMode } from '../model/history.ts'
import type { Level } from '../model/judgement.ts'
import { about, permittedOr } from './checker.ts'
import type { Promises, Reason } from './promises.ts'

const careless: ReadonlySet<CommitMode> = new Set(['automatic', 'before-work', 'none'])

/** Commits automatically, before the work, or not at all: a record may be passed over without having been received. */
export const maySkip = ({ commits }: MemberContract): boolean => careless.has(commits)

/** `commits after-work`, and whether somebody said so; of a group, that of the member that excuses most. */
export const commitsInWords = (members: readonly MemberContract[]): Reason => {
  // Whoever does anything in a group is a member of it.
  const { commits, assumed } = members.find(maySkip) ?? members[0]!
  const words = `commits ${commits}${assumed.has('commits') ? ' (assumed)' : ''}`

  return { cause: words, words: () => words }
}

export interface Passing {
  readonly partition: number
  readonly members: readonly MemberContract[]
  /** What the group did, as a sentence. */
  readonly sentence: string
  /** How the record stood to the group; asked only where it decides. */
  readonly standing: () => Standing
}

/** Received; there when the group passed it; or perhaps written only after that. */
export type Standing = 'received' | 'there before' | 'perhaps later'

export interface JudgedPassing {
  readonly level: Level
  readonly reason: Reason
}

export const judgePassing = (promises: Promises, { partition, members, sentence, standing }: Passing): JudgedPassing => {
  const commits = commitsInWords(members)
  if (members.some(maySkip)) return { level: 'permitted', reason: about(commits, contract => `${contract}: ${sentence}, which this contract permits`) }
  if (!promises.mayBeTruncated(partition)) return { level: 'violation', reason: about(commits, contract => `${contract}: ${sentence}`) }
  const stood = standing()

  return {
    level: permittedOr(stood === 'perhaps later'),
    reason: about(together(commits, promises.ofPartition(partition)), contract => `${contract}: ${sentence}, ${standingInWords[stood]}`)
  }
}

/** Why a log that may be cut off and written again does, or does not, excuse it. */
export const standingInWords: Readonly<Record<Standing, string>> = {
  'received': 'though the group had received it',
  'there before': 'and it was written before that',
  'perhaps later': 'but it may have been written only after that, which this contract permits'
}

const together = (one: Reason, other: Reason): Reason => ({ cause: `${one.cause}|${other.cause}`, words: () => `${one.words()}, ${other.words()}` })
