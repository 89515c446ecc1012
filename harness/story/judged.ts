/**
 * What the run's judgement says of a record that its own lines do not show: some anomalies are seen only by whoever looks at all
 * records at once. The judge's words are passed on as they are.
 */
import type { Anomaly } from '../model/judgement.ts'
import { moment, type NamedIn, type Remark } from '../model/story.ts'
import { figure } from './words.ts'

/** Remarks on what is named in a finding and has no remark yet. */
export const judgedRemarks = (named: readonly NamedIn[], told: ReadonlySet<Anomaly | null>): readonly Remark[] =>
  [...new Map(named.filter(({ finding }) => !told.has(finding.anomaly)).map(each => [each.finding.anomaly, each])).values()].map(({ finding, witness }) => {
    const { anomaly, group, level, reason } = finding
    const title = words[anomaly] ?? anomaly
    const details = [
      ...witness.offset === null ? [] : [`at offset ${figure(witness.offset)}`],
      ...witness.member === undefined ? [] : [`by ${witness.member}`],
      ...witness.transaction === undefined ? [] : [`in transaction ${witness.transaction}`],
      ...group === null ? [] : [`in group ${group}`],
      ...witness.at === null ? [] : [`at ${moment(witness.at)}`],
      ...witness.note === undefined ? [] : [witness.note]
    ]

    return {
      anomaly, where: null, title,
      sentence: `${title}: the judgement of the whole run names it${details.length === 0 ? '' : ` (${details.join(', ')})`}.`,
      why: `${level}: ${reason}`
    }
  })

const words: Readonly<Partial<Record<Anomaly, string>>> = {
  'replica-divergence': 'differs between replicas',
  'epoch-regressed': 'has a lower leader epoch than one before it',
  'torn-transaction': 'missing from its transaction',
  'zombie-write': 'written by a producer that had been replaced',
  'poll-skip': 'handed over after a gap',
  'poll-rewind': 'handed over after a step back',
  'unowned': 'delivered to a member that did not own the partition',
  'stalled': 'part of something that never moved again'
}
