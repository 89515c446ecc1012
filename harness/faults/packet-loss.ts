/**
 * Loses some of the packets of links, each by chance: what TCP sends again costs time, and connections stay. It bit if the rules that
 * drop packets have dropped some by the time it is healed; before, nothing need have come by.
 */
import type { LinkHold, Way } from '../model/cluster.ts'
import type { Fault, LinkTarget } from '../model/fault.ts'
import { disturbLinks, type LinkFault } from './disturb-links.ts'
import { refuseUnless } from './refusals.ts'

export interface PacketLossOptions {
  /** How many of a hundred packets are lost, on average. */
  readonly percent: number
  /** The packets of one way alone: to whom is asked, or to who asks. Default: both. */
  readonly only?: Way
}

/** Of less, a fault of some seconds may well see none. With more, hardly any connection comes about: that is rather a `cut`. */
const [least, most] = [1, 90]

export const packetLoss = (target: LinkTarget, { percent, only }: PacketLossOptions): Fault => {
  refuseUnless(percent >= least && percent <= most, `\`packetLoss\` is asked for ${percent} percent; it takes from ${least} to ${most}`)

  return {
    ...disturbLinks(target, {
      verb: `lose ${percent} % of the packets ${only === undefined ? '' : `of ${only} `}on`,
      what: 'packet-loss',
      disturbance: { kind: 'packet-loss', percent, ...only === undefined ? {} : { only } },
      proof: losesPackets,
      provenByCount: true
    }),
    needs: ['links', 'packet-loss']
  }
}

const losesPackets: LinkFault['proof'] = async (_, links) => async ({ holds, moment }) => ({
  against: links.map(({ name }) => ({ link: name, problems: moment === 'healing' ? problemsWith(name, holds.get(name)) : [] })),
  doubts: [],
  shown: links.map(({ name }) => shownBy(name, holds.get(name))).join('; ')
})

const problemsWith = (name: string, hold: LinkHold | undefined): readonly string[] => {
  if (hold?.packets === undefined) return [`${name}: nobody counted its packets`]
  const { seen, lost } = hold.packets

  return seen === 0 ? [`${name}: not one packet came by`] : lost === 0 ? [`${name}: none of ${seen} packets was lost`] : []
}

const shownBy = (name: string, hold: LinkHold | undefined): string =>
  hold?.packets === undefined || hold.packets.seen === 0 ? `${name}: its rules are in place` : `${name}: ${hold.packets.lost} of ${hold.packets.seen} packets lost`
