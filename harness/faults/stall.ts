/** Holds back every byte of links, both ways, and delivers all of them when it heals: a path that freezes and thaws. */
import type { Fault, LinkTarget } from '../model/fault.ts'
import { disturbLinks } from './disturb-links.ts'
import { leavesUnanswered } from './unanswered.ts'

export const stall = (target: LinkTarget): Fault =>
  disturbLinks(target, { verb: 'stall', what: 'stall', disturbance: { kind: 'stall' }, proof: leavesUnanswered('stall') })
