/** The pure judges: evidence in, judgement out. */
export { allCheckers } from './all-checkers.ts'
export type { Checker } from './checker.ts'
export { certainCopies } from './live/certain-copies.ts'
export { certainLosses } from './live/certain-losses.ts'
export type { LiveContract, LiveFinding } from './live/live-finding.ts'
export { judge, startJudging } from './judge.ts'
export { recoveryOf } from './recovery.ts'
