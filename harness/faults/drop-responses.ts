/**
 * Lets requests through and swallows the responses, then closes the connection: what was asked is done, and the one who asked
 * does not know. The best source of duplicates. The connection is closed `after` the first response was swallowed.
 */
import { milliseconds, type Duration } from '../model/duration.ts'
import type { Fault, LinkTarget } from '../model/fault.ts'
import { disturbLinks } from './disturb-links.ts'
import { leavesUnanswered } from './unanswered.ts'

export interface DropResponsesOptions {
  readonly closeAfter?: Duration
}

export const dropResponses = (target: LinkTarget, { closeAfter = milliseconds(200) }: DropResponsesOptions = {}): Fault =>
  disturbLinks(target, {
    verb: 'drop responses on',
    what: 'drop-responses',
    disturbance: { kind: 'drop-responses', closeAfterMs: closeAfter.milliseconds },
    proof: leavesUnanswered('drop-responses')
  })
