/**
 * Closes the connections of links, and ends each new one with a reset (RST) as soon as it carries a byte, as a firewall does that
 * has forgotten what it knew. Clients come by ports that the container engine forwards, and see their connections end at once.
 */
import type { Fault, LinkTarget } from '../model/fault.ts'
import { disturbLinks } from './disturb-links.ts'
import { leavesUnanswered } from './unanswered.ts'

export const reset = (target: LinkTarget): Fault =>
  disturbLinks(target, { verb: 'reset', what: 'reset', disturbance: { kind: 'reset' }, proof: leavesUnanswered('reset') })
