/** The lines that mutations of a group's commits are made of. They go to the end of the file that the commit stands in. */
import type { CommitSite } from '../commit-sites.ts'
import type { LineEdit } from '../edits.ts'
import type { Ground } from '../ground.ts'
import type { Place, SideEffect } from '../planting.ts'

export const placeOf = ({ where: { topic, partition }, group: { group } }: CommitSite): Place & { readonly group: string } =>
  ({ topic, partition, group })

type LineFields = { readonly event: string, readonly member: string, readonly at: number } & Readonly<Record<string, unknown>>

/** A line by a member about the commit's partition. */
export const lineAt = (site: CommitSite, fields: LineFields): LineEdit =>
  ({ file: site.commit.file, number: 'end', line: { ...placeOf(site), ...fields } })

/** An acknowledged commit soon after the site's; remembered, since it counts for what is planted later. */
export const commitAfter = (ground: Ground, site: CommitSite, { member, offset }: { readonly member: string, readonly offset: number }): LineEdit => {
  ground.plantedCommits.push({ where: site.where, group: site.group.group, offset })
  const { until } = site.commit

  return lineAt(site, { event: 'offset-commit', member, at: until + 2, until: until + 3, offset, outcome: 'acknowledged' })
}

/** Where commits ran ahead of deliveries already, a further one may too. */
export const aheadAt = (ground: Ground, site: CommitSite): readonly SideEffect[] => {
  const place = placeOf(site)

  return ground.shows('commit-ahead', place) ? [{ anomaly: 'commit-ahead', ...place }] : []
}
