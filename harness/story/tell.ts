/** The whole story of one record: remarks, the gravest first, the timeline, and what the evidence does not tell. */
import { anomalies } from '../model/judgement.ts'
import type { NamedIn, Remark, Story, StoryFacts } from '../model/story.ts'
import type { Around } from './around.ts'
import { copyRemarks } from './copies.ts'
import { effectRemarks } from './effects.ts'
import { judgedRemarks } from './judged.ts'
import { placeName } from './lines.ts'
import { lossRemarks } from './loss.ts'
import { orderRemarks } from './order.ts'
import { ordinaryRemark } from './ordinary.ts'
import { readingRemarks } from './reading.ts'
import type { RecordLines, Surroundings } from './record-lines.ts'
import { leadersOf, type Telling, tellingOf } from './telling.ts'
import { placesOf, timelineOf } from './timeline.ts'

export interface Told {
  readonly record: RecordLines
  readonly surroundings: Surroundings
  readonly around: Around
  /** Findings of the run's judgement that name the record; none where there is no judgement. */
  readonly named: readonly NamedIn[]
}

export const tellStory = (told: Told): Story => {
  const telling = tellingOf(told)
  const seen = [...lossRemarks(telling), ...copyRemarks(telling), ...orderRemarks(telling), ...readingRemarks(telling), ...effectRemarks(telling)]
  const remarks = byGravity([...seen, ...judgedRemarks(told.named, new Set(seen.map(({ anomaly }) => anomaly)))])
  const [first, ...more] = remarks

  return {
    id: told.record.id,
    places: placesOf(telling).map(placeName),
    remarks: first === undefined ? [ordinaryRemark(telling)] : isMild(first) ? [first, ...more, ordinaryRemark(telling)] : [first, ...more],
    timeline: timelineOf(telling),
    notKnown: notKnown(telling),
    facts: factsOf(telling)
  }
}

/** Redelivery is no fault of anybody: the record's ordinary story is told as well. */
const isMild = ({ anomaly }: Pick<Remark, 'anomaly'>): boolean => anomaly === 'redelivered'

const byGravity = (remarks: readonly Remark[]): readonly Remark[] => remarks.toSorted((one, other) => gravity(one) - gravity(other))

const gravity = ({ anomaly }: Remark): number => (anomaly === null ? Infinity : isMild({ anomaly }) ? anomalies.length : anomalies.indexOf(anomaly))

const notKnown = (telling: Telling): readonly string[] => {
  const { attempts, surroundings, faults } = telling
  const places = placesOf(telling)
  const leaderless = places.filter(place => leadersOf(surroundings, place).length === 0)
  const unaudited = places.filter(place => !surroundings.audits.some(({ topic, partition }) => topic === place.topic && partition === place.partition))
  const disks = places.some(({ topic, partition }) => surroundings.audits.some(audit => audit.replica !== undefined && audit.topic === topic && audit.partition === partition))

  return [
    ...leaderless.length === 0 ? [] : [`who led ${leaderless.map(placeName).join(', ')}`],
    ...unaudited.length === 0 ? [] : [`what is in ${unaudited.map(placeName).join(', ')} in the end: it was not audited`],
    ...disks || places.length === 0 ? [] : ['which brokers\' disks hold it: they were not read'],
    ...attempts.some(({ producer }) => producer.acksAssumed) ? ['with which acks it was sent'] : [],
    ...faults.some(({ injectedAt, evidence }) => injectedAt === null || evidence === false) ? ['whether every fault of the run bit'] : []
  ]
}

const factsOf = ({ attempts, record, logs }: Telling): StoryFacts => ({
  attempts: attempts.map(({ attempt, send, outcome, outcomeAt, offset }) => ({ attempt, sentAt: send.at, producer: send.producer, outcome, outcomeAt, offset })),
  copies: [...new Set([...logs.copies.map(({ line }) => line), ...logs.onDisks])].map(({ topic, partition, offset, leaderEpoch, replica }) => ({
    topic, partition, offset, epoch: leaderEpoch ?? null, replica: replica ?? null
  })),
  deliveries: record.deliveries.map(({ at, group, member, offset }) => ({ at, group, member, offset }))
})
