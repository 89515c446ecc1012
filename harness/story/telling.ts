/** Everything that the sentences about one record draw on, and the questions that several of them ask. */
import type { NamedIn } from '../model/story.ts'
import { attemptsOf, type Attempt } from './attempts.ts'
import type { Around, OffsetAround } from './around.ts'
import { faultSpans, type FaultSpan } from './faults.ts'
import { byTime, isAt, type LineOf, type Place } from './lines.ts'
import { recordLogs, type RecordLogs } from './logs.ts'
import type { RecordLines, Surroundings } from './record-lines.ts'

export interface Telling {
  readonly record: RecordLines
  readonly surroundings: Surroundings
  readonly around: Around
  readonly attempts: readonly Attempt[]
  readonly logs: RecordLogs
  readonly faults: readonly FaultSpan[]
  /** Findings of the run's judgement that name this record. */
  readonly named: readonly NamedIn[]
}

export const tellingOf = (given: Pick<Telling, 'record' | 'surroundings' | 'around' | 'named'>): Telling => ({
  ...given,
  attempts: attemptsOf(given.record, given.surroundings),
  logs: recordLogs(given.record, given.surroundings, given.around),
  faults: faultSpans(given.surroundings.faults)
})

/** The leader that was seen last at that moment. */
export const leaderAt = ({ surroundings }: Telling, place: Place, at: number): LineOf<'leader'> | undefined =>
  leadersOf(surroundings, place).filter(line => line.at <= at).at(-1)

/** The first leader line after that moment that tells of another leader, or of a higher epoch. */
export const leaderChangeAfter = (telling: Telling, place: Place, at: number): LineOf<'leader'> | undefined => {
  const before = leaderAt(telling, place, at)
  if (before === undefined) return undefined

  return leadersOf(telling.surroundings, place).find(line =>
    line.at > at && (line.leader !== before.leader || (line.epoch !== undefined && before.epoch !== undefined && line.epoch > before.epoch)))
}

export const leadersOf = ({ leaders }: Surroundings, place: Place): readonly LineOf<'leader'>[] => byTime(leaders.filter(isAt(place)))

export const placeOf = ({ topic, partition }: Attempt): Place | null => (partition === null ? null : { topic, partition })

/** What the second reading found at one offset. */
export const aroundAt = ({ around }: Telling, { topic, partition, offset }: Place & { readonly offset: number }): OffsetAround | undefined =>
  around.offsets.find(each => each.topic === topic && each.partition === partition && each.offset === offset)

export const memberLine = ({ surroundings }: Telling, { member, group }: { readonly member: string, readonly group: string }): LineOf<'member'> | undefined =>
  surroundings.members.find(line => line.member === member && line.group === group)
