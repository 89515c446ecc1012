/**
 * When a send's fate was known; of a send without an outcome, which nobody waits for any more when its producer has ended: when the
 * last line of that producer's incarnation was written.
 */
import { outcomes, type Evidence } from '../model/evidence.ts'

export const settledAt = ({ sends, producers }: Pick<Evidence, 'sends' | 'producers'>, row: number): number =>
  isSilent(sends, row) ? producers[sends.producer[row] ?? 0]?.lastAt ?? 0 : sends.outcomeAt[row] ?? 0

export const isSilent = ({ outcome }: Evidence['sends'], row: number): boolean => outcome[row] === outcomes.silent
