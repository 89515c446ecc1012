/**
 * Cuts links. As a black hole, the default, nothing passes and nobody is told, as when a cable is pulled; with `refuse`,
 * connections are closed and new ones refused, as when a process is gone but its machine answers. A black hole may swallow `only`
 * the requests, or only the responses: then what was asked is done, and whoever asked goes on waiting.
 */
import type { Way } from '../model/cluster.ts'
import type { Fault, LinkTarget } from '../model/fault.ts'
import { disturbLinks } from './disturb-links.ts'
import { refuseUnless } from './refusals.ts'
import { leavesUnanswered } from './unanswered.ts'

export interface CutOptions {
  readonly how?: 'black-hole' | 'refuse'
  /** One way alone, of a black hole. Default: both. */
  readonly only?: Way
}

export const cut = (target: LinkTarget, { how = 'black-hole', only }: CutOptions = {}): Fault => {
  refuseUnless(how === 'black-hole' || only === undefined, `\`cut\` cannot refuse only ${only}: a connection is refused as a whole`)

  return disturbLinks(target, {
    verb: only === undefined ? 'cut' : `cut the ${only} on`,
    what: 'cut',
    disturbance: how === 'refuse' ? { kind: how } : { kind: how, ...only === undefined ? {} : { only } },
    proof: leavesUnanswered(how)
  })
}
