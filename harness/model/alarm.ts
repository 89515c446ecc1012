/**
 * What monitoring must show of a fault, and how soon: the sign, as whoever asks the cluster sees it, and how often that one asks. An
 * alarm that comes and goes between two scrapes has warned nobody; so it must stay for the time of one.
 */
import { describeDuration, type Duration } from './duration.ts'
import type { Checker } from './experiment.ts'
import type { Fault } from './fault.ts'
import type { TopicPlan } from './topic.ts'

/**
 * `under-replicated`: some partition has fewer replicas in sync than replicas, as `kafka-topics --describe --under-replicated-partitions` lists
 * them. `behind`: the end offsets less the committed ones, over all partitions, as `kafka-consumer-groups --describe` tells them.
 */
export type Sign =
  | { readonly kind: 'under-replicated', readonly topic: TopicPlan }
  | GroupBehind

export interface GroupBehind {
  readonly kind: 'behind'
  readonly topic: TopicPlan
  readonly group: string
  readonly records: number
}

export interface Alarm {
  readonly sign: Sign
  /** The description of the faults that must raise it. */
  readonly fault: string
  /** From the fault's first step until whoever scrapes has seen it, and from the end of the healing until it is over. */
  readonly withinMs: number
  readonly scrapedEveryMs: number
}

export interface AlarmOptions {
  /** The fault that must raise it; it must last no less than `within`. */
  readonly by: Fault
  /**
   * So long after the blow whoever scrapes has seen it, and so long after the end of the healing it is over, and stays so for a scrape. The healing
   * ends when the last of what was stopped has been started again: the first may be back some seconds before.
   */
  readonly within: Duration
  /** How often monitoring asks. Default 15 s. */
  readonly scrapedEvery?: Duration
}

export interface LagOptions extends AlarmOptions {
  readonly of: TopicPlan
  /** From how many records on, over all partitions, the group counts as behind. */
  readonly records: number
}

const usualScrapeMs = 15_000

/** Each time the fault strikes, under-replicated partitions of the topic are seen in time, and gone again in time. */
export const underReplicationSeen = (topic: TopicPlan, options: AlarmOptions): Checker =>
  checker('underReplicationSeen', { kind: 'under-replicated', topic }, options)

/** Each time the fault strikes, the group is seen so far behind in time, and no longer so in time. */
export const lagSeen = (group: string, { of: topic, records, ...options }: LagOptions): Checker => {
  if (!Number.isInteger(records) || records < 1) throw new Error(`lagSeen("${group}"): records is ${records}; it must be a whole number from 1.`)

  return checker('lagSeen', { kind: 'behind', topic, group, records }, options)
}

const checker = (name: string, sign: Sign, { by, within, scrapedEvery = { milliseconds: usualScrapeMs } }: AlarmOptions): Checker => {
  if (!(scrapedEvery.milliseconds > 0 && within.milliseconds > scrapedEvery.milliseconds)) {
    throw new Error(`${name}: within is ${describeDuration(within)} and scrapedEvery ${describeDuration(scrapedEvery)}; within must be longer, and both more than 0.`)
  }

  return {
    name,
    description: `whoever asks every ${describeDuration(scrapedEvery)} has seen ${signWords(sign)} within ${describeDuration(within)} of "${by.description}", and it is over as soon after the end of the healing`,
    anomalies: [],
    alarm: { sign, fault: by.description, withinMs: within.milliseconds, scrapedEveryMs: scrapedEvery.milliseconds }
  }
}

/** Those that a claim names. */
export const alarmsOf = ({ checkers }: { readonly checkers: readonly Checker[] }): readonly Alarm[] => checkers.flatMap(({ alarm }) => alarm ?? [])

export const signWords = (sign: Sign): string => sign.kind === 'under-replicated'
  ? `under-replication of ${sign.topic.name}`
  : `${sign.group} ${sign.records.toLocaleString('en-US')} records behind in ${sign.topic.name}`
