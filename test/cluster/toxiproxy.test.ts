/** Disturbances of links, held against a stand-in that keeps proxies and toxics as Toxiproxy's API does. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PacketLosses } from '../../harness/cluster/docker/packet-losses.ts'
import { toxiproxyAt } from '../../harness/cluster/docker/toxiproxy.ts'
import { linkPlans, nodePlans } from '../../harness/cluster/topology.ts'
import { brokers, type Disturbance, type Link, type LinkDisturbance } from '../../harness/model/cluster.ts'

interface StandInProxy {
  readonly name: string
  enabled: boolean
  toxics: { readonly name: string, readonly type: string, readonly stream: string, readonly attributes: Readonly<Record<string, number>> }[]
}

const proxies = new Map<string, StandInProxy>()
/** A toxic of this name is refused. */
let refused = ''
/** What proxies were switched to, in order. */
let switched: boolean[] = []
/** To switch a proxy on fails so many times. */
let staysOff = 0
let server: Server

interface Answer {
  readonly status: number
  readonly body?: unknown
}

const answerTo = (method: string, path: readonly string[], body: string): Answer => {
  const [kind, name = '', , toxic] = path
  if (kind === 'populate') {
    for (const plan of JSON.parse(body) as StandInProxy[]) proxies.set(plan.name, { ...plan, toxics: [] })

    return { status: 201, body: { proxies: [...proxies.values()] } }
  }
  const proxy = proxies.get(decodeURIComponent(name))
  if (!proxy) return { status: 404, body: { error: 'proxy not found' } }
  if (path.length === 2) {
    if (method === 'POST') {
      const { enabled } = JSON.parse(body) as StandInProxy
      if (enabled && staysOff > 0) {
        staysOff -= 1

        return { status: 500, body: { error: 'stays off' } }
      }
      switched.push(enabled)
      proxy.enabled = enabled
    }

    return { status: 200, body: proxy }
  }
  if (method === 'DELETE') {
    const known = proxy.toxics.length
    proxy.toxics = proxy.toxics.filter(one => one.name !== toxic)

    return { status: proxy.toxics.length < known ? 204 : 404, body: {} }
  }
  const added = JSON.parse(body) as StandInProxy['toxics'][number]
  if (proxy.toxics.some(one => one.name === added.name)) return { status: 409, body: { error: 'toxic already exists' } }
  if (refused !== '' && added.name.endsWith(refused)) return { status: 500, body: { error: 'refused' } }
  proxy.toxics.push(added)

  return { status: 200, body: added }
}

beforeEach(async () => {
  proxies.clear()
  refused = ''
  switched = []
  staysOff = 0
  server = createServer((request, response) => {
    void text(request).then(body => {
      const { status, body: answer } = answerTo(request.method ?? '', (request.url ?? '').split('/').slice(1), body)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(status === 204 ? undefined : JSON.stringify(answer))
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
})

afterEach(async () => {
  await new Promise(resolve => {
    server.close(resolve)
    server.closeAllConnections()
  })
})

/** The links that lose packets, by something else than Toxiproxy. */
const lossy = new Set<string>()
afterEach(() => { lossy.clear() })
const losses: PacketLosses = {
  begin: ({ link, address, port }, { percent }) => Promise.reject(new Error(`asked to lose ${percent} % of ${link} at ${address}:${port}`)),
  hold: link => lossy.has(link)
}

const oneLink = async (): Promise<{ readonly link: Link, readonly proxy: () => StandInProxy }> => {
  const links = await toxiproxyAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).createLinks(linkPlans(nodePlans(brokers(3))), () => '0.0.0.0', losses)
  const link = links.find(({ name }) => name === 'data:2->1')
  if (!link) throw new Error('There is no such link.')

  return {
    link,
    proxy: () => {
      const proxy = proxies.get(link.name)
      if (!proxy) throw new Error('There is no such proxy.')

      return proxy
    }
  }
}

const heal = (disturbance: LinkDisturbance): PromiseLike<void> => disturbance[Symbol.asyncDispose]()

const kinds: readonly Disturbance[] = [
  { kind: 'black-hole' }, { kind: 'black-hole', only: 'responses' }, { kind: 'stall' }, { kind: 'drop-responses', closeAfterMs: 200 }, { kind: 'reset' }
]

test.each(kinds)('healing $kind ($only) leaves another disturbance of the link in place, also one of its own kind', async disturbance => {
  const { link, proxy } = await oneLink()
  const one = await link.disturb(disturbance)
  const count = proxy().toxics.length
  const other = await link.disturb(disturbance)
  expect(proxy().toxics).toHaveLength(2 * count)

  await heal(one)
  expect(proxy().toxics).toHaveLength(count)
  expect(await one.holds()).toMatchObject({ own: false })
  expect(await other.holds()).toEqual({ own: true, others: false })
  await heal(one)
  await heal(other)
  expect(proxy().toxics).toEqual([])
})

const slowing: readonly Disturbance[] = [
  { kind: 'latency', latencyMs: 10, jitterMs: 1 }, { kind: 'latency', latencyMs: 10, jitterMs: 0, only: 'requests' }, { kind: 'bandwidth', kilobytesPerSecond: 50 }
]

test.each(slowing)('of two that slow a link down ($kind) neither can be told from the other, and each heals its own', async disturbance => {
  const { link, proxy } = await oneLink()
  const [one, other] = [await link.disturb(disturbance), await link.disturb({ kind: 'latency', latencyMs: 20, jitterMs: 0 })]
  expect(await one.holds()).toEqual({ own: true, others: true })

  await heal(other)
  expect(await one.holds()).toEqual({ own: true, others: false })
  await heal(one)
  expect(proxy().toxics).toEqual([])
})

test('a disturbance of one way is a toxic of one stream, with the figures that were asked for', async () => {
  const { link, proxy } = await oneLink()
  await link.disturb({ kind: 'latency', latencyMs: 100, jitterMs: 20, only: 'requests' })
  await link.disturb({ kind: 'black-hole', only: 'responses' })
  await link.disturb({ kind: 'bandwidth', kilobytesPerSecond: 50 })

  expect(proxy().toxics.map(({ type, stream, attributes }) => ({ type, stream, ...attributes })).toSorted((one, other) => one.type.localeCompare(other.type))).toEqual([
    { type: 'bandwidth', stream: 'upstream', rate: 50 },
    { type: 'bandwidth', stream: 'downstream', rate: 50 },
    { type: 'latency', stream: 'upstream', latency: 100, jitter: 20 },
    { type: 'timeout', stream: 'downstream', timeout: 0 }
  ])
})

test('a reset renews the connections that are open, for its toxic meets only new ones', async () => {
  const { link, proxy } = await oneLink()
  const reset = await link.disturb({ kind: 'reset' })

  expect(switched).toEqual([false, true])
  expect(proxy().toxics.map(({ type }) => type)).toEqual(['reset_peer', 'reset_peer'])
  await heal(reset)
  await heal(reset)
  expect(proxy()).toMatchObject({ enabled: true, toxics: [] })
})

test('a reset leaves off what another wants off, and knows of it', async () => {
  const { link, proxy } = await oneLink()
  const refusal = await link.disturb({ kind: 'refuse' })
  const reset = await link.disturb({ kind: 'reset' })
  expect(proxy().enabled).toBe(false)
  expect(await reset.holds()).toEqual({ own: true, others: true })

  await heal(reset)
  expect(proxy()).toMatchObject({ enabled: false, toxics: [] })
  await heal(refusal)
  expect(proxy().enabled).toBe(true)
})

test('a reset that fails half-way leaves neither toxics nor a link that is off', async () => {
  const { link, proxy } = await oneLink()
  staysOff = 1

  await expect(link.disturb({ kind: 'reset' })).rejects.toThrow()
  expect(proxy()).toMatchObject({ enabled: true, toxics: [] })
})

test('a delay of a second or more could be taken for silence, a lesser one or a limit could not', async () => {
  const { link } = await oneLink()
  const hole = await link.disturb({ kind: 'black-hole' })
  await link.disturb({ kind: 'latency', latencyMs: 490, jitterMs: 0 })
  await link.disturb({ kind: 'bandwidth', kilobytesPerSecond: 1 })
  expect(await hole.holds()).toEqual({ own: true, others: false })
  await link.disturb({ kind: 'latency', latencyMs: 10, jitterMs: 0 })

  expect(await hole.holds()).toEqual({ own: true, others: true })
})

test('a link that two want to refuse accepts again when both have healed, once each', async () => {
  const { link, proxy } = await oneLink()
  const [one, other] = [await link.disturb({ kind: 'refuse' }), await link.disturb({ kind: 'refuse' })]
  expect(await one.holds()).toEqual({ own: true, others: true })

  await heal(one)
  await heal(one)
  expect(proxy().enabled).toBe(false)
  expect(await other.holds()).toEqual({ own: true, others: false })
  await heal(other)
  expect(proxy().enabled).toBe(true)
})

test('who heals while another begins to refuse does not switch the link on', async () => {
  const { link, proxy } = await oneLink()
  const one = await link.disturb({ kind: 'refuse' })
  const [, other] = await Promise.all([heal(one), link.disturb({ kind: 'refuse' })])

  expect(proxy().enabled).toBe(false)
  expect(await other.holds()).toEqual({ own: true, others: false })
})

test('a refusal and a black hole know of each other; latency silences nobody', async () => {
  const { link, proxy } = await oneLink()
  const slow = await link.disturb({ kind: 'latency', latencyMs: 10, jitterMs: 1 })
  const hole = await link.disturb({ kind: 'black-hole' })
  expect(await hole.holds()).toEqual({ own: true, others: false })

  const refusal = await link.disturb({ kind: 'refuse' })
  expect(await hole.holds()).toEqual({ own: true, others: true })
  expect(await refusal.holds()).toEqual({ own: true, others: true })
  await heal(hole)
  expect(await refusal.holds()).toEqual({ own: true, others: false })
  expect(await slow.holds()).toEqual({ own: true, others: true })
  expect(proxy().enabled).toBe(false)
})

test('a toxic that somebody else removed is not in place any more', async () => {
  const { link, proxy } = await oneLink()
  const hole = await link.disturb({ kind: 'black-hole' })
  proxy().toxics.pop()

  expect(await hole.holds()).toEqual({ own: false, others: false })
})

test('a disturbance that fails half-way leaves nothing of its own, and all of the other', async () => {
  const { link, proxy } = await oneLink()
  const stalled = await link.disturb({ kind: 'stall' })
  refused = 'black-hole-downstream'

  await expect(link.disturb({ kind: 'black-hole' })).rejects.toThrow()
  expect(proxy().toxics).toHaveLength(2)
  expect(await stalled.holds()).toEqual({ own: true, others: false })
})

test.for<Disturbance>([{ kind: 'refuse' }, { kind: 'black-hole' }, { kind: 'latency', latencyMs: 100, jitterMs: 0 }])('what loses packets beside a $kind holds the link too', async disturbance => {
  const { link } = await oneLink()
  await using held = await link.disturb(disturbance)
  expect(await held.holds()).toEqual({ own: true, others: false })
  lossy.add(link.name)

  expect(await held.holds()).toEqual({ own: true, others: true })
})

test('a packet loss is none of Toxiproxy\'s: it is asked for where the link\'s proxy listens', async () => {
  const { link, proxy } = await oneLink()

  await expect(link.disturb({ kind: 'packet-loss', percent: 5 })).rejects.toThrow('asked to lose 5 % of data:2->1 at 0.0.0.0:19091')
  expect(proxy().toxics).toEqual([])
})
