/** When a send's fate was known: never, if it has no outcome. */
import { outcomes, type Evidence } from '../model/evidence.ts'

export const settledAt = (sends: Evidence['sends'], row: number): number =>
  sends.outcome[row] === outcomes.silent ? Number.POSITIVE_INFINITY : sends.outcomeAt[row] ?? 0
