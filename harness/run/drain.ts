/**
 * The drain: producers send nothing new and wait for what is in flight, then every group reads to the end of what is there.
 * What does not come to its end in time is a gap, in words; the audit and the judges go on with what there is.
 */
import type { Metadata } from '../model/metadata.ts'
import { untilGroupReaches } from './group-progress.ts'
import type { Load } from './load.ts'
import type { RunContext } from './run-context.ts'

const producersMs = 40_000
const groupsMs = 60_000

export const drainLoad = async (context: RunContext, load: Load, metadata: Metadata): Promise<void> => {
  await Promise.all(load.clients.filter(({ plan }) => plan.kind === 'producer').map(async client => {
    const settled = await client.drain({ milliseconds: producersMs })
    if (!settled && client.running()) context.incidents.push(`${client.name} still had sends in flight ${producersMs / 1000} s after the last one.`)
  }))

  const targets = await metadata.offsets(context.topics.map(topic => topic.name))
  await Promise.all(groupsOf(load).map(async ({ group, topics }) => {
    const { reached, behind } = await untilGroupReaches(load.tail, { group, targets: targets.filter(target => topics.has(target.topic)) }, { milliseconds: groupsMs })
    if (!reached) context.incidents.push(`The group ${group} did not come to the end within ${groupsMs / 1000} s: ${behind.join(', ')}.`)
  }))
}

const groupsOf = ({ clients }: Load): readonly { readonly group: string, readonly topics: ReadonlySet<string> }[] => {
  const members = clients.flatMap(({ plan }) => plan.kind === 'member' ? [plan] : [])

  return [...Map.groupBy(members, member => member.group)]
    .map(([group, own]) => ({ group, topics: new Set(own.flatMap(member => member.topics.map(topic => topic.name))) }))
}
