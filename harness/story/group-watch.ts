/** What each group did next to one offset: the commits that passed it, and what was delivered just below and above it. */
import { type LineOf, plain, type RawLine } from './lines.ts'
import type { RecordLines } from './record-lines.ts'
import type { OffsetAround } from './around.ts'

type Commit = LineOf<'offset-commit'>
type Delivery = LineOf<'delivered'>

export interface GroupAround {
  /** The group's first delivery from the partition. */
  first: Delivery | null
  /** The one nearest below the offset, and the first above it. */
  below: Delivery | null
  above: Delivery | null
  /** The first acknowledged commit that passed the offset, outside of transactions. */
  passing: Commit | null
  /** The first few such commits in transactions: whether they count is known when the transaction's end is. */
  readonly inTransactions: Commit[]
  /** The first commit past it that was not acknowledged. */
  unanswered: Commit | null
  /** The last acknowledged commit at or below it before its second delivery. */
  lastBelow: Commit | null
}

const keptInTransactions = 100

export const groupWatch = (around: OffsetAround, record: RecordLines): (raw: RawLine) => void => {
  const again = secondDeliveries(around, record)

  return raw => {
    const { event } = raw
    if (event !== 'offset-commit' && event !== 'delivered') return
    if (raw['partition'] !== around.partition || String(raw['topic']) !== around.topic || typeof raw['offset'] !== 'number' || typeof raw['at'] !== 'number') return

    const group = String(raw['group'])
    const known = around.groups.get(group) ?? nothing()
    around.groups.set(group, known)
    if (event === 'delivered') noteDelivery(known, plain(raw) as Delivery, around.offset)
    else noteCommit(known, plain(raw) as Commit, { offset: around.offset, again: again.get(group) ?? Infinity })
  }
}

const nothing = (): GroupAround => ({ first: null, below: null, above: null, passing: null, inTransactions: [], unanswered: null, lastBelow: null })

/** By group: when the entry was delivered for the second time. */
const secondDeliveries = ({ topic, partition, offset }: OffsetAround, { deliveries }: RecordLines): ReadonlyMap<string, number> => {
  const here = deliveries.filter(each => each.topic === topic && each.partition === partition && each.offset === offset)

  return new Map([...Map.groupBy(here, ({ group }) => group)].flatMap(([group, all]) => {
    const second = all.map(({ at }) => at).sort((one, other) => one - other)[1]

    return second === undefined ? [] : [[group, second] as const]
  }))
}

const noteDelivery = (known: GroupAround, delivery: Delivery, offset: number): void => {
  if (known.first === null || delivery.at < known.first.at) known.first = delivery
  if (delivery.offset < offset && (known.below === null || delivery.offset > known.below.offset)) known.below = delivery
  if (delivery.offset > offset && (known.above === null || delivery.at < known.above.at)) known.above = delivery
}

const noteCommit = (known: GroupAround, commit: Commit, { offset, again }: { readonly offset: number, readonly again: number }): void => {
  const acknowledged = commit.outcome === 'acknowledged'
  if (commit.offset > offset) {
    if (commit.transaction !== undefined) {
      if (acknowledged && known.inTransactions.length < keptInTransactions) known.inTransactions.push(commit)
    } else if (acknowledged) known.passing = earlier(known.passing, commit)
    else known.unanswered = earlier(known.unanswered, commit)
  } else if (acknowledged && commit.transaction === undefined && endOf(commit) < again) {
    if (known.lastBelow === null || endOf(known.lastBelow) <= endOf(commit)) known.lastBelow = commit
  }
}

const earlier = (one: Commit | null, other: Commit): Commit => one === null || other.at < one.at ? other : one

export const endOf = ({ at, until }: Commit): number => until ?? at
