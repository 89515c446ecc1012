/**
 * What must not change a judgement: the order of lines, the names of records, fields and events that nobody knows, how absence is
 * written, the form of the text, and the form of the evidence; and a group that does what another did is judged as that is.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judge } from '../../harness/checkers/index.ts'
import { importLedger } from '../../harness/ledger/index.ts'
import type { Finding, Judgement } from '../../harness/model/judgement.ts'
import { importText } from '../histories.ts'
import { writeLedger } from './as-ledger.ts'
import { part, seed } from './extent.ts'
import { judged } from './judged.ts'
import { historyOf, textOf } from './kafka/audits.ts'
import { plans } from './kafka/plan.ts'
import type { Line } from './kafka/world.ts'
import { allPlanters, kindOf } from './planters/all.ts'
import { commit } from './planters/grounds.ts'

const byName = new Map(allPlanters.filter(({ anomaly }) => kindOf(anomaly) !== 'stalled').map(planter => [planter.anomaly, planter]))
const crime = fc.record({ name: fc.constantFrom(...byName.keys()), count: fc.integer({ min: 1, max: 2 }), variant: fc.nat({ max: 60 }) })
const crimes = fc.uniqueArray(crime, { maxLength: 3, selector: ({ name }) => name })

/** Legal and other histories. */
const histories = fc.tuple(plans(40), crimes).map(([plan, planned]) =>
  historyOf(commit(plan, planned.map(({ name, count, variant }) => ({ planter: byName.get(name)!, count, variant }))).world))

/** All but which records are named: of several at one place, any may be. */
const essence = ({ verdict, counts, findings }: Judgement): unknown => ({
  verdict, counts, findings: findings.map(({ witnesses, ...finding }) => ({ ...finding, witnesses: witnesses.length }))
})

const expectSame = async (lines: readonly Line[], changed: readonly Line[]): Promise<void> => {
  expect(essence(await judged(changed))).toEqual(essence(await judged(lines)))
}

const always = async (check: (lines: readonly Line[]) => Promise<void>): Promise<void> => fc.assert(fc.asyncProperty(histories, check), part(0.02))

describe(`a judgement (seed ${seed})`, () => {
  test('does not depend on the order of lines', async () => {
    await fc.assert(fc.asyncProperty(histories, fc.infiniteStream(fc.nat()), async ([first, ...others], order) => {
      const places = new Map(others.map(line => [line, order.next().value]))
      await expectSame([first!, ...others], [first!, ...others.toSorted((left, right) => places.get(left)! - places.get(right)!)])
    }), part(0.03))
  })

  test('does not depend on what records are called', async () => {
    await always(async lines => {
      const names = new Map<unknown, string | number>()
      for (const { id } of lines) if (id !== undefined && !names.has(id)) names.set(id, names.size % 2 === 0 ? names.size : `record ${names.size}`)
      const renamed = lines.map(line => (line['id'] === undefined ? line : { ...line, id: names.get(line['id']) }))
      expect(withoutWitnesses(await judged(renamed))).toEqual(withoutWitnesses(await judged(lines)))
    })
  })

  test('does not depend on what nobody knows, and one warning counts it', async () => {
    await always(async ([first, ...others]) => {
      const strange = [first!, ...others.flatMap((line, index): Line[] => [{ ...line, mood: 'fine' }, { event: 'weather', at: index, sky: 'blue' }])]
      await expectSame([first!, ...others], strange)
      expect((await importText(textOf(strange))).warnings).toHaveLength(others.length === 0 ? 0 : 1)
    })
  })

  test('does not depend on whether what is not known is null or not there', async () => {
    await always(async lines => {
      await expectSame(lines, lines.map(line => ({ ...Object.fromEntries((optional[line.event] ?? []).map(field => [field, null])), ...line })))
    })
  })

  test('does not depend on how lines end', async () => {
    await always(async lines => {
      const text = `\uFEFF${textOf(lines).replaceAll('\n', '\r\n\r\n')}`.trimEnd()
      expect(judge(await importText(text))).toEqual(await judged(lines))
    })
  })

  test('of a group is made again of another group that did the same', async () => {
    await always(async lines => {
      const group = lines.find(line => line['group'] !== undefined)?.['group']
      const twin = `${String(group)}, the twin`
      const doubled = lines.flatMap(line => (line['group'] === group && group !== undefined ? [line, { ...line, group: twin }] : [line]))
      const once = withoutWitnesses(await judged(lines))
      const expected = once.flatMap(finding => (finding.group === group ? [finding, { ...finding, group: twin }] : [finding]))
      const inText = (findings: readonly unknown[]): readonly string[] => findings.map(finding => JSON.stringify(finding)).toSorted()
      expect(inText(withoutWitnesses(await judged(doubled)))).toEqual(inText(expected))
    })
  })

  test('of the harness\'s own ledger is that of the history', async () => {
    await always(async lines => {
      const folder = await mkdtemp(join(tmpdir(), 'ackproof-properties-'))
      try {
        writeLedger(folder, lines)
        expect(essence(judge(await importLedger(folder)))).toEqual(essence(await judged(lines)))
      } finally {
        await rm(folder, { recursive: true })
      }
    })
  })
})

const withoutWitnesses = ({ findings }: Judgement): readonly Omit<Finding, 'witnesses'>[] => findings.map(({ witnesses: _, ...finding }) => finding)

/** The optional fields of each event, as the history format lists them. */
const optional: Readonly<Record<string, readonly string[]>> = {
  run: ['seed', 'tool', 'version', 'objectives'],
  topic: ['replicas', 'minInsyncReplicas', 'uncleanLeaderElection', 'cleanupPolicy', 'flushed'],
  producer: ['at', 'incarnation', 'acks', 'idempotent', 'transactionalId', 'maxInFlight', 'client'],
  send: ['attempt', 'incarnation', 'partition', 'sequence', 'transaction', 'key', 'tombstone'],
  acknowledged: ['attempt', 'offset', 'topic', 'partition'],
  rejected: ['attempt', 'error'],
  indeterminate: ['attempt', 'error'],
  transaction: ['incarnation'],
  member: ['at', 'isolation', 'commits', 'reset'],
  assigned: ['position'],
  delivered: ['attempt', 'leaderEpoch', 'intact'],
  effect: ['group'],
  'offset-commit': ['until', 'transaction'],
  seek: ['reason'],
  leader: ['epoch', 'isr'],
  fault: ['what', 'whom', 'brokers', 'evidence'],
  logged: ['attempt', 'leaderEpoch', 'replica', 'committed', 'intact'],
  audit: ['replica', 'isolation', 'lastStable', 'foreign']
}
