/** Which kinds of faults the Docker provider offers on this machine; each absent one with its reason, which a skipped experiment repeats. */
import type { Capabilities, Capability } from '../../model/cluster.ts'
import { whyNoDisks } from './disks-here.ts'
import { engineFacts, whyNoCgroups, whyNoLimits } from './engine-facts.ts'
import { whyNoPacketLoss } from './packet-loss-here.ts'
import { whyNoThrottle } from './throttle-here.ts'

export const dockerCapabilities = async (): Promise<Capabilities> => {
  const facts = await engineFacts()

  return {
    'links': { available: true },
    'pause': presentUnless(whyNoCgroups(facts)),
    'limits': presentUnless(whyNoLimits(facts)),
    'disks': presentUnless(await whyNoDisks(facts)),
    'throttle': presentUnless(whyNoThrottle(facts)),
    'packet-loss': presentUnless(await whyNoPacketLoss(facts))
  }
}

const presentUnless = (reason: string | undefined): Capabilities[Capability] => reason === undefined ? { available: true } : { available: false, reason }
