/**
 * How many histories are tried: a few hundred with a fixed seed among the unit tests, ten thousand with a new seed in a run of their
 * own. A failure's message names seed and path; `ACKPROOF_SEED` repeats a run.
 */
import type { Parameters } from 'fast-check'

const usual = 500
const asked = Number(process.env['ACKPROOF_HISTORIES'] ?? usual)

export const seed = Number(process.env['ACKPROOF_SEED'] ?? 20_090)

/** A share of all histories. */
export const part = (share: number): Parameters<unknown> => ({ seed, numRuns: Math.max(1, Math.round(asked * share)) })

if (asked !== usual) console.info(`${asked} histories from seed ${seed}; ACKPROOF_SEED=${seed} repeats them.`)
