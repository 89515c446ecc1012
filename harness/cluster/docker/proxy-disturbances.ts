/**
 * What disturbances are in Toxiproxy's words, and who holds a proxy. Several may hold one at once, so each has toxics of its own
 * names and removes no others, and a proxy that is off is switched on again only when the last that wants it off has healed.
 *
 * Example: 1 is a black hole, 2 refuses. The proxy is off, with the toxics `1-black-hole-upstream` and `1-black-hole-downstream`;
 * when 2 heals it is on again, and still silent.
 */
import type { Proxy, Toxiproxy } from 'toxiproxy-node-client'
import type { Disturbance, Link, LinkDisturbance, LinkHold } from '../../model/cluster.ts'

interface ToxicPlan {
  readonly type: 'timeout' | 'bandwidth' | 'latency'
  readonly streams: readonly ('upstream' | 'downstream')[]
  readonly attributes: Readonly<Record<string, number>>
}

type Toxic = Exclude<Disturbance, { kind: 'refuse' }>

const both = ['upstream', 'downstream'] as const

/** `timeout: 0` swallows without a word; `bandwidth: 0` holds back and delivers later. */
const toxicsOf = (disturbance: Toxic): ToxicPlan => {
  switch (disturbance.kind) {
    case 'black-hole': return { type: 'timeout', streams: both, attributes: { timeout: 0 } }
    case 'stall': return { type: 'bandwidth', streams: both, attributes: { rate: 0 } }
    case 'drop-responses': return { type: 'timeout', streams: ['downstream'], attributes: { timeout: disturbance.closeAfterMs } }
    case 'latency': return { type: 'latency', streams: both, attributes: { latency: disturbance.latencyMs, jitter: disturbance.jitterMs } }
  }
}

/** What Toxiproxy says of a proxy. */
interface ProxyState {
  readonly enabled: boolean
  readonly toxics: readonly { readonly name: string, readonly type: string }[]
}

/** One proxy, and the disturbances that want it off. */
interface Held {
  readonly proxy: Proxy
  readonly state: () => Promise<ProxyState>
  readonly remove: (toxic: string) => Promise<void>
  readonly refusing: Set<number>
  /** Does one thing after the other, so that who switches off and who switches on never cross. */
  readonly inTurn: <Value>(step: () => Promise<Value>) => Promise<Value>
}

export const proxyDisturbances = (server: Toxiproxy, proxy: Proxy): Link['disturb'] => {
  let last: Promise<unknown> = Promise.resolve()
  let count = 0
  const held: Held = {
    proxy,
    refusing: new Set(),
    // Asked of the API itself: the client library leaves out the toxics of a proxy that it fetched.
    state: async () => (await server.api.get<ProxyState>(proxy.getPath())).data,
    remove: async toxic => { await server.api.delete(`${proxy.getPath()}/toxics/${toxic}`) },
    inTurn: step => {
      const turn = last.then(step)
      last = turn.catch(() => undefined)

      return turn
    }
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

      return { own: !enabled && refusing.has(id), others: refusing.size > (refusing.has(id) ? 1 : 0) || toxics.some(silences) }
    },
    [Symbol.asyncDispose]: heal
  }
}

const poison = async (held: Held, id: number, disturbance: Toxic): Promise<LinkDisturbance> => {
  const { proxy, inTurn, state, remove } = held
  const { type, streams, attributes } = toxicsOf(disturbance)
  const names = streams.map(stream => ({ stream, name: `${id}-${disturbance.kind}-${stream}` }))
  const isOwn = (toxic: string): boolean => names.some(({ name }) => name === toxic)
  const heal = (): Promise<void> => inTurn(async () => {
    const { toxics } = await state()
    await Promise.all(toxics.filter(({ name }) => isOwn(name)).map(({ name }) => remove(name)))
  })
  await undoneIfFailed(heal, () => inTurn(() => allSettledOrThrow(names.map(({ name, stream }) => proxy.addToxic({ name, type, stream, toxicity: 1, attributes })))))

  return {
    holds: async (): Promise<LinkHold> => {
      const { enabled, toxics } = await state()

      return {
        own: names.every(({ name }) => toxics.some(toxic => toxic.name === name)),
        others: !enabled || toxics.some(toxic => !isOwn(toxic.name) && silences(toxic))
      }
    },
    [Symbol.asyncDispose]: heal
  }
}

const silences = ({ type }: ProxyState['toxics'][number]): boolean => type !== 'latency'

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
