/**
 * The ground that mutations are planted in: hands out clean records, ends of logs and commits, each only once and well apart,
 * so that what grows from one cannot touch another.
 */
import type { Anomaly, Judgement } from '../../model/judgement.ts'
import type { Random } from '../../model/random.ts'
import { findSites, type Site } from './clean-records.ts'
import { commitSites, type CommitSite } from './commit-sites.ts'
import { openEnd, type LogEnd } from './log-end.ts'
import type { PartitionFacts } from './partition-facts.ts'
import type { Place } from './planting.ts'
import type { ReplicaAudit } from './rare-lines.ts'
import type { EntryFile } from './story.ts'
import type { ProducerFile, Survey } from './survey.ts'

export interface Ground {
  readonly random: Random
  readonly lastHealedAt: number | undefined
  readonly producers: readonly ProducerFile[]
  readonly partitions: readonly PartitionFacts[]
  /** Files of replicas' logs, and how far each log was read. */
  readonly replicas: readonly EntryFile[]
  readonly replicaAudits: readonly ReplicaAudit[]
  /** The longest time without an acknowledgement that the run allows; undefined: it says nothing of it. */
  readonly unavailableMs: number | undefined
  /** No send waits any more after this time. */
  readonly lastWaitAt: number
  /** Takes a record that suits; of the wishes the first that any record fulfils. */
  readonly takeSite: (...wishes: readonly ((site: Site) => boolean)[]) => Site | undefined
  /** Takes the next offset at the end of a partition that suits. */
  readonly takeEnd: (suits: (where: PartitionFacts) => boolean) => LogEnd | undefined
  /** Whether there would be such an end to take. */
  readonly hasEnd: (suits: (where: PartitionFacts) => boolean) => boolean
  readonly takeCommit: (suits?: (site: CommitSite) => boolean) => CommitSite | undefined
  /** Whether the unmutated evidence showed the anomaly there. */
  readonly shows: (anomaly: Anomaly, place: Pick<Place, 'topic' | 'partition'> & Partial<Place>) => boolean
  /** Commits that were planted: they lie ahead of what a later planting takes away. */
  readonly plantedCommits: { readonly where: PartitionFacts, readonly group: string, readonly offset: number }[]
  /** How many entries were appended to a partition's log, where any were. */
  readonly appended: ReadonlyMap<PartitionFacts, number>
}

export const prepareGround = (survey: Survey, baseline: Judgement, random: Random): Ground => {
  const sites = findSites(survey, baseline)
  const commits = commitSites(survey)
  const taken = new Map<PartitionFacts, Set<number>>()
  const takenCommits = new Set<CommitSite>()
  const appended = new Map<PartitionFacts, number>()
  const partitions = [...survey.partitions.values()]

  const ends = (suits: (where: PartitionFacts) => boolean): readonly LogEnd[] => partitions
    .filter(where => suits(where) && !shows(baseline, 'inconclusive', where))
    .flatMap(where => openEnd(where, { appended: appended.get(where) ?? 0, lastHealedAt: survey.lastHealedAt }) ?? [])

  return {
    random,
    appended,
    lastHealedAt: survey.lastHealedAt,
    producers: survey.producers,
    replicas: survey.replicas,
    replicaAudits: survey.replicaAudits,
    partitions,
    unavailableMs: survey.unavailableMs,
    lastWaitAt: survey.producers.reduce((last, { lastAt }) => Math.max(last, lastAt), survey.lastLineAt),
    plantedCommits: [],
    shows: (anomaly, place) => shows(baseline, anomaly, place),
    takeSite: (...wishes) => {
      for (const suits of wishes) {
        const site = firstFrom(sites, random, one => isFree(taken, one) && suits(one))
        if (site !== undefined) return reserve(taken, site)
      }

      return undefined
    },
    hasEnd: suits => ends(suits).length > 0,
    takeEnd: suits => {
      const found = ends(suits)
      if (found.length === 0) return undefined

      const end = random.pick(found)
      appended.set(end.where, end.offset + 1 - end.where.nextOffset)

      return end
    },
    takeCommit: (suits = () => true) => {
      const site = firstFrom(commits, random, one => !takenCommits.has(one) && suits(one))
      if (site !== undefined) takenCommits.add(site)

      return site
    }
  }
}

const shows = ({ findings }: Judgement, anomaly: Anomaly, place: Pick<Place, 'topic' | 'partition'> & Partial<Place>): boolean =>
  findings.some(finding => finding.anomaly === anomaly && finding.topic === place.topic && finding.partition === place.partition
    && (place.group === undefined || finding.group === place.group))

/** The first that suits, from a random place on. */
const firstFrom = <Choice>(choices: readonly Choice[], random: Random, suits: (choice: Choice) => boolean): Choice | undefined => {
  const start = choices.length === 0 ? 0 : random.integer({ from: 0, below: choices.length })

  return choices.slice(start).find(suits) ?? choices.slice(0, start).find(suits)
}

/** Neighbours that a mutation looks at must be nobody else's. */
const reach = 3

const isFree = (taken: ReadonlyMap<PartitionFacts, ReadonlySet<number>>, { where, record }: Site): boolean =>
  taken.get(where)?.has(record.offset) !== true

const reserve = (taken: Map<PartitionFacts, Set<number>>, site: Site): Site => {
  const offsets = taken.get(site.where) ?? new Set<number>()
  for (let offset = site.record.offset - reach; offset <= site.record.offset + reach; offset += 1) offsets.add(offset)
  taken.set(site.where, offsets)

  return site
}
