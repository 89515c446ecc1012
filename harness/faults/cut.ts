/**
 * Cuts links. As a black hole, the default, nothing passes and nobody is told, as when a cable is pulled; with `refuse`,
 * connections are closed and new ones refused, as when a process is gone but its machine answers.
 */
import type { Fault, LinkTarget } from '../model/fault.ts'
import { disturbLinks } from './disturb-links.ts'

export interface CutOptions {
  readonly how?: 'black-hole' | 'refuse'
}

export const cut = (target: LinkTarget, { how = 'black-hole' }: CutOptions = {}): Fault =>
  disturbLinks(target, { verb: 'cut', what: 'cut', disturbance: { kind: how } })
