/**
 * `epoch-regressed`: a record of an older leader stands above one of a newer leader. Epochs only rise along a log.
 *
 * Guilty: offset 4 of epoch 3, offset 5 of epoch 2. Innocent: an epoch that is not known between two that are.
 */
import { notKnown, type Consumption, type Deliveries, type LogRows } from '../model/evidence.ts'
import { about, permittedOr, type Checker } from './checker.ts'
import type { Facts } from './facts.ts'
import { assignmentAt, assignmentsByMember } from './ownership.ts'
import { nowhere, type Tally } from './tally.ts'

/** One offset with its epoch; where an offset was seen with several, with the lowest and the highest. */
interface Step {
  readonly offset: number
  lowest: number
  highest: number
  readonly record: number
  readonly at: number | null
}

export const epochRegressed: Checker = {
  name: 'epoch-regressed',
  check: (facts, tally) => {
    const seen = new Set<string>()
    for (const { partition, rows } of facts.evidence.audits.filter(({ rows }) => mayHaveFallen(rows))) {
      for (const [before, after] of regressions(stepsOfLog(rows))) {
        // Replicas hold the same records, and the same pair is one.
        const pair = `${partition}|${before.offset}|${after.offset}`
        if (!seen.has(pair)) report(facts, tally, { partition, group: nowhere, before, after })
        seen.add(pair)
      }
    }
    for (const consumption of facts.evidence.consumption.filter(({ deliveries }) => mayHaveFallen(deliveries))) {
      const { partition, group } = consumption
      for (const rows of deliveriesByAssignment(facts, consumption)) {
        for (const [before, after] of regressions(stepsOfDeliveries(consumption.deliveries, rows))) {
          report(facts, tally, { partition, group, before, after })
        }
      }
    }
  }
}

interface Regression {
  readonly partition: number
  readonly group: number
  readonly before: Step
  readonly after: Step
}

const report = ({ evidence, promises }: Facts, tally: Tally, { partition, group, before, after }: Regression): void => {
  const permitted = promises.mayBeTruncated(partition)
  tally.add({
    anomaly: 'epoch-regressed',
    level: permittedOr(permitted),
    partition,
    group,
    reason: about(promises.ofPartition(partition), contract =>
      `${contract}: a record of an older leader epoch stands above one of a newer${permitted ? ', which this contract permits' : ''}`),
    witness: () => ({
      id: evidence.recordName(after.record), offset: after.offset, at: after.at,
      note: `epoch ${after.highest} after epoch ${before.lowest} at offset ${before.offset}`
    })
  })
}

/** Pairs of neighbours, whatever of the first and of the second is meant. */
const regressions = (steps: readonly Step[]): readonly (readonly [Step, Step])[] => {
  const found: [Step, Step][] = []
  for (let index = 1; index < steps.length; index++) {
    if (steps[index]!.highest < steps[index - 1]!.lowest) found.push([steps[index - 1]!, steps[index]!])
  }

  return found
}

/** Rows come in the order of their offsets. */
const stepsOfLog = (rows: LogRows): readonly Step[] => {
  const steps: Step[] = []
  for (let row = 0; row < rows.length; row++) {
    addStep(steps, { offset: rows.offset[row]!, epoch: rows.epoch[row]!, record: rows.record[row]!, at: null })
  }

  return steps
}

const addStep = (steps: Step[], { offset, epoch, record, at }: Omit<Step, 'lowest' | 'highest'> & { readonly epoch: number }): void => {
  if (epoch === notKnown) return
  const last = steps.at(-1)
  if (last?.offset === offset) {
    last.lowest = Math.min(last.lowest, epoch)
    last.highest = Math.max(last.highest, epoch)
  } else steps.push({ offset, lowest: epoch, highest: epoch, record, at })
}

const stepsOfDeliveries = (deliveries: Deliveries, rows: readonly number[]): readonly Step[] => {
  const steps: Step[] = []
  for (const row of rows.toSorted((left, right) => deliveries.offset[left]! - deliveries.offset[right]!)) {
    addStep(steps, { offset: deliveries.offset[row]!, epoch: deliveries.epoch[row]!, record: deliveries.record[row]!, at: deliveries.at[row]! })
  }

  return steps
}

/** The rows of each assignment's deliveries. */
const deliveriesByAssignment = (facts: Facts, consumption: Consumption): Iterable<readonly number[]> => {
  const { deliveries } = consumption
  const byMember = assignmentsByMember(facts.ownership(consumption))
  const rows = new Map<object, number[]>()
  for (let row = 0; row < deliveries.length; row++) {
    const moment = { at: deliveries.at[row]!, order: deliveries.order[row]! }
    const assignment = assignmentAt(byMember.get(deliveries.member[row]!), moment)
    if (assignment === undefined) continue
    const known = rows.get(assignment)
    if (known === undefined) rows.set(assignment, [row])
    else known.push(row)
  }

  return rows.values()
}

interface Range {
  lowest: number
  highest: number
}

/** Some epoch was seen above an offset of a newer one. Mostly none was, and then there is nothing to look at. */
const mayHaveFallen = ({ length, epoch, offset }: Pick<LogRows, 'length' | 'epoch' | 'offset'>): boolean => {
  const ranges = new Map<number, Range>()
  for (let row = 0; row < length;) {
    const one = epoch[row]!
    const range = ranges.get(one) ?? { lowest: Infinity, highest: -Infinity }
    ranges.set(one, range)
    for (; epoch[row] === one; row++) {
      range.lowest = Math.min(range.lowest, offset[row]!)
      range.highest = Math.max(range.highest, offset[row]!)
    }
  }
  ranges.delete(notKnown)
  const byEpoch = [...ranges].sort(([left], [right]) => left - right).map(([, range]) => range)

  return byEpoch.some(({ lowest }, index) => byEpoch.slice(0, index).some(older => older.highest > lowest))
}
