/**
 * Losses: a new leader's log of the epochs before its own ends below what had been acknowledged in those epochs. Every replica in sync
 * has followed it by then (its high watermark is past that end), so that none of them can bring the records back.
 *
 * A replica out of sync could, where unclean election is on: so nothing is said there, nor where compaction, power cuts or
 * transactions decide what counts as lost. A record may have been written a second time, elsewhere: then the judgement calls it `misplaced`.
 *
 * Certain: offsets 0 to 99 were acknowledged by broker 1, and all brokers still knew it as the leader; broker 2 leads, and its log
 * of the epochs before ends at 80: 20 records are gone. Not certain: offset 90 was acknowledged when nobody had asked since.
 */
import { isWeak } from '../promises.ts'
import type { Acks } from '../../model/workload.ts'
import { countBy, grouped, type LiveContract, type LiveFinding, type LiveWitness } from './live-finding.ts'

/** A leader in an epoch. */
export interface Reign {
  readonly leader: number | undefined
  readonly epoch: number
}

export interface CutOff {
  readonly partition: string
  readonly before: Reign
  readonly now: Reign
  /** Where the new leader's log of the epochs up to `before.epoch` ends. */
  readonly end: number
  /** The highest offset at or beyond the end that was acknowledged before the change. */
  readonly highest: number
  /** How many were, by the number of the producer. */
  readonly byProducer: ReadonlyMap<number, number>
  readonly witnesses: readonly LiveWitness[]
  readonly transactions: boolean
}

const shownWitnesses = 3

/** Whether anything can be certain there at all. */
export const mayBeJudged = ({ uncleanLeaderElection, compacted, powerCuts }: LiveContract): boolean => !uncleanLeaderElection && !compacted && !powerCuts

export const certainLosses = (cut: CutOff, contract: LiveContract): readonly LiveFinding[] => {
  if (cut.transactions || !mayBeJudged(contract)) return []

  const acksOf = (producer: number): Acks | undefined => contract.producers.get(producer)?.acks

  return [...countBy(cut.byProducer, acksOf)].flatMap(([acks, count]): readonly LiveFinding[] => acks === undefined
    ? []
    : [{
      anomalies: ['lost', 'misplaced'],
      level: isWeak(contract) || acks !== 'all' ? 'permitted' : 'violation',
      partition: cut.partition,
      count,
      text: sentence(cut, count, cut.witnesses.filter(({ producer }) => acksOf(producer) === acks)),
      contract: `acks=${acks}, min ISR ${contract.minInsyncReplicas}, unclean election off`
    }])
}

const sentence = ({ partition, before, now, end, highest }: CutOff, count: number, witnesses: readonly LiveWitness[]): string => {
  const examples = witnesses.slice(0, shownWitnesses).map(({ id, offset }) => `${id} at offset ${grouped(offset)}`)
  const gone = count === 1 ? 'at least 1 acknowledged record is' : `at least ${grouped(count)} acknowledged records are`

  return `${gone} gone from ${partition}${examples.length === 0 ? '' : ` (${examples.join(', ')})`}: acknowledged up to offset ${grouped(highest)} when ${reign(before)} led; `
    + `${reign(now)} leads now, and its log of the epochs before ends at ${grouped(end)}`
}

const reign = ({ leader, epoch }: Reign): string => `${leader === undefined ? 'a broker' : `broker ${leader}`} (epoch ${epoch})`
