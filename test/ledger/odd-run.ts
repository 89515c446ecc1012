/**
 * Writes ledgers in which anything may be wrong: records lost, moved, repeated, sent again to another partition or by clients that
 * choose one, transactions over partitions, phantoms, outcomes of nothing, clocks that go back. Which oddities a run has, and where,
 * follows from its seed.
 */
import { effects, flags, kinds, openLedger, type LedgerWriter } from '../../harness/ledger/index.ts'
import { randomFrom, type Random } from '../../harness/model/random.ts'
import { recordName, recordNumber } from '../../harness/model/record-number.ts'

type Entry = Parameters<LedgerWriter['append']>[0]
type Line = Parameters<LedgerWriter['event']>[0]

const oddities = [
  'chosen', 'moved', 'retried', 'transactions', 'phantoms', 'unmatched', 'late', 'torn', 'epochs', 'believed', 'replicas', 'incomplete',
  'power-cut', 'shared', 'effects', 'foreign-lines', 'swapped'
] as const
type Oddity = (typeof oddities)[number]

const topics = [{ name: 'orders', partitions: 4 }, { name: 'states', partitions: 2 }] as const
const groups = ['g', 'h'] as const
const replicasRead = [1, 2]

interface Odd {
  readonly random: Random
  readonly has: (oddity: Oddity) => boolean
  readonly entries: Map<string, Entry[]>
  readonly lines: Map<string, Line[]>
  readonly logs: Map<string, Logged[]>
  /** The effects that the store has, by record and group. */
  readonly stored: Set<string>
}

interface Logged {
  readonly record: number
  readonly attempt: number
}

const often = ({ random }: Odd, chance: number): boolean => random.next() < chance

/** Most of its oddities may be named; else chance says which it has. */
export const writeOddRun = (folder: string, seed: string, only?: readonly string[]): void => {
  const random = randomFrom(seed)
  const chosen = new Set<string>(only ?? oddities.filter(() => random.next() < 0.25))
  const odd: Odd = { random, has: oddity => chosen.has(oddity), entries: new Map(), lines: new Map(), logs: new Map(), stored: new Set() }
  writeContracts(odd)
  for (let index = 0; index < 120; index++) writeRecord(odd, index)
  if (odd.has('phantoms')) for (let index = 0; index < 4; index++) put(odd, placeOf(odd), { record: numberOf(2, 900 + index), attempt: 1 })
  for (const [place, log] of odd.logs) readLog(odd, place, log)
  writeFiles(folder, odd)
}

const numberOf = (producer: number, sequence: number): number => recordNumber({ producer, incarnation: 1, sequence })
const add = <T>(map: Map<string, T[]>, key: string, one: T): void => { map.set(key, [...map.get(key) ?? [], one]) }
const placeOf = ({ random }: Odd): string => {
  const topic = random.integer({ from: 0, below: topics.length })

  return `${topic}-${random.integer({ from: 0, below: topics[topic]!.partitions })}`
}
const placeIn = (place: string): { topic: number, partition: number } => {
  const [topic = 0, partition = 0] = place.split('-').map(Number)

  return { topic, partition }
}
const named = (place: string): { topic: string, partition: number } => ({ topic: topics[placeIn(place).topic]!.name, partition: placeIn(place).partition })

const put = (odd: Odd, place: string, logged: Logged): number => {
  add(odd.logs, place, logged)
  const log = odd.logs.get(place)!
  if (odd.has('swapped') && log.length > 1 && often(odd, 0.1)) log.splice(-2, 2, log.at(-1)!, log.at(-2)!)

  return log.lastIndexOf(logged)
}

const writeContracts = (odd: Odd): void => {
  const { lines, random } = odd
  add(lines, 'harness', { event: 'run', format: 1, run: 'r', objectives: { unavailableMs: 1 } })
  add(lines, 'harness', { event: 'topic', topic: 'orders', partitions: 4, replicas: 3, minInsyncReplicas: random.pick([1, 2]), uncleanLeaderElection: false })
  add(lines, 'harness', { event: 'topic', topic: 'states', partitions: 2, replicas: 3, cleanupPolicy: random.pick(['compact', 'delete']) })
  for (const producer of [1, 2]) add(lines, `p${producer}`, { event: 'producer', producer: `p${producer}`, at: 0, acks: random.pick(['all', '1']) })
  if (odd.has('foreign-lines')) add(lines, 'harness', { event: 'weather', sunny: true })
  if (odd.has('foreign-lines') && random.next() < 0.5) add(lines, 'harness', { event: 'believed', at: 5, id: 'p1:3' })
  const fault = { event: 'fault', fault: 'f', what: odd.has('power-cut') ? 'power-cut' : 'kill', brokers: [1, 2, 3] }
  for (const [index, phase] of ['injecting', 'injected', 'healing', 'healed'].entries()) add(lines, 'harness', { ...fault, at: 400 + index * 100, phase })
}

const writeRecord = (odd: Odd, index: number): void => {
  const { random } = odd
  const producer = random.pick([1, 2])
  const record = numberOf(producer, index)
  const at = 100 + index * 10
  const file = `p${producer}`
  const home = placeOf(odd)
  const transaction = odd.has('transactions') && often(odd, 0.5) ? random.integer({ from: 1, below: 5 }) : 0
  const attempts = odd.has('retried') && often(odd, 0.2) ? 2 : 1
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const place = attempt === 2 && often(odd, 0.5) ? placeOf(odd) : home
    const chosen = odd.has('chosen') && often(odd, 0.3)
    const { topic, partition } = placeIn(place)
    add(odd.entries, file, { kind: kinds.send, topic, at: at + attempt, attempt, record, extra: transaction, value: index, ...chosen ? {} : { partition } })
    settle(odd, { file, record, attempt, at: at + 3 + random.integer({ from: 0, below: 60 }), place, chosen })
  }
  if (odd.has('believed') && often(odd, 0.2)) add(odd.entries, file, { kind: kinds.believed, topic: 0, at: at + 90, record })
  if (odd.has('unmatched') && often(odd, 0.1)) add(odd.entries, file, { kind: kinds.rejected, topic: 0, at: at + 200, record: numberOf(producer, 500 + index) })
}

interface Sent {
  readonly file: string
  readonly record: number
  readonly attempt: number
  readonly at: number
  readonly place: string
  readonly chosen: boolean
}

const settle = (odd: Odd, { file, record, attempt, at, place, chosen }: Sent): void => {
  const fate = odd.random.next()
  const { topic, partition } = placeIn(place)
  const outcome = { topic, at, attempt, record }
  if (fate < 0.75) {
    const lost = often(odd, 0.1)
    const where = odd.has('moved') && often(odd, 0.1) ? placeOf(odd) : place
    const offset = lost ? odd.logs.get(place)?.length ?? 0 : put(odd, where, { record, attempt })
    const told = !chosen || often(odd, 0.7)
    add(odd.entries, file, { ...outcome, kind: kinds.acknowledged, value: often(odd, 0.05) ? -1 : offset, ...told ? { partition } : {} })
    if (often(odd, 0.04)) put(odd, where, { record, attempt })
  } else if (fate < 0.9) {
    add(odd.entries, file, { ...outcome, kind: fate < 0.85 ? kinds.indeterminate : kinds.rejected, extra: 9 })
    if (often(odd, 0.3)) put(odd, place, { record, attempt })
  }
}

/** The audit of one partition, what each group was given of it, and what it did. */
const readLog = (odd: Odd, place: string, log: readonly Logged[]): void => {
  const { random } = odd
  const where = placeIn(place)
  const epochs = (): number => (odd.has('epochs') ? random.integer({ from: 1, below: 3 }) : 1)
  const torn = (): number => (odd.has('torn') && often(odd, 0.05) ? flags.torn : 0)
  const audit = (file: string, more: object): void => {
    for (const [offset, { record, attempt }] of log.entries()) {
      if (file !== 'audit' && often(odd, 0.05)) continue
      add(odd.entries, file, { kind: kinds.logged, flags: torn(), ...where, at: 0, extra: epochs(), record, attempt: often(odd, 0.2) ? 0 : attempt, value: offset })
    }
    const complete = !(odd.has('incomplete') && often(odd, 0.3))
    add(odd.lines, file, { event: 'audit', ...named(place), logStart: 0, logEnd: log.length + random.pick([0, 0, 2]), complete, ...more })
  }
  if (!odd.has('replicas') || often(odd, 0.7)) audit('audit', { lastStable: log.length })
  if (odd.has('replicas')) for (const replica of replicasRead) audit(`disk-${replica}`, { replica })
  add(odd.lines, 'harness', { event: 'leader', at: 350, ...named(place), leader: random.pick([1, 2]), epoch: 1 })
  for (const group of groups) consume(odd, { place, log, group })
}

const consume = (odd: Odd, { place, log, group }: { readonly place: string, readonly log: readonly Logged[], readonly group: string }): void => {
  const { random, entries, lines } = odd
  const member = `${group}${odd.has('shared') ? random.pick([1, 2]) : 1}`
  const who = { member, group, ...named(place) }
  let at = 2_000
  if (often(odd, 0.9)) add(lines, member, { event: 'assigned', at, ...who, position: 0 })
  for (const [offset, { record, attempt }] of log.entries()) {
    at += random.pick([0, 1, 5])
    if (often(odd, 0.05)) continue
    for (let times = often(odd, 0.05) ? 2 : 1; times > 0; times--) {
      add(entries, member, { kind: kinds.delivered, ...placeIn(place), at, extra: 1, record, attempt: often(odd, 0.3) ? 0 : attempt, value: offset })
    }
    add(entries, member, { kind: kinds.processed, topic: 0, at, extra: random.integer({ from: 0, below: effects.length }), record })
    const id = recordName(record)
    if (odd.has('effects') && often(odd, 0.3) && !odd.stored.has(`${id}|${group}`)) {
      odd.stored.add(`${id}|${group}`)
      add(lines, 'store', { event: 'effect', id, times: random.integer({ from: 0, below: 3 }), group })
    }
    if (often(odd, 0.1)) add(lines, member, { event: 'offset-commit', at, until: at + 2, ...who, offset: Math.max(0, offset + random.pick([-2, 1])), outcome: 'acknowledged' })
    if (often(odd, 0.03)) add(lines, member, { event: 'seek', at, ...who, offset, reason: 'application' })
  }
  if (often(odd, 0.5)) add(lines, member, { event: 'revoked', at, ...who })
}

const writeFiles = (folder: string, odd: Odd): void => {
  for (const process of new Set([...odd.entries.keys(), ...odd.lines.keys()])) {
    const producer = /^p(\d)$/.exec(process)
    const member = /^([gh])\d$/.exec(process)
    const ledger = openLedger(folder, {
      format: 1, run: 'r', process, topics: topics.map(({ name }) => name),
      ...producer ? { producer: process, incarnation: 1 } : {},
      ...member ? { member: process, group: member[1]! } : {},
      ...process.startsWith('disk-') ? { replica: Number(process.slice(5)) } : {}
    })
    if (producer) for (let number = 1; number <= 9; number++) ledger.numberOf(`t${number}`)
    for (const line of odd.lines.get(process) ?? []) ledger.event(line)
    for (const number of producer && odd.has('transactions') ? [1, 2] : []) {
      ledger.event({ event: 'transaction', at: 1_500, transaction: `t${number}`, producer: process, phase: number === 1 ? 'committed' : 'indeterminate' })
    }
    const entries = (odd.entries.get(process) ?? []).toSorted((left, right) => left.at - right.at)
    for (const entry of odd.has('late') ? disordered(odd.random, entries) : entries) ledger.append(entry)
    ledger.close()
  }
}

/** Some entries are written later than what came after them. */
const disordered = (random: Random, entries: readonly Entry[]): readonly Entry[] => {
  const result = [...entries]
  for (let index = 0; index < result.length; index++) {
    if (random.next() > 0.1) continue
    const [entry] = result.splice(index, 1)
    result.splice(random.integer({ from: index, below: Math.min(result.length, index + 9) + 1 }), 0, entry!)
  }

  return result
}
