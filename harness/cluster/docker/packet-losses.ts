/**
 * Loses packets of links, by iptables in the network of Toxiproxy's container, where every link arrives. Rules name the address and the
 * port on which a link's proxy listens, so that they hit one directed link and no other. They are gone when the container is, which
 * bears the run's labels before any rule is set: that is their undo, also after the harness was killed.
 *
 * What is lost is a packet of the machine's own networks, which may be as long as 64 KiB, for nothing cuts it up.
 */
import type { Disturbance, LinkDisturbance } from '../../model/cluster.ts'
import { oneAtATime } from './in-turn.ts'
import { lossRules, packetsOf, removalOf, type SetRule } from './loss-rules.ts'
import { namespaceOf, type NetworkNamespace } from './network-namespace.ts'
import type { Docker } from './runtime.ts'

export type PacketLoss = Extract<Disturbance, { kind: 'packet-loss' }>

/** Where a link's proxy listens. */
interface Listening {
  readonly link: string
  readonly address: string
  readonly port: number
}

export interface PacketLosses {
  readonly begin: (where: Listening, loss: PacketLoss) => Promise<LinkDisturbance>
  /** Whether a link loses packets now. */
  readonly hold: (link: string) => boolean
}

export const packetLossesIn = (docker: Docker, container: string): PacketLosses => {
  const inTurn = oneAtATime()
  const inForce = new Map<string, string>()
  let count = 0

  return {
    begin: async ({ link, address, port }, { percent, only }) => {
      const id = String(count += 1)
      const ways = only === undefined ? ['requests', 'responses'] as const : [only]
      const namespace = await namespaceOf(docker, container)
      const own = async (): Promise<readonly SetRule[]> => (await namespace.rules()).filter(rule => rule.id === id)
      const heal = (): Promise<void> => inTurn(async () => {
        await removeRules(namespace, await own())
        inForce.delete(id)
      })
      inForce.set(id, link)
      try {
        await inTurn(() => namespace.change(lossRules({ id, address, port, percent, ways })))
      } catch (error) {
        // What cannot be undone either is told by the error that led here.
        await heal().catch(() => undefined)
        throw error
      }

      return {
        holds: async () => {
          const rules = await own()

          // Its own rules count nothing but what they themselves have dropped, whatever else holds the link.
          return { own: rules.length === 2 * ways.length, others: false, packets: packetsOf(rules) }
        },
        [Symbol.asyncDispose]: heal
      }
    },
    hold: link => [...inForce.values()].includes(link)
  }
}

const removeRules = async (namespace: NetworkNamespace, rules: readonly SetRule[]): Promise<void> => {
  if (rules.length > 0) await namespace.change(removalOf(rules))
}
