/**
 * Limits how much each connection of links carries, each way. A request of known length proves it: at that rate it takes half a second
 * at least, and it took less than half of that before.
 */
import type { Fault, LinkTarget } from '../model/fault.ts'
import { disturbLinks } from './disturb-links.ts'
import { refuseUnless } from './refusals.ts'
import { slowsDown } from './slowed.ts'

export interface BandwidthOptions {
  /** Of each connection, each way; a kilobyte is 1000 bytes. */
  readonly kilobytesPerSecond: number
}

/** More would take requests of more than half a megabyte, which is load enough for a question that several links answer at once. */
const mostKilobytes = 1000
const requestTakesMs = 500
/** How far Toxiproxy's timers and the time that is measured may be apart. */
const toleranceMs = 20

export const bandwidth = (target: LinkTarget, { kilobytesPerSecond }: BandwidthOptions): Fault => {
  refuseUnless(Number.isInteger(kilobytesPerSecond) && kilobytesPerSecond >= 1 && kilobytesPerSecond <= mostKilobytes,
    `\`bandwidth\` is asked for ${kilobytesPerSecond} kilobytes a second; it takes a whole number from 1 to ${mostKilobytes}`)

  return disturbLinks(target, {
    verb: `limit to ${kilobytesPerSecond} kB/s`,
    what: 'bandwidth',
    disturbance: { kind: 'bandwidth', kilobytesPerSecond },
    proof: slowsDown({
      question: { milliseconds: requestTakesMs + 3000, requestBytes: kilobytesPerSecond * requestTakesMs },
      asks: 3,
      leastMs: beforeMs => Math.max(requestTakesMs - toleranceMs, 2 * beforeMs)
    })
  })
}
