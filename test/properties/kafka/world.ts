/**
 * The truth of a simulated run: logs, sends, transactions, groups, and the lines that those who took part wrote down. The lines
 * know less than the truth, as in a real run.
 */
import type { AuditPlan, GroupPlan, Plan, ProducerPlan, TopicKind } from './plan.ts'

export type Line = Record<string, unknown> & { readonly event: string }

export interface Topic {
  readonly name: string
  readonly kind: TopicKind
  readonly weak: boolean
  readonly compacted: boolean
  readonly flushed: boolean
  readonly partitions: Partition[]
}

export interface Partition {
  readonly topic: Topic
  readonly number: number
  entries: Entry[]
  /** One past the last offset. */
  end: number
  /** The high watermark: what every in-sync replica has. */
  stable: number
  start: number
  epoch: number
  leader: number
  /** Of what the audit leaves out. */
  gap: 'none' | 'incomplete' | 'absent'
  /** What the audit says of the last stable offset, if it is not the log's end. */
  lastStableTold: number | null
}

/** One offset of a log: a record of the run, a foreign one, or a transaction's marker. */
export interface Entry {
  readonly kind: 'record' | 'foreign' | 'marker'
  readonly offset: number
  readonly epoch: number
  readonly send: Send | null
  /** Fields that the audit's line has beside, or instead of, what the audit tells. */
  told?: Readonly<Record<string, unknown>>
}

export interface Producer {
  readonly name: string
  readonly incarnation: number
  readonly plan: ProducerPlan
  readonly idempotent: boolean
  readonly weak: boolean
  readonly oneInFlight: boolean
  /** A later incarnation has taken over. */
  fenced: boolean
  transaction: Transaction | null
  sent: number
}

export interface Send {
  readonly id: string
  readonly attempt: number
  readonly producer: Producer
  readonly partition: Partition
  readonly at: number
  readonly transaction: Transaction | null
  readonly key: string | null
  readonly tombstone: boolean
  outcome: 'none' | 'acknowledged' | 'rejected' | 'indeterminate'
  outcomeAt: number
  /** The offset that the acknowledgement told. */
  offset: number | null
  /** What became of it in truth: on its way, in the log at least once, or never to come. */
  fate: 'waiting' | 'landed' | 'gone'
  landed: number
}

export interface Transaction {
  readonly name: string
  readonly producer: Producer
  readonly sends: Send[]
  readonly commits: Commit[]
  /** What its client last said. */
  phase: string
  heardAt: number
  /** When the commit was asked for. */
  fate: 'open' | 'committing' | 'committed' | 'aborted'
}

export interface Assignment {
  readonly member: string
  readonly from: number
  to: number
  /** What the line told. */
  readonly position: number | null
}

export interface Delivery {
  readonly at: number
  readonly member: string
  readonly offset: number
  readonly send: Send
  readonly assignment: Assignment | null
  readonly line: Line
}

export interface Commit {
  readonly at: number
  until: number
  readonly member: string
  readonly offset: number
  readonly outcome: 'acknowledged' | 'rejected' | 'indeterminate'
  readonly transaction: Transaction | null
}

export interface Seek {
  readonly at: number
  readonly member: string
  /** Where the member was, as far as its lines tell. */
  readonly from: number | null
  readonly offset: number
  readonly application: boolean
}

export interface Holder {
  readonly member: string
  readonly assignment: Assignment
  position: number
  /** How far this holder has committed since it began or last sought. */
  committed: number
  /** Whether its lines tell where it is. */
  known: boolean
}

/** What one group does with one partition. */
export interface Share {
  readonly group: Group
  readonly partition: Partition
  owner: Holder | null
  /** A former owner that does not know it yet. */
  zombie: Holder | null
  /** Where the next owner will begin; null: nothing is committed. */
  resume: number | null
  /** A commit that the coordinator may still carry out. */
  late: number | null
  readonly assignments: Assignment[]
  readonly deliveries: Delivery[]
  readonly commits: Commit[]
  readonly seeks: Seek[]
}

export interface Group {
  readonly name: string
  readonly plan: GroupPlan
  readonly members: string[]
  readonly shares: Share[]
  readonly times: Map<string, number>
  readonly processed: Map<string, string>
}

export interface World {
  readonly audit: AuditPlan
  unavailableMs: number | null
  readonly lines: Line[]
  readonly topics: Topic[]
  readonly producers: Producer[]
  readonly sends: Send[]
  readonly transactions: Transaction[]
  readonly groups: Group[]
  readonly believed: Set<string>
  now: number
  /** When the last power cut was healed; -1: there was none. */
  powerCutHealed: number
  /** When the last disturbance was healed; -1: there was none. */
  healed: number
  /** For the names of faults, transactions, ... */
  named: number
  /** Whether deliveries and audits tell leader epochs. */
  readonly epochsTold: boolean
  readonly hasPowerCuts: boolean
  /** What is done to the finished history. */
  readonly edits: ((lines: Line[]) => Line[])[]
}

export const emptyWorld = (plan: Plan): World => ({
  audit: plan.audit, unavailableMs: plan.unavailableMs, lines: [], topics: [], producers: [], sends: [], transactions: [], groups: [],
  believed: new Set(), now: 0, powerCutHealed: -1, healed: -1, named: 0, epochsTold: plan.audit.tellsEpochs, hasPowerCuts: plan.steps.some(([action]) => action === 'power cut'), edits: []
})

/** Every line has a time of its own. */
export const tick = (world: World): number => {
  world.now += 10

  return world.now
}

/** Writes a line that has a time, and returns it. */
export const tell = (world: World, line: Line): Line & { readonly at: number } => {
  const told = { ...line, at: tick(world) }
  world.lines.push(told)

  return told
}

export const nextName = (world: World, prefix: string): string => {
  world.named += 1

  return `${prefix}${world.named}`
}

export const partitionsOf = (world: World): readonly Partition[] => world.topics.flatMap(topic => topic.partitions)
export const sharesOf = (world: World): readonly Share[] => world.groups.flatMap(group => group.shares)
export const sharesOfPartition = (world: World, partition: Partition): readonly Share[] => sharesOf(world).filter(share => share.partition === partition)
export const placeOf = ({ topic, number }: Partition) => ({ topic: topic.name, partition: number })

/** One of them, or undefined where there is none. */
export const choose = <T>(choices: readonly T[], number: number): T | undefined => choices[number % Math.max(1, choices.length)]
