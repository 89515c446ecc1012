/**
 * Toxiproxy as the cluster's only junction: one proxy for each directed link. Everything here speaks its HTTP API; what a
 * disturbance means in Toxiproxy's words is decided in one place, `toxicsOf`.
 */
import pRetry from 'p-retry'
import { Toxiproxy, type Proxy } from 'toxiproxy-node-client'
import type { Disturbance, Link } from '../../model/cluster.ts'
import type { LinkPlan } from '../topology.ts'
import { upstreamHost } from '../topology.ts'

interface ToxicPlan {
  readonly type: 'timeout' | 'bandwidth' | 'latency'
  readonly streams: readonly ('upstream' | 'downstream')[]
  readonly attributes: Readonly<Record<string, number>>
}

const both = ['upstream', 'downstream'] as const

/** `timeout: 0` swallows without a word; `bandwidth: 0` holds back and delivers later; a proxy that is off refuses. */
const toxicsOf = (disturbance: Exclude<Disturbance, { kind: 'refuse' }>): ToxicPlan => {
  switch (disturbance.kind) {
    case 'black-hole': return { type: 'timeout', streams: both, attributes: { timeout: 0 } }
    case 'stall': return { type: 'bandwidth', streams: both, attributes: { rate: 0 } }
    case 'drop-responses': return { type: 'timeout', streams: ['downstream'], attributes: { timeout: disturbance.closeAfterMs } }
    case 'latency': return { type: 'latency', streams: both, attributes: { latency: disturbance.latencyMs, jitter: disturbance.jitterMs } }
  }
}

export interface ToxiproxyControl {
  /** Waits until its API answers. */
  readonly ready: (deadline: { readonly milliseconds: number }) => Promise<void>
  readonly version: () => Promise<string>
  readonly createLinks: (plans: readonly LinkPlan[], listenHost: (plan: LinkPlan) => string) => Promise<readonly Link[]>
}

export const toxiproxyAt = (url: string): ToxiproxyControl => {
  const server = new Toxiproxy(url)

  return {
    ready: async ({ milliseconds }) => {
      await pRetry(() => server.getVersion(), { retries: Math.ceil(milliseconds / 50), factor: 1, minTimeout: 50, maxRetryTime: milliseconds })
    },
    version: async () => versionIn(await server.getVersion()),
    createLinks: async (plans, listenHost) => {
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

        return isClientLink(plan) ? [linkOn(server, plan, proxy)] : []
      })
    }
  }
}

/** The listener for clients in containers is a way in like the others, but no role of its own: it is not offered as a link. */
const isClientLink = (plan: LinkPlan): plan is LinkPlan & { readonly from: Link['from'] } => plan.from !== 'container'

/** Toxiproxy 2.x answers `{"version": "2.12.0"}`, older ones the bare number. */
const versionIn = (answer: string): string => /\d+\.\d+\.\d+/.exec(answer)?.[0] ?? answer.trim()

const linkOn = (server: Toxiproxy, plan: LinkPlan & { readonly from: Link['from'] }, proxy: Proxy): Link => ({
  name: plan.name,
  plane: plan.plane,
  from: plan.from,
  to: plan.to,
  disturb: async disturbance => {
    if (disturbance.kind === 'refuse') {
      await proxy.update({ enabled: false, listen: proxy.listen, upstream: proxy.upstream })

      return
    }
    const { type, streams, attributes } = toxicsOf(disturbance)
    await Promise.all(streams.map(stream =>
      proxy.addToxic({ name: `${disturbance.kind}-${stream}`, type, stream, toxicity: 1, attributes })))
  },
  heal: async () => {
    // Asked of the API itself: the client library leaves out the toxics of a proxy that it fetched.
    const { data: now } = await server.api.get<{ readonly enabled: boolean, readonly toxics: readonly { readonly name: string }[] }>(proxy.getPath())
    await Promise.all(now.toxics.map(toxic => server.api.delete(`${proxy.getPath()}/toxics/${toxic.name}`)))
    if (!now.enabled) await proxy.update({ enabled: true, listen: proxy.listen, upstream: proxy.upstream })
  }
})
