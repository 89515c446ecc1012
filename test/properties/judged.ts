/** Judges a history's text as `ackproof check` does: the lines are imported, then judged. */
import { judge } from '../../harness/checkers/index.ts'
import type { Judgement } from '../../harness/model/judgement.ts'
import { importText } from '../histories.ts'
import type { Tally } from './expected/findings.ts'
import { textOf } from './kafka/audits.ts'
import type { Line } from './kafka/world.ts'

export const judged = async (lines: readonly Line[]): Promise<Judgement> => judge(await importText(textOf(lines)))

/** How many the tally holds of an anomaly, of every level and everywhere. */
export const countOf = (tally: Tally, anomaly: string): number =>
  [...tally].filter(([key]) => key.includes(`: ${anomaly} in`)).reduce((total, [, count]) => total + count, 0)
