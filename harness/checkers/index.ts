/** The pure judges: evidence in, judgement out. */
export { allCheckers } from './all-checkers.ts'
export type { Checker } from './checker.ts'
export { judge, type JudgeOptions } from './judge.ts'
export { recoveryOf, type Recovery } from './recovery.ts'
