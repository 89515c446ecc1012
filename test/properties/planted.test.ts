/**
 * Planted anomalies: in a legal run crimes are committed where the planter knows that the definition is met. The judge must report
 * exactly these, of the right level and in the right place, with what follows by definition, and nothing else.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anomalies } from '../../harness/model/judgement.ts'
import { expectedVerdict } from './expected/index.ts'
import { listed, tallyOf } from './expected/findings.ts'
import { part, seed } from './extent.ts'
import { countOf, judged } from './judged.ts'
import { historyOf } from './kafka/audits.ts'
import { plans, type Plan } from './kafka/plan.ts'
import { allPlanters, kindOf } from './planters/all.ts'
import { commit, type Crime } from './planters/grounds.ts'

const byName = new Map(allPlanters.map(planter => [planter.anomaly, planter]))
const extent = { count: fc.integer({ min: 1, max: 3 }), variant: fc.nat({ max: 60 }) }

const expectExactly = async (plan: Plan, crimes: readonly Crime[]): Promise<void> => {
  const { world, expected } = commit(plan, crimes)
  const judgement = await judged(historyOf(world))

  expect(listed(tallyOf(judgement.findings))).toEqual(listed(expected))
  expect(judgement.verdict).toBe(expectedVerdict(world, expected))
  for (const anomaly of ['lost', 'duplicated', 'redelivered'] as const) expect(judgement.counts[anomaly]).toBe(countOf(expected, anomaly))
}

describe(`a planted anomaly (seed ${seed})`, () => {
  test.each(allPlanters)('is found and counted: $anomaly', async planter => {
    await fc.assert(fc.asyncProperty(plans(30), fc.record(extent), async (plan, { count, variant }) => expectExactly(plan, [{ planter, count, variant }])), part(0.01))
  })

  test('is found beside others, in the midst of everything that is legal', async () => {
    const crimes = fc.uniqueArray(fc.record({ name: fc.constantFrom(...byName.keys()), ...extent }), { minLength: 2, maxLength: 5, selector: ({ name }) => kindOf(name) })
    await fc.assert(fc.asyncProperty(plans(40), crimes, async (plan, planned) => {
      // What heals comes first: everything afterwards is asked whether it moved since.
      const inOrder = [...planned.filter(isHealing), ...planned.filter(crime => !isHealing(crime))]
      await expectExactly(plan, inOrder.map(({ name, count, variant }) => ({ planter: byName.get(name)!, count, variant })))
    }), part(0.12))
  })

  test('has a planter for every anomaly there is', () => {
    expect(new Set(allPlanters.map(({ anomaly }) => kindOf(anomaly)))).toEqual(new Set(anomalies))
  })
})

const isHealing = ({ name }: { readonly name: string }): boolean => kindOf(name) === 'stalled'
