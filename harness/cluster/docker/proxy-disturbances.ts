/**
 * What disturbances are in Toxiproxy's words, and who holds a proxy. Several may hold one at once, so each has toxics of its own
 * names and removes no others, and a proxy that is off is switched on again only when the last that wants it off has healed.
 *
 * Example: 1 is a black hole, 2 refuses. The proxy is off, with the toxics `1-black-hole-upstream` and `1-black-hole-downstream`;
 * when 2 heals it is on again, and still silent.
 */
import type { Proxy, Toxiproxy } from 'toxiproxy-node-client'
import type { Disturbance, LinkDisturbance, LinkHold, Way } from '../../model/cluster.ts'
import { oneAtATime, type InTurn } from './in-turn.ts'
import type { PacketLoss } from './packet-losses.ts'

type Stream = 'upstream' | 'downstream'

interface ToxicPlan {
  readonly type: 'timeout' | 'bandwidth' | 'latency' | 'reset_peer'
  readonly streams: readonly Stream[]
  readonly attributes: Readonly<Record<string, number>>
}

/** All that Toxiproxy can do to a link. */
export type ProxyDisturbance = Exclude<Disturbance, PacketLoss>
type Toxic = Exclude<ProxyDisturbance, { kind: 'refuse' }>

const both = ['upstream', 'downstream'] as const
const streamOf: Readonly<Record<Way, Stream>> = { requests: 'upstream', responses: 'downstream' }
const streamsOf = (only: Way | undefined): readonly Stream[] => only === undefined ? both : [streamOf[only]]

/** `timeout: 0` swallows without a word; `bandwidth: 0` holds back and delivers later. */
const toxicsOf = (disturbance: Toxic): ToxicPlan => {
  switch (disturbance.kind) {
    case 'reset': return { type: 'reset_peer', streams: both, attributes: { timeout: 0 } }
    case 'black-hole': return { type: 'timeout', streams: streamsOf(disturbance.only), attributes: { timeout: 0 } }
    case 'stall': return { type: 'bandwidth', streams: both, attributes: { rate: 0 } }
    case 'drop-responses': return { type: 'timeout', streams: ['downstream'], attributes: { timeout: disturbance.closeAfterMs } }
    case 'latency': return { type: 'latency', streams: streamsOf(disturbance.only), attributes: { latency: disturbance.latencyMs, jitter: disturbance.jitterMs } }
    case 'bandwidth': return { type: 'bandwidth', streams: both, attributes: { rate: disturbance.kilobytesPerSecond } }
  }
}

interface ToxicState {
  readonly name: string
  readonly type: string
  readonly attributes: Readonly<Record<string, number>>
}

/** What Toxiproxy says of a proxy. */
interface ProxyState {
  readonly enabled: boolean
  readonly toxics: readonly ToxicState[]
}

/** One proxy, and the disturbances that want it off. */
interface Held {
  readonly proxy: Proxy
  readonly state: () => Promise<ProxyState>
  readonly remove: (toxic: string) => Promise<void>
  readonly refusing: Set<number>
  /** So that who switches off and who switches on never cross. */
  readonly inTurn: InTurn
  /** It is disturbed in another way than by Toxiproxy. */
  readonly otherwise: () => boolean
}

export const proxyDisturbances = (server: Toxiproxy, proxy: Proxy, otherwise: () => boolean = () => false): ((disturbance: ProxyDisturbance) => Promise<LinkDisturbance>) => {
  let count = 0
  const held: Held = {
    proxy,
    refusing: new Set(),
    // Asked of the API itself: the client library leaves out the toxics of a proxy that it fetched.
    state: async () => (await server.api.get<ProxyState>(proxy.getPath())).data,
    remove: async toxic => { await server.api.delete(`${proxy.getPath()}/toxics/${toxic}`) },
    inTurn: oneAtATime(),
    otherwise
  }

  return disturbance => {
    count += 1

    return disturbance.kind === 'refuse' ? refuse(held, count) : poison(held, count, disturbance)
  }
}

const refuse = async (held: Held, id: number): Promise<LinkDisturbance> => {
  const { proxy, refusing, inTurn, state } = held
  const heal = (): Promise<void> => inTurn(async () => {
    if (refusing.has(id) && refusing.size === 1) await switchProxy(proxy, 'on')
    refusing.delete(id)
  })
  await undoneIfFailed(heal, () => inTurn(async () => {
    refusing.add(id)
    await switchProxy(proxy, 'off')
  }))

  return {
    holds: async (): Promise<LinkHold> => {
      const { enabled, toxics } = await state()

      return { own: !enabled && refusing.has(id), others: refusing.size > (refusing.has(id) ? 1 : 0) || couldSilence(toxics) || held.otherwise() }
    },
    [Symbol.asyncDispose]: heal
  }
}

const poison = async (held: Held, id: number, disturbance: Toxic): Promise<LinkDisturbance> => {
  const { proxy, inTurn, state, remove } = held
  const plan = toxicsOf(disturbance)
  const names = plan.streams.map(stream => ({ stream, name: `${id}-${disturbance.kind}-${stream}` }))
  const isOwn = (toxic: string): boolean => names.some(({ name }) => name === toxic)
  const add = (): Promise<void> => allSettledOrThrow(names.map(({ name, stream }) => proxy.addToxic({ name, type: plan.type, stream, toxicity: 1, attributes: plan.attributes })))
  const heal = (): Promise<void> => inTurn(async () => {
    const { enabled, toxics } = await state()
    await Promise.all(toxics.filter(({ name }) => isOwn(name)).map(({ name }) => remove(name)))
    // Off, though nobody wants it off: renewing its connections failed half-way.
    if (!enabled && held.refusing.size === 0) await switchProxy(proxy, 'on')
  })
  await undoneIfFailed(heal, () => inTurn(async () => {
    await add()
    if (disturbance.kind === 'reset') await renewConnections(held)
  }))

  return {
    holds: async (): Promise<LinkHold> => {
      const { enabled, toxics } = await state()
      const others = toxics.filter(({ name }) => !isOwn(name))

      return {
        own: names.every(({ name }) => toxics.some(toxic => toxic.name === name)),
        others: !enabled || held.otherwise() || (slows(disturbance) ? others.length > 0 : couldSilence(others))
      }
    },
    [Symbol.asyncDispose]: heal
  }
}

/** `reset_peer` meets only connections that are opened after it was added. */
const renewConnections = async ({ proxy, refusing }: Held): Promise<void> => {
  if (refusing.size > 0) return

  await switchProxy(proxy, 'off')
  await switchProxy(proxy, 'on')
}

const slows = ({ kind }: Toxic): boolean => kind === 'latency' || kind === 'bandwidth'

/** A second's delay in all, both ways, is half of what a question has time for: from then on it could be taken for silence. */
const silentFromMs = 1000

const couldSilence = (toxics: readonly ToxicState[]): boolean => {
  const delayMs = toxics.filter(({ type }) => type === 'latency').reduce((sum, { attributes: { latency = 0, jitter = 0 } }) => sum + latency + jitter, 0)

  return delayMs >= silentFromMs || toxics.some(({ type, attributes: { rate } }) => type === 'timeout' || type === 'reset_peer' || (type === 'bandwidth' && rate === 0))
}

const switchProxy = async (proxy: Proxy, to: 'on' | 'off'): Promise<void> => {
  await proxy.update({ enabled: to === 'on', listen: proxy.listen, upstream: proxy.upstream })
}

/** Waits for all also when one has failed: what is still being added could not be removed. */
const allSettledOrThrow = async (steps: readonly Promise<unknown>[]): Promise<void> => {
  const failed = (await Promise.allSettled(steps)).find(result => result.status === 'rejected')
  if (failed) throw failed.reason
}

const undoneIfFailed = async (undo: () => Promise<void>, step: () => Promise<void>): Promise<void> => {
  try {
    await step()
  } catch (error) {
    // What cannot be undone either is told by the error that led here.
    await undo().catch(() => undefined)
    throw error
  }
}
