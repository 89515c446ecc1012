/** What the judge must say of a simulated run: computed from the truth by the definitions of the history format, slowly and plainly. */
import type { Judgement } from '../../../harness/model/judgement.ts'
import { historyOf } from '../kafka/audits.ts'
import { partitionsOf, type World } from '../kafka/world.ts'
import { placeIn, sum, type Tally } from './findings.ts'
import { expectOfGroups } from './of-groups.ts'
import { expectOfSends, isIncomplete, isUndecided } from './of-sends.ts'
import { look } from './visible.ts'

export const expectedFindings = (world: World): Tally => {
  const seen = look(world)
  const all = sum()
  for (const partition of partitionsOf(world)) if (isIncomplete(seen, partition) || isUndecided(seen, partition)) all.add('inconclusive', 'inconclusive', placeIn(partition))
  expectOfSends(seen, all)
  expectOfGroups(seen, all)

  return all.tally()
}

/** The plain figures, but for those that sum up findings. */
export const expectedCounts = (world: World): Omit<Judgement['counts'], 'lost' | 'duplicated' | 'redelivered'> => {
  const outcomes = world.sends.map(({ outcome }) => outcome)
  const acknowledged = outcomes.filter(outcome => outcome === 'acknowledged').length
  const rejected = outcomes.filter(outcome => outcome === 'rejected').length

  return {
    sent: outcomes.length, acknowledged, rejected, indeterminate: outcomes.length - acknowledged - rejected,
    logged: look(world).copies.length, delivered: historyOf(world).filter(({ event }) => event === 'delivered').length
  }
}

/** Section 6, for findings alone and a run whose faults all bit. */
export const expectedVerdict = (world: World, findings: Tally): string => {
  const has = (level: string): boolean => [...findings.keys()].some(key => key.startsWith(`${level}:`))
  if (has('violation')) return 'refuted'
  const { acknowledged, delivered } = expectedCounts(world)
  if (has('inconclusive') || (acknowledged === 0 && delivered === 0)) return 'inconclusive'
  if (has('liveness')) return 'stalled'

  return has('objective') ? 'objective-missed' : 'upheld'
}
