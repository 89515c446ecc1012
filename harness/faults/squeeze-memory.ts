/**
 * Limits how much memory nodes get, the pages of files included that the kernel keeps for them. What fits in is served more slowly, for
 * files are read again; what does not makes the kernel end the process. Which of both it was, the evidence says. Less than a node's
 * process holds itself may be refused at once, by older kernels (cgroups of the first generation), or end it at once.
 */
import type { Fault, NodeTarget } from '../model/fault.ts'
import { refuseUnless } from './refusals.ts'
import { squeezeNodes } from './squeeze-nodes.ts'

export interface SqueezeMemoryOptions {
  /** A megabyte is 2^20 bytes. */
  readonly megabytes: number
}

/** No Java process lives in less. */
const least = 64
const most = 1_048_576

export const squeezeMemory = (target: NodeTarget, { megabytes }: SqueezeMemoryOptions): Fault => {
  refuseUnless(Number.isInteger(megabytes) && megabytes >= least && megabytes <= most, `\`squeezeMemory\` is asked for ${megabytes} megabytes; it takes a whole number from ${least} to ${most}`)

  return squeezeNodes(target, {
    into: `into ${megabytes} MB of memory`,
    what: 'squeeze-memory',
    limit: { kind: 'memory', megabytes },
    felt: refusals => `was at its limit of ${megabytes} MB, which refused it memory ${refusals} times`,
    notFelt: `never wanted more than its ${megabytes} MB`
  })
}
