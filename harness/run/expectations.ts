/**
 * Holds what a control found against what it had to find: the anomaly, its level, how many, and about exactly which records.
 * A loss among records that no fault met would be a loss that nobody explained, so it does not count as the control's.
 */
import { expectsDanger, expectsFinding, type DangerExpectation, type Expectation, type FailureExpectation, type FindingExpectation } from '../model/experiment.ts'
import type { Finding, Judgement } from '../model/judgement.ts'
import type { ExpectationReport } from '../model/report.ts'
import type { FailedSends } from './overlap.ts'
import type { LateTries } from './transactions-met.ts'

export interface Expecting {
  /** Judged with every witness listed. */
  readonly judgement: Judgement
  /** The ids that the harness withheld from its own audit. */
  readonly hidden: readonly string[]
  /** Whether a record was sent or acknowledged while a fault was in force. */
  readonly wasHit: (id: string) => boolean
  /** The ids that killed members had passed and not been delivered. */
  readonly killed: ReadonlySet<string>
  /** The ids that killed members had been delivered last. */
  readonly interrupted: ReadonlySet<string>
  /** Of the ids in findings, those that a group was delivered more than once. */
  readonly redelivered: ReadonlySet<string>
  /** The ids on which work failed. */
  readonly failed: ReadonlySet<string>
  /** Of the ids in findings, those that lie behind one on which work failed. */
  readonly behindFailed: ReadonlySet<string>
  /** How many sends were under way while a fault was in force, and ended so. */
  readonly failedSends: FailedSends
  /** Sends of fenced producers. */
  readonly fencedSends: LateTries
  /** Commits, in transactions, of members whose partition another had been given. */
  readonly lateCommits: LateTries
  /** How often a record of an aborted transaction was delivered. */
  readonly abortedReads: number
  /** How many partitions members that a fault had not hit gave up, or were given. */
  readonly othersMoved: number
  /** What the contract warned of, in sentences. */
  readonly dangers: readonly string[]
}

export const checkExpectations = (expects: readonly Expectation[], found: Expecting): readonly ExpectationReport[] =>
  expects.map(expectation => expectsFinding(expectation)
    ? checkFinding(expectation, found)
    : expectsDanger(expectation) ? checkDanger(expectation, found) : checkFailures(expectation, found))

const checkDanger = (expectation: DangerExpectation, { dangers }: Expecting): ExpectationReport => {
  const warnings = dangers.filter(danger => expectation.danger !== '' && danger.startsWith(expectation.danger))
  const told = { expectation, found: warnings.length, met: warnings.length > 0 }

  return told.met
    ? { ...told, reason: `The contract warned, as expected: ${warnings.join(' ')}` }
    : { ...told, reason: `This control had to be warned of "${expectation.danger}" by its contract, and was not.` }
}

/** What is certain of a finding while a run goes on may leave its group and its topic open. */
type Spoken = Pick<Finding, 'anomaly' | 'level'> & Partial<Pick<Finding, 'group' | 'topic'>>

/** Whether an expectation speaks of a finding: one that names no group or topic speaks of those of all. */
export const speaksOf = (expectation: Expectation, { anomaly, level, group, topic }: Spoken): expectation is FindingExpectation & Expectation =>
  expectsFinding(expectation) && expectation.anomaly === anomaly && expectation.level === level
  && (expectation.group === undefined || group === undefined || expectation.group === group)
  && (expectation.topic === undefined || topic === undefined || expectation.topic === topic)

const checkFailures = (expectation: FailureExpectation & Expectation, expecting: Expecting): ExpectationReport => {
  const { count, happened, wanted, tried } = counted[expectation.outcome]
  const found = count(expecting)
  const told = { expectation, found, met: found >= expectation.atLeast }

  return told.met
    ? { ...told, reason: `${found} ${happened}, as expected${whoseDoing(expectation)}.` }
    : {
      ...told, reason: `This control had to ${wanted(expectation.atLeast)}, and ${found} ${happened}.`,
      ...tried?.(expecting) === false ? { untried: true } : {}
    }
}

interface Counted {
  readonly count: (expecting: Expecting) => number
  readonly happened: string
  readonly wanted: (atLeast: number) => string
  /** Whether anybody tried what had to fail. */
  readonly tried?: (expecting: Expecting) => boolean
}

const wasTried = ({ refused, acknowledged }: LateTries): boolean => refused + acknowledged > 0

const counted: Readonly<Record<FailureExpectation['outcome'], Counted>> = {
  'failed': {
    count: ({ failedSends: { rejected, indeterminate } }) => rejected + indeterminate, happened: 'sends failed under a fault', wanted: atLeast => `make at least ${atLeast} sends fail`
  },
  'rejected': { count: ({ failedSends }) => failedSends.rejected, happened: 'sends were rejected under a fault', wanted: atLeast => `have at least ${atLeast} sends rejected` },
  'indeterminate': {
    count: ({ failedSends }) => failedSends.indeterminate, happened: 'sends ended in doubt under a fault', wanted: atLeast => `leave at least ${atLeast} sends in doubt`
  },
  'fenced': {
    count: ({ fencedSends }) => fencedSends.refused, happened: 'sends of producers whose transactional id another had taken over were not acknowledged',
    wanted: atLeast => `show at least ${atLeast} sends of fenced producers that are not acknowledged`, tried: ({ fencedSends }) => wasTried(fencedSends)
  },
  'late-commits': {
    count: ({ lateCommits }) => lateCommits.refused, happened: 'commits of members whose partition another had been given were refused',
    wanted: atLeast => `show at least ${atLeast} commits of members whose partition another had been given that are refused`, tried: ({ lateCommits }) => wasTried(lateCommits)
  },
  'read-aborted': {
    count: ({ abortedReads }) => abortedReads, happened: 'deliveries were of records whose transaction was aborted',
    wanted: atLeast => `deliver at least ${atLeast} records of aborted transactions`
  },
  'others-moved': {
    count: ({ othersMoved }) => othersMoved, happened: 'times a partition of a member that no fault had hit changed hands',
    wanted: atLeast => `have partitions of members that no fault had hit change hands at least ${atLeast} times`
  }
}

const checkFinding = (expectation: FindingExpectation & Expectation, found: Expecting): ExpectationReport => {
  const { judgement, hidden } = found
  const { anomaly, level, atLeast, among } = expectation
  const findings = judgement.findings.filter(finding => speaksOf(expectation, finding))
  const count = findings.reduce((sum, finding) => sum + finding.count, 0)
  const ids = findings.flatMap(finding => finding.witnesses.flatMap(({ id }) => id === null ? [] : [id]))
  const strangers = strangersIn(ids, among, found)
  const foreign = expectation.producers === undefined ? [] : ids.filter(id => !expectation.producers?.includes(producerOf(id)))
  const told = { expectation, found: count }

  if (count < atLeast) return { ...told, met: false, reason: `This control had to show "${anomaly}" (${level}) at least ${atLeast} times, and showed it ${count} times.` }
  if (foreign.length > 0) {
    return { ...told, met: false, reason: `"${anomaly}" (${level}) hit ${foreign.length} records of other producers than the control's, such as ${foreign[0] ?? ''}.` }
  }
  if (strangers.length > 0) {
    return { ...told, met: false, reason: `"${anomaly}" (${level}) hit ${strangers.length} records that ${strangerWords[among]}, such as ${strangers[0] ?? ''}.` }
  }
  if (among === 'hidden' && new Set(ids).size !== hidden.length) {
    return { ...told, met: false, reason: `${hidden.length} records were hidden, and ${new Set(ids).size} of them were found missing.` }
  }

  return { ...told, met: true, reason: `"${anomaly}" (${level}) was found ${count} times, as ${atLeast === 0 ? 'it may be' : 'expected'}${whoseDoing(expectation)}.` }
}

/** What is expected of one client alone is no word on the cluster. */
const whoseDoing = ({ client }: Expectation): string => (client === undefined ? '' : ` with ${client}, whose doing it is, and not the cluster's`)

/** Of a record's name, as in `p1:17` or `p1.2:17`. */
const producerOf = (id: string): number => Number(/^p(\d+)[.:]/.exec(id)?.[1])

const strangerWords = {
  hit: 'no fault met', killed: 'no killed member had passed undelivered', hidden: 'were not hidden',
  interrupted: 'no killed member was delivered last', redelivered: 'no group was delivered twice', failed: 'nobody failed at',
  'behind-failed': 'lie behind none that nobody could work on', 'any': 'are none'
} satisfies Record<FindingExpectation['among'], string>

const strangersIn = (ids: readonly string[], among: FindingExpectation['among'], found: Expecting): readonly string[] => {
  const { hidden, wasHit, killed } = found
  switch (among) {
    case 'any': return []
    case 'hit': return ids.filter(id => !wasHit(id))
    case 'killed': return ids.filter(id => !killed.has(id))
    case 'interrupted':
    case 'redelivered':
    case 'failed': return ids.filter(id => !found[among].has(id))
    case 'behind-failed': return ids.filter(id => !found.behindFailed.has(id))
    case 'hidden': {
      const withheld = new Set(hidden)

      return ids.filter(id => !withheld.has(id))
    }
  }
}
