/**
 * Which of the sampled records are clean: whatever is done to one of them, nothing but that can follow from it. A clean
 * record was sent once, acknowledged at the offset where the audit found it once and undamaged, and handed to each group at
 * most once; no finding names it, and no order finding can hang on it.
 */
import { flags as marks, kinds, noPartition } from '../../ledger/format.ts'
import type { Judgement } from '../../model/judgement.ts'
import { recordName } from '../../model/record-number.ts'
import type { PartitionFacts } from './partition-facts.ts'
import type { Sighting, Story } from './story.ts'
import type { Survey } from './survey.ts'

export interface CleanRecord {
  readonly record: number
  readonly offset: number
  readonly send: Sighting
  readonly acknowledged: Sighting
  readonly logged: Sighting
  /** One a group, by the group's name. */
  readonly delivered: ReadonlyMap<string, Sighting>
  /** What groups did with it, and how often it is in their stores. */
  readonly done: readonly Sighting[]
}

/** A clean record between two clean neighbours in the log. */
export interface Site {
  readonly where: PartitionFacts
  readonly below: CleanRecord
  readonly record: CleanRecord
  readonly above: CleanRecord
}

export const findSites = (survey: Survey, baseline: Judgement): readonly Site[] => {
  const suspects = suspectsOf(baseline)
  const byPartition = new Map<PartitionFacts, CleanRecord[]>()
  for (const story of survey.stories.values()) {
    const clean = suspects.has(recordName(story.record)) ? undefined : cleanRecord(story, survey)
    if (clean === undefined) continue
    const known = byPartition.get(clean.logged.where) ?? []
    known.push(clean)
    byPartition.set(clean.logged.where, known)
  }

  return [...byPartition].flatMap(([where, records]) => (isInconclusive(baseline, where) ? [] : sitesIn(where, records)))
}

const suspectsOf = ({ findings }: Judgement): ReadonlySet<string> =>
  new Set(findings.flatMap(({ witnesses }) => witnesses.flatMap(({ id }) => id ?? [])))

const isInconclusive = ({ findings }: Judgement, { topic, partition }: PartitionFacts): boolean =>
  findings.some(finding => finding.anomaly === 'inconclusive' && finding.topic === topic && finding.partition === partition)

const sitesIn = (where: PartitionFacts, records: CleanRecord[]): readonly Site[] => {
  records.sort((one, other) => one.offset - other.offset)

  return records.flatMap((record, index) => {
    const below = records[index - 1]
    const above = records[index + 1]

    return below?.offset === record.offset - 1 && above?.offset === record.offset + 1 ? [{ where, below, record, above }] : []
  })
}

const cleanRecord = (story: Story, survey: Survey): CleanRecord | undefined => {
  const { record, sightings, inOrder, disputed } = story
  const of = (kind: number): readonly Sighting[] => sightings.filter(sighting => sighting.kind === kind)
  const [send] = of(kinds.send)
  const [acknowledged] = of(kinds.acknowledged)
  const [logged] = of(kinds.logged)
  const deliveries = of(kinds.delivered)
  if (!inOrder || disputed || send === undefined || acknowledged === undefined || logged === undefined) return undefined

  const done = sightings.filter(({ kind }) => kind === kinds.processed || kind === kinds.effect)
  const others = sightings.length - deliveries.length - done.length
  const delivered = new Map(deliveries.map(delivery => [delivery.file.header.group ?? '', delivery]))
  const once = others === 3 && delivered.size === deliveries.length
  const inPlace = isSentThere(send, logged) && [acknowledged, ...deliveries].every(({ where }) => where === logged.where)
  // Some clients' records have no fingerprint that could be checked.
  const whole = [send, acknowledged, logged, ...deliveries].every(({ flags, attempt }) => (flags === 0 || flags === marks.unchecked) && attempt === 1)
  const sameOffset = deliveries.every(({ value }) => value === logged.value) && isAcknowledgedThere(acknowledged, logged)
  // A record of a transaction would bring down its whole transaction.
  const alone = send.extra === 0
  const timely = (survey.heightsOf(logged.where)?.until(send.at) ?? -1) <= logged.value

  return once && inPlace && whole && sameOffset && alone && timely ? { record, offset: logged.value, send, acknowledged, logged, delivered, done } : undefined
}

/** Where the client chose the partition, its acknowledgement has it. */
const isSentThere = ({ where, partition }: Sighting, logged: Sighting): boolean =>
  where === logged.where || (partition === noPartition && where.topic === logged.where.topic)

/** With acks 0 no offset is told: then the absence of such a record is only proven in a log that is there from its start. */
const isAcknowledgedThere = ({ value }: Sighting, logged: Sighting): boolean =>
  logged.where.audit !== undefined && (value === logged.value || (value < 0 && logged.where.audit.logStart === 0))
