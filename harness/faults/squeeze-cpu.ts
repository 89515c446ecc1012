/** Limits how much CPU nodes get, as a neighbour on the same machine does who takes it all. */
import type { Fault, NodeTarget } from '../model/fault.ts'
import { refuseUnless } from './refusals.ts'
import { squeezeNodes } from './squeeze-nodes.ts'

export interface SqueezeCpuOptions {
  /** 0.2: a fifth of one core. */
  readonly cores: number
}

/** The least that the kernel's scheduler can give. */
const least = 0.01
const most = 64

export const squeezeCpu = (target: NodeTarget, { cores }: SqueezeCpuOptions): Fault => {
  refuseUnless(cores >= least && cores <= most, `\`squeezeCpu\` is asked for ${cores} cores; it takes from ${least} to ${most}`)

  return squeezeNodes(target, {
    into: `into ${cores} CPU cores`,
    what: 'squeeze-cpu',
    limit: { kind: 'cpu', cores },
    felt: refusals => `had used up its ${cores} cores in ${refusals} periods of the scheduler`,
    notFelt: `never used up its ${cores} cores`
  })
}
