/**
 * What judging a history comes to: findings, the one word that sums them up, and the exit code that a script sees. Plain
 * data, as `--json` prints it and `report.json` holds it; the meaning of every word is in the history format, sections 4
 * to 6. Nothing here judges: it only names, orders and counts.
 */

/** Every anomaly, in the order in which reports list them; `inconclusive` is the finding that evidence is missing. */
export const anomalies = [
  'lost', 'vanished', 'duplicated', 'offset-conflict', 'misplaced', 'reordered', 'stale-order', 'unfounded', 'phantom',
  'resurrected', 'corrupted', 'replica-divergence', 'epoch-regressed', 'aborted-read', 'dirty-read', 'torn-transaction',
  'zombie-write', 'stuck-transaction', 'skipped', 'poll-skip', 'poll-rewind', 'redelivered', 'resume-rewind',
  'commit-ahead', 'commit-regressed', 'dual-owner', 'unowned', 'undelivered', 'effect-missing', 'effect-repeated',
  'unavailable', 'stalled', 'inconclusive'
] as const

export type Anomaly = (typeof anomalies)[number]

/** How grave a finding is, the gravest first. */
export const levels = ['violation', 'inconclusive', 'liveness', 'objective', 'permitted', 'information'] as const

export type Level = (typeof levels)[number]

/** One of the records (or commits, assignments, ...) that a finding is about. `at` is in microseconds since the run began. */
export interface Witness {
  readonly id: string | null
  readonly offset: number | null
  readonly at: number | null
  readonly attempt?: number
  readonly member?: string
  readonly transaction?: string
  /** What else a person needs to know to find it. */
  readonly note?: string
}

/** There is one finding for each anomaly, level, topic, partition and group. `count` is exact, `witnesses` are a few. */
export interface Finding {
  readonly anomaly: Anomaly
  readonly level: Level
  readonly count: number
  readonly reason: string
  readonly topic: string | null
  readonly partition: number | null
  readonly group: string | null
  readonly witnesses: readonly Witness[]
}

export interface Counts {
  readonly sent: number
  readonly acknowledged: number
  readonly rejected: number
  readonly indeterminate: number
  readonly logged: number
  readonly delivered: number
  readonly lost: number
  readonly duplicated: number
  readonly redelivered: number
}

/** All verdicts, the gravest first: the gravest that holds wins. */
export const verdicts = [
  'invalid', 'refuted', 'vacuous', 'inconclusive', 'stalled', 'objective-missed', 'upheld'
] as const

export type Verdict = (typeof verdicts)[number]

export interface Judgement {
  readonly verdict: Verdict
  readonly counts: Counts
  readonly findings: readonly Finding[]
}

/** The gravest of several verdicts; `upheld` if there is none. */
export const gravest = (held: Iterable<Verdict>): Verdict => {
  const all = new Set(held)

  return verdicts.find(verdict => all.has(verdict)) ?? 'upheld'
}

const verdictOfLevel: Readonly<Record<Level, Verdict>> = {
  violation: 'refuted',
  inconclusive: 'inconclusive',
  liveness: 'stalled',
  objective: 'objective-missed',
  permitted: 'upheld',
  information: 'upheld'
}

/** The verdict that findings alone support. */
export const verdictOfFindings = (findings: Iterable<Pick<Finding, 'level'>>): Verdict => {
  const held = new Set<Verdict>()
  for (const { level } of findings) held.add(verdictOfLevel[level])

  return gravest(held)
}

/** Exit codes other than a verdict's: see the history format, section 6. */
export const exitCodes = { input: 2, infrastructure: 3, notCleanedUp: 5, interrupted: 130 } as const

const exitCodeOfVerdict: Readonly<Record<Verdict, number>> = {
  invalid: 4,
  refuted: 1,
  vacuous: 4,
  inconclusive: 4,
  stalled: 1,
  'objective-missed': 1,
  upheld: 0
}

export const exitCodeOf = (verdict: Verdict): number => exitCodeOfVerdict[verdict]

/** The exit code of several files in one `check`: the gravest, in the order 2 (input), 4 (`invalid`), 1, 4, 0. */
export const exitCodeOfSeveral = (results: Iterable<Verdict | 'input-error'>): number => {
  const held = new Set(results)
  if (held.has('input-error')) return exitCodes.input
  if (held.has('invalid')) return exitCodeOf('invalid')

  const codes = new Set([...held].map(result => exitCodeOf(result as Verdict)))

  return [1, 4, 0].find(code => codes.has(code)) ?? 0
}
