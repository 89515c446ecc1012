/**
 * Delays every byte of links by a time, more or less `jitter`: each way, or `only` what is asked or what is answered. It is proven by
 * answers that take at least half as much longer as was asked for, so the jitter may be no more than half of the delay.
 */
import type { Way } from '../model/cluster.ts'
import { describeDuration, type Duration } from '../model/duration.ts'
import type { Fault, LinkTarget } from '../model/fault.ts'
import { disturbLinks } from './disturb-links.ts'
import { refuseUnless } from './refusals.ts'
import { slowsDown } from './slowed.ts'

export interface LatencyOptions {
  /** Each way. */
  readonly of: Duration
  /** Default: none. */
  readonly jitter?: Duration
  /** One way alone. Default: both. */
  readonly only?: Way
}

/** A machine under load takes about as long as this by itself; what is less could not be told apart from it. */
const leastMs = 20
const mostMs = 10_000
/** A delay of a second is no pause of the machine, and asking three times would take long. */
const askOnceFromMs = 1000

export const latency = (target: LinkTarget, { of: delay, jitter = { milliseconds: 0 }, only }: LatencyOptions): Fault => {
  const [latencyMs, jitterMs] = [delay.milliseconds, jitter.milliseconds]
  refuseUnless(latencyMs >= leastMs && latencyMs <= mostMs, `\`latency\` is asked for ${describeDuration(delay)}; it can be proven from ${leastMs} ms to ${mostMs / 1000} s`)
  refuseUnless(jitterMs >= 0 && jitterMs <= latencyMs / 2, `\`latency\` of ${describeDuration(delay)} is asked for a jitter of ${describeDuration(jitter)}; it can be proven with up to half of the delay`)
  const ways = only === undefined ? 2 : 1
  const addedMs = ways * latencyMs

  return disturbLinks(target, {
    verb: `delay ${only === undefined ? '' : `the ${only} `}by ${describeDuration(delay)}${jitterMs > 0 ? ` ± ${describeDuration(jitter)}` : ''} on`,
    what: 'latency',
    disturbance: { kind: 'latency', latencyMs, jitterMs, ...only === undefined ? {} : { only } },
    proof: slowsDown({
      question: { milliseconds: addedMs + ways * jitterMs + 2000 },
      asks: addedMs >= askOnceFromMs ? 1 : 3,
      leastMs: beforeMs => beforeMs + addedMs / 2
    })
  })
}
