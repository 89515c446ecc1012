/**
 * Legal histories: a small Kafka is simulated with all that looks bad and is not, and the judge must say exactly what the history
 * format says of it: no violation, nothing stalled, no objective missed, and each permitted finding with its count and place.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judge } from '../../harness/checkers/index.ts'
import { importText } from '../histories.ts'
import { expectedCounts, expectedFindings, expectedVerdict } from './expected/index.ts'
import { listed, ofLevels, tallyOf } from './expected/findings.ts'
import { part, seed } from './extent.ts'
import { historyOf, textOf } from './kafka/audits.ts'
import { plans } from './kafka/plan.ts'
import { simulate } from './kafka/simulate.ts'

describe(`a legal run (seed ${seed})`, () => {
  test('is found to hold exactly what it holds, and nothing that a contract forbids', async () => {
    await fc.assert(fc.asyncProperty(plans(60), async plan => {
      const world = simulate(plan)
      const evidence = await importText(textOf(historyOf(world)))
      const judgement = judge(evidence)
      const expected = expectedFindings(world)

      expect(listed(tallyOf(judgement.findings))).toEqual(listed(expected))
      expect(ofLevels(expected, 'violation', 'liveness', 'objective')).toEqual([])
      expect(judgement.counts).toMatchObject(expectedCounts(world))
      expect(judgement.verdict).toBe(expectedVerdict(world, expected))
      expect(evidence.warnings).toEqual([])
    }), part(0.4))
  })
})
