/** What the harness and its child processes say to each other, over Node's IPC channel: plain JSON, one object a message. */
import { currentOwner } from '../cluster/docker/labels.ts'
import type { ClockOrigin } from '../model/clock.ts'
import type { StoreName } from '../model/effect.ts'
import type { ServiceAddresses } from '../model/service.ts'
import type { ClientPlan } from '../model/workload.ts'

/** What all workers of a run are told. */
export interface WorkerSetting {
  readonly run: string
  readonly origin: ClockOrigin
  readonly ledger: string
  /** The folder of the groups' stores; absent: no group has one. */
  readonly stores?: string
  /** The servers that groups have their stores on; absent: none. */
  readonly services?: ServiceAddresses
  readonly bootstrap: readonly string[]
  /** For a client in a container of the brokers' image. */
  readonly kafkaVersion?: string
}

export interface AuditOrder {
  /** Names of topics. */
  readonly topics: readonly string[]
  readonly deadlineMs: number
  /** Numbers of records to leave out: the control "a record hidden from the verifier". */
  readonly withhold: readonly number[]
  /** The groups whose stores are to be counted. Absent: none. */
  readonly stores?: readonly StoreOf[]
  /** The groups whose outputs are to be counted. Absent: none. */
  readonly outputs?: readonly OutputsOf[]
}

export interface StoreOf {
  readonly group: string
  readonly store: StoreName
}

/** What a group writes, and from what it makes it: names of topics. */
export interface OutputsOf {
  readonly group: string
  readonly from: string
  readonly to: string
}

/**
 * `begin` comes first and once: connect, join, and report `ready`. `start`: let the load flow (a member needs none).
 * `drain`: send no more, report `drained` when nothing is in flight. `stop`: leave as a well-behaved client does, and exit.
 * `kill`: where the client itself is another process, kill that one, put on record what it had said, and end by SIGKILL.
 */
export type Order =
  | { readonly order: 'begin', readonly setting: WorkerSetting, readonly client: ClientPlan, readonly driver: string }
  | { readonly order: 'audit', readonly setting: WorkerSetting, readonly audit: AuditOrder }
  | { readonly order: 'start' }
  | { readonly order: 'drain' }
  | { readonly order: 'stop' }
  | { readonly order: 'kill' }

/** What the audit of one partition came to. */
export interface AuditReport {
  readonly topic: string
  readonly partition: number
  readonly logStart: number
  readonly logEnd: number
  readonly complete: boolean
  readonly foreign: number
  readonly records: number
  readonly damagedBatches: number
  readonly reason?: string
}

/** How many records have an effect in a group's store, or an output. */
export interface EffectsCounted {
  readonly group: string
  readonly records: number
  /** Why there are none, where more is known of it. */
  readonly lack?: string
}

export type Report =
  | { readonly report: 'ready' }
  | { readonly report: 'drained' }
  | { readonly report: 'stopped' }
  | { readonly report: 'audited', readonly partitions: readonly AuditReport[], readonly withheld: number, readonly records: number, readonly effects: readonly EffectsCounted[] }
  | { readonly report: 'failed', readonly error: string }
  /** The client did what counts for nothing, and what a reader must know. */
  | { readonly report: 'trouble', readonly text: string }

export const isOrder = (message: unknown): message is Order =>
  typeof message === 'object' && message !== null && 'order' in message && typeof message.order === 'string'

export const isReport = (message: unknown): message is Report =>
  typeof message === 'object' && message !== null && 'report' in message && typeof message.report === 'string'

/** Whose a process is: which run's, and which harness's. */
export interface Marks {
  readonly run: string
  readonly owner: string
}

/** In an argument of a child process, in the environment of somebody's own program: where it begins so, the rest is said. */
export const markWords = {
  argument: { run: '--ackproof-run=', owner: '--ackproof-owner=' },
  environment: { run: 'ACKPROOF_RUN=', owner: 'ACKPROOF_OWNER=' }
} as const

const said = (words: readonly string[], mark: string): string | undefined => words.find(word => word.startsWith(mark))?.slice(mark.length)

/** Undefined, unless both marks are among the words. */
export const marksAmong = (words: readonly string[], marks: { readonly run: string, readonly owner: string }): Marks | undefined => {
  const [run, owner] = [said(words, marks.run), said(words, marks.owner)]

  return run === undefined || owner === undefined ? undefined : { run, owner }
}

/** In every child process's arguments, so that what a killed harness left behind is found in the process list. */
export const childMarks = (run: string): readonly string[] => [`${markWords.argument.run}${run}`, `${markWords.argument.owner}${currentOwner()}`]

/** Whose this process is: of a child process its harness's, and a harness's own, which is of no run. */
export const ownMarks = (): Marks => marksAmong(process.argv, markWords.argument) ?? { run: '', owner: currentOwner() }
