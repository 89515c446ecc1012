/**
 * Toxiproxy as the cluster's only junction: one proxy for each directed link, made through its HTTP API. What a disturbance of
 * one is in Toxiproxy's words stands in `proxy-disturbances.ts`.
 */
import pRetry from 'p-retry'
import { Toxiproxy } from 'toxiproxy-node-client'
import type { Link } from '../../model/cluster.ts'
import type { PacketLosses } from './packet-losses.ts'
import { proxyDisturbances } from './proxy-disturbances.ts'
import type { LinkPlan } from '../topology.ts'
import { upstreamHost } from '../topology.ts'

export interface ToxiproxyControl {
  /** Waits until its API answers. */
  readonly ready: (deadline: { readonly milliseconds: number }) => Promise<void>
  readonly version: () => Promise<string>
  readonly createLinks: (plans: readonly LinkPlan[], listenHost: (plan: LinkPlan) => string, losses: PacketLosses) => Promise<readonly Link[]>
}

export const toxiproxyAt = (url: string): ToxiproxyControl => {
  const server = new Toxiproxy(url)

  return {
    ready: async ({ milliseconds }) => {
      await pRetry(() => server.getVersion(), { retries: Math.ceil(milliseconds / 50), factor: 1, minTimeout: 50, maxRetryTime: milliseconds })
    },
    version: async () => versionIn(await server.getVersion()),
    createLinks: async (plans, listenHost, losses) => {
      const proxies = await server.populate(plans.map(plan => ({
        name: plan.name,
        listen: `${listenHost(plan)}:${plan.port}`,
        upstream: `${upstreamHost(plan.to)}:${plan.port}`,
        enabled: true
      })))
      const byName = new Map(Object.values(proxies).map(proxy => [proxy.name, proxy]))

      return plans.flatMap(plan => {
        const proxy = byName.get(plan.name)
        if (!proxy) throw new Error(`Toxiproxy did not create the proxy ${plan.name}.`)

        if (!isClientLink(plan)) return []
        const { name, plane, from, to, port } = plan
        const disturbProxy = proxyDisturbances(server, proxy, () => losses.hold(name))

        return [{
          name, plane, from, to,
          disturb: disturbance => disturbance.kind === 'packet-loss' ? losses.begin({ link: name, address: listenHost(plan), port }, disturbance) : disturbProxy(disturbance)
        }]
      })
    }
  }
}

/** The listener for clients in containers is a way in like the others, but no role of its own: it is not offered as a link. */
const isClientLink = (plan: LinkPlan): plan is LinkPlan & { readonly from: Link['from'] } => plan.from !== 'container'

/** Toxiproxy 2.x answers `{"version": "2.12.0"}`, older ones the bare number. */
const versionIn = (answer: string): string => /\d+\.\d+\.\d+/.exec(answer)?.[0] ?? answer.trim()
