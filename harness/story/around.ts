/**
 * The second reading of a history, when it is known where a record was: who else was at its offsets, which commits passed it,
 * what its groups received next to it, and which records of its partition were acknowledged above it before it was sent. Of
 * millions of lines it keeps the few that a sentence may need.
 */
import type { TransactionPhase } from '../model/history.ts'
import { attemptsOf } from './attempts.ts'
import { groupWatch, type GroupAround } from './group-watch.ts'
import { type LineOf, plain, type Place, type RawLine } from './lines.ts'
import { type OrderAround, orderWatch } from './order-watch.ts'
import { waitingSends } from './waiting-sends.ts'
import type { RecordLines, Surroundings } from './record-lines.ts'

/** What else was seen at one offset of the record. */
export interface OffsetAround extends Place {
  readonly offset: number
  readonly others: OtherRecord[]
  readonly groups: Map<string, GroupAround>
}

export interface OtherRecord {
  readonly id: string
  readonly seen: 'logged' | 'acknowledged' | 'delivered'
  readonly at: number | null
  readonly epoch: number | null
  readonly replica: number | null
}

/** All that the second reading found around one record. */
export interface Around {
  readonly offsets: readonly OffsetAround[]
  readonly order: OrderAround
  readonly transactions: readonly LineOf<'transaction'>[]
  readonly stateOf: (transaction: string) => TransactionPhase | undefined
}

export interface SecondReading {
  readonly mayMatter: (text: string) => boolean
  readonly line: (line: RawLine) => void
  readonly around: (id: string) => Around
}

const interesting = /"(?:send|acknowledged|rejected|indeterminate|delivered|logged|offset-commit|transaction|run)"/

export const secondReading = (records: ReadonlyMap<string, RecordLines>, surroundings: Surroundings): SecondReading => {
  const watches = new Map([...records].map(([id, record]) => [id, watchFor(record, surroundings)]))
  const all = [...watches.values()]
  const phases = new Map<string, { readonly at: number, readonly phase: TransactionPhase }>()
  const waiting = waitingSends()
  const stateOf = (transaction: string): TransactionPhase | undefined => phases.get(transaction)?.phase

  return {
    mayMatter: text => interesting.test(text),
    line: raw => {
      if (raw['event'] === 'transaction') {
        const line = plain(raw) as LineOf<'transaction'>
        if (line.at >= (phases.get(line.transaction)?.at ?? 0)) phases.set(line.transaction, line)
      }
      const sent = waiting.sendFor(raw)
      for (const watch of all) watch.line(raw, sent)
    },
    around: id => {
      const watch = watches.get(id)
      if (watch === undefined) throw new Error('Only records of the first reading have a second one.')

      return { offsets: watch.offsets, order: watch.order(), transactions: watch.transactions, stateOf }
    }
  }
}

interface Watch {
  readonly offsets: readonly OffsetAround[]
  readonly order: () => OrderAround
  readonly transactions: LineOf<'transaction'>[]
  readonly line: (raw: RawLine, sent: RawLine | undefined) => void
}

const watchFor = (record: RecordLines, surroundings: Surroundings): Watch => {
  const offsets = offsetsOf(record, surroundings)
  const groups = offsets.map(each => groupWatch(each, record))
  const order = orderWatch(record, surroundings)
  const own = new Set(record.sends.flatMap(({ transaction }) => transaction ?? []))
  const transactions: LineOf<'transaction'>[] = []

  return {
    offsets,
    order: order.found,
    transactions,
    line: (raw, sent) => {
      const { event } = raw
      if (event === 'transaction' && own.has(String(raw['transaction']))) transactions.push(plain(raw) as LineOf<'transaction'>)
      for (const watch of groups) watch(raw)
      if (isSeen(event) && String(raw['id']) !== record.id) for (const each of offsets) noteOther(each, { seen: event, raw, place: typeof raw['partition'] === 'number' && (raw['topic'] ?? null) !== null ? raw : sent })
      order.line(raw, sent)
    }
  }
}

const isSeen = (event: unknown): event is OtherRecord['seen'] => event === 'logged' || event === 'acknowledged' || event === 'delivered'

interface Seen {
  readonly seen: OtherRecord['seen']
  readonly raw: RawLine
  /** The line that tells where: its own, or that of its send. */
  readonly place: RawLine | undefined
}

const noteOther = (around: OffsetAround, { seen, raw, place }: Seen): void => {
  if (raw['offset'] !== around.offset || place?.['partition'] !== around.partition || String(place['topic']) !== around.topic) return
  const { at, leaderEpoch: epoch, replica } = raw
  around.others.push({ id: String(raw['id']), seen, at: numberOrNull(at), epoch: numberOrNull(epoch), replica: numberOrNull(replica) })
}

const numberOrNull = (value: unknown): number | null => typeof value === 'number' ? value : null

/** Every place and offset at which the record was acknowledged, delivered, or found. */
const offsetsOf = (record: RecordLines, surroundings: Surroundings): readonly OffsetAround[] => {
  const acknowledged = attemptsOf(record, surroundings).flatMap(({ topic, partition, offset }) => partition === null || offset === null ? [] : [{ topic, partition, offset }])
  const all = [...acknowledged, ...record.deliveries, ...record.logged].map(({ topic, partition, offset }) => ({ topic, partition, offset }))

  return [...new Map(all.map(each => [JSON.stringify(each), each])).values()].map(each => ({ ...each, others: [], groups: new Map() }))
}
