/** The pure judges: evidence in, judgement out. */
export { allCheckers } from './all-checkers.ts'
export type { Checker } from './checker.ts'
export { judge } from './judge.ts'
export { recoveryOf } from './recovery.ts'
