/**
 * Whether every group began where the log begins. The groups of a run are new, so all records are theirs to read; but what lies below
 * the first position that is told of one is owed to nobody, as far as a history can say. A client that begins at the log's end by its own
 * default, or at a place of its own choice, would pass over records without a finding. Only a group that was told to reset to the log's end
 * may begin there.
 */
import { marks, type Consumption, type Evidence } from '../model/evidence.ts'
import { partitionPlace } from './partition-place.ts'

/** A sentence for each group and partition whose first position lies above a record that readers can see. */
export const lateStarts = (evidence: Evidence): readonly string[] => evidence.consumption.flatMap(consumption => {
  const first = firstPosition(consumption)
  if (first === undefined || hasCommitted(consumption, first.at) || beginsAtEnd(evidence, consumption, first)) return []
  const below = lowestVisible(evidence, consumption.partition)
  if (below === undefined || below >= first.offset) return []
  const place = partitionPlace(evidence, consumption.partition)

  return [`The group ${evidence.groups[consumption.group]} began to read ${place} at ${first.offset}, though the log has a record at ${below}: nothing shows what became of those below.`]
})

interface Position {
  readonly at: number
  readonly offset: number
}

const firstPosition = ({ moves, deliveries }: Consumption): Position | undefined => {
  const told = moves.flatMap((move): readonly Position[] => {
    const offset = move.kind === 'assigned' ? move.position : move.kind === 'seek' ? move.offset : null

    return offset === null ? [] : [{ at: move.at, offset }]
  })
  const [at, offset] = [deliveries.at[0], deliveries.offset[0]]
  const received = at === undefined || offset === undefined ? [] : [{ at, offset }]

  return [...told, ...received].sort((one, other) => one.at - other.at)[0]
}

/**
 * Each of its members resets to the log's end, and the one that was assigned it first was there: whoever takes it over before anything was read
 * resets to another end, and what came in between is passed over.
 */
const beginsAtEnd = ({ members }: Evidence, { group, moves }: Consumption, first: Position): boolean => {
  const own = members.filter(member => member.group === group)
  const assigned = moves.filter(({ kind, at }) => kind === 'assigned' && at <= first.at)

  return own.length > 0 && own.every(({ reset }) => reset === 'latest') && new Set(assigned.map(({ at }) => at)).size <= 1
}

/** A commit says that the group had come further: then what it passed is judged by that. */
const hasCommitted = ({ commits }: Consumption, before: number): boolean => commits.some(({ at, outcome }) => at < before && outcome !== 'rejected')

const lowestVisible = ({ audits }: Evidence, partition: number): number | undefined => {
  const rows = audits.find(audit => audit.partition === partition && audit.replica === null)?.rows
  for (let row = 0; row < (rows?.length ?? 0); row += 1) {
    if (((rows?.marks[row] ?? 0) & marks.uncommitted) === 0) return rows?.offset[row]
  }

  return undefined
}
