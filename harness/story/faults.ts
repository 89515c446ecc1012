/** Disturbances as stretches of time: when each struck, until when it was in force, and whom it met. */
import { byTime, type LineOf } from './lines.ts'

export interface FaultSpan {
  /** As the nemesis named it, without its number in the schedule. */
  readonly name: string
  readonly what: string | null
  readonly whom: string | null
  readonly brokers: readonly number[]
  /** When it was begun, or, where no line tells, when it was in force. */
  readonly from: number
  /** When it was in force; null: it never was, as far as is known. */
  readonly injectedAt: number | null
  /** Infinity: never healed. */
  readonly until: number
  readonly evidence: string | false | null
}

export const faultSpans = (lines: readonly LineOf<'fault'>[]): readonly FaultSpan[] => {
  const spans: Mutable<FaultSpan>[] = []
  const open = new Map<string, Mutable<FaultSpan>>()

  for (const line of byTime(lines)) {
    const known = open.get(line.fault)
    const span = known ?? emptySpan(line)
    if (known === undefined) {
      spans.push(span)
      open.set(line.fault, span)
    }
    span.what = line.what ?? span.what
    span.whom = line.whom ?? span.whom
    if (line.brokers !== undefined) span.brokers = line.brokers
    if (line.phase === 'injected') {
      span.injectedAt = line.at
      span.evidence = line.evidence ?? null
    }
    if (line.phase === 'healed') {
      span.until = line.at
      open.delete(line.fault)
    }
  }

  return spans
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const emptySpan = ({ fault, at }: LineOf<'fault'>): Mutable<FaultSpan> => ({
  name: fault.replace(/^\d+: /, ''), what: null, whom: null, brokers: [], from: at, injectedAt: null, until: Infinity, evidence: null
})

export const overlaps = ({ from, until }: FaultSpan, during: { readonly from: number, readonly to: number }): boolean =>
  from <= during.to && until >= during.from

/** It struck or was in force at some moment of that time; what was looked for and not found never was. */
export const isInForce = (fault: FaultSpan, during: { readonly from: number, readonly to: number }): boolean =>
  fault.injectedAt !== null && fault.evidence !== false && overlaps(fault, during)

/** These touch links and clients, but no broker's log. Whatever else it was, a broker may have lost what it had. */
const sparesLogs = new Set(['cut', 'stall', 'drop-responses', 'latency', 'bandwidth', 'reset', 'kill-client', 'freeze-client'])

export const maySpoilLogs = ({ what }: FaultSpan): boolean => what === null || !sparesLogs.has(what)

/** The last fault that met this broker and struck before that moment, and was still in force or had just been healed. */
export const lastFaultOn = (spans: readonly FaultSpan[], broker: number, before: number): FaultSpan | undefined =>
  spans.filter(({ brokers, from, injectedAt, evidence }) => brokers.includes(broker) && from <= before && injectedAt !== null && evidence !== false)
    .filter(({ until }) => until >= before)
    .at(-1)

/** `“kill the leader of orders” (broker 1)`. */
export const faultName = ({ name, whom, brokers }: FaultSpan): string => {
  const met = whom ?? (brokers.length === 0 ? null : `broker ${brokers.join(', ')}`)

  return `“${name}”${met === null ? '' : ` (${met})`}`
}
