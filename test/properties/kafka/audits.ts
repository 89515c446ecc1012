/**
 * The final audits: what each of them listed, and the lines that tell it. The audits come last, so every transaction is over and
 * the last stable offset is the log's end.
 */
import { partitionsOf, placeOf, type Entry, type Line, type Partition, type World } from './world.ts'

export interface PartitionView {
  readonly partition: Partition
  /** Whether there is an effective audit. */
  readonly audited: boolean
  readonly complete: boolean
  readonly readCommitted: boolean
  readonly listed: readonly Entry[]
}

/** What a client read, or the leader's disk showed. */
export const viewOf = (world: World, partition: Partition): PartitionView => {
  const { audit } = world
  const readCommitted = audit.isolation === 'read_committed' && audit.replicas !== 'instead'
  const records = partition.entries.filter(({ kind, send, told }) =>
    kind === 'record' && (!readCommitted || told !== undefined || send?.transaction?.fate !== 'aborted'))
  const audited = partition.gap !== 'absent'

  return {
    partition, audited, readCommitted, complete: partition.gap === 'none',
    listed: audited ? records.slice(0, partition.gap === 'none' ? records.length : records.length / 2) : []
  }
}

export const viewsOf = (world: World): readonly PartitionView[] => partitionsOf(world).map(partition => viewOf(world, partition))

/** What a line says of an entry's transaction: nothing, or the truth. */
export const committedOf = ({ audit }: World, { send }: Entry): boolean | null => (audit.tellsCommitted ? send!.transaction?.fate !== 'aborted' : null)

const loggedLine = (world: World, partition: Partition, entry: Entry): Line => {
  const committed = committedOf(world, entry)

  return {
    event: 'logged', ...placeOf(partition), offset: entry.offset, id: entry.send!.id, ...world.audit.tellsAttempts ? { attempt: entry.send!.attempt } : {},
    ...world.epochsTold ? { leaderEpoch: entry.epoch } : {}, ...committed === null ? {} : { committed }, ...entry.told
  }
}

const auditLine = (world: World, { partition, complete, readCommitted }: PartitionView): Line => {
  const { start, end, entries, lastStableTold } = partition
  const foreign = entries.filter(({ kind }) => kind === 'foreign').length
  const tellsLastStable = readCommitted || world.audit.tellsLastStable || lastStableTold !== null

  return {
    event: 'audit', ...placeOf(partition), logStart: start, logEnd: end, complete, ...readCommitted ? { isolation: 'read_committed' } : {},
    ...tellsLastStable ? { lastStable: lastStableTold ?? end } : {}, ...foreign === 0 ? {} : { foreign }
  }
}

const linesOfView = (world: World, view: PartitionView): readonly Line[] => {
  const { partition, audited, listed } = view
  if (!audited) return []
  const { audit } = world
  const lines: Line[] = []
  if (audit.replicas !== 'instead') lines.push(...listed.map(entry => loggedLine(world, partition, entry)), auditLine(world, view))
  if (audit.replicas === 'none') return lines
  for (const replica of [1, 2, 3]) {
    const lags = replica !== partition.leader && replica === 3 && view.complete
    const end = lags ? Math.max(partition.start, partition.end - 1) : partition.end
    const onDisk = partition.entries.filter(({ kind, offset }) => kind === 'record' && offset < end)
    const read = view.complete ? onDisk : onDisk.slice(0, listed.length)
    for (const entry of read) lines.push({ ...loggedLine(world, partition, entry), replica })
    lines.push({ ...auditLine(world, { ...view, readCommitted: false }), replica, logEnd: end, ...lags && world.audit.tellsLastStable ? { lastStable: end } : {} })
  }

  return lines
}

const effectLines = ({ groups }: World): readonly Line[] => groups.flatMap(({ name, times, processed }) =>
  [...processed.keys()].filter((id, index) => times.has(id) || index % 2 === 0).map(id => ({ event: 'effect', id, times: times.get(id) ?? 0, group: name })))

/** The whole history. */
export const historyOf = (world: World): readonly Line[] => world.edits.reduce((lines, edit) => edit(lines), wholeHistory(world))

const wholeHistory = (world: World): Line[] => [
  { event: 'run', format: 1, run: 'simulated', ...world.unavailableMs === null ? {} : { objectives: { unavailableMs: world.unavailableMs } } },
  ...world.lines, ...viewsOf(world).flatMap(view => linesOfView(world, view)), ...effectLines(world)
]

export const textOf = (lines: readonly Line[]): string => lines.map(line => `${JSON.stringify(line)}\n`).join('')
