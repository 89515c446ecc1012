/**
 * A store in Redis: keys that begin with the group's part. What is appended is an element of a list; what is overwritten is a key of
 * its own, so that setting it again changes nothing. The unique key and the effect are set by one script, which Redis carries out alone.
 */
import { createClient } from 'redis'
import type { CountedEffect, EffectOf } from '../model/effect.ts'
import type { ServiceAddress } from '../model/service.ts'
import { partName } from './part-name.ts'
import type { ServerPlace, StoreKind, StoreSetting, StoreSteps } from './steps.ts'
import { untilNobodyElseIs } from './waiting.ts'

const connectWithinMs = 10_000

const connect = async ({ host, port }: ServiceAddress) => {
  const client = createClient({ socket: { host, port, connectTimeout: connectWithinMs, reconnectStrategy: false } })
  // Whoever asks next hears of it.
  client.on('error', () => undefined)
  await client.connect()

  return client
}

type Client = Awaited<ReturnType<typeof connect>>

const setOnce = `if redis.call('SET', KEYS[1], '1', 'NX') then redis.call('RPUSH', KEYS[2], ARGV[1]) return 1 end return 0`
const deleteOwn = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 0`

const keysOf = (group: string) => {
  const part = partName(group)

  return {
    list: `${part}:effects`,
    /** Of all keys that hold one effect each. */
    pattern: `${part}:effect:*`,
    effect: ({ record }: EffectOf) => `${part}:effect:${record}`,
    marker: ({ record }: EffectOf) => `${part}:marker:${record}`,
    lock: ({ record }: EffectOf) => `${part}:lock:${record}`
  }
}

const written = ({ record, topic, partition }: EffectOf): string => JSON.stringify({ record, topic, partition })

const open = async ({ place: { address, group }, owner }: StoreSetting<ServerPlace>): Promise<StoreSteps> => {
  const client = await connect(address)
  const keys = keysOf(group)

  return {
    append: async of => { await client.rPush(keys.list, written(of)) },
    overwrite: async of => { await client.set(keys.effect(of), written(of)) },
    appendOnce: async (of, work) => {
      await work()

      return await client.eval(setOnce, { keys: [keys.marker(of), keys.list], arguments: [written(of)] }) === 1
    },
    mark: async of => await client.set(keys.marker(of), '1', { condition: 'NX' }) !== null,
    isMarked: async of => await client.exists(keys.marker(of)) > 0,
    lock: async (of, leaseMs) => await client.set(keys.lock(of), owner, { condition: 'NX', expiration: { type: 'PX', value: leaseMs } }) !== null,
    unlock: async of => { await client.eval(deleteOwn, { keys: [keys.lock(of)], arguments: [owner] }) },
    close: () => client.close()
  }
}

const atOnce = 10_000

export const redis: StoreKind<ServerPlace> = {
  open,
  count: async ({ address, group }, visit) => {
    const client = await connect(address)
    try {
      await untilNobodyElseIs(async () => (await client.clientList({ TYPE: 'NORMAL' })).length - 1)
      const counted = await countedIn(client, group)
      for (const one of [...counted.values()].sort((a, b) => a.record - b.record)) visit(one)

      return counted.size
    } finally {
      await client.close()
    }
  }
}

const countedIn = async (client: Client, group: string): Promise<ReadonlyMap<number, CountedEffect>> => {
  const keys = keysOf(group)
  const counted = new Map<number, CountedEffect>()
  const add = (text: string): void => {
    const of = JSON.parse(text) as EffectOf
    counted.set(of.record, { ...of, times: (counted.get(of.record)?.times ?? 0) + 1 })
  }
  for (let start = 0, full = true; full; start += atOnce) {
    const texts = await client.lRange(keys.list, start, start + atOnce - 1)
    texts.forEach(add)
    full = texts.length === atOnce
  }
  // A scan may come by a key twice.
  const single = new Set<string>()
  for await (const found of client.scanIterator({ MATCH: keys.pattern, COUNT: 1000 })) for (const key of found) single.add(key)
  for (const key of single) {
    const text = await client.get(key)
    if (text !== null) add(text)
  }

  return counted
}

/** Rejects where it does not answer. */
export const redisVersion = async (address: ServiceAddress): Promise<string> => {
  const client = await connect(address)
  try {
    return `Redis ${/redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? ''}`
  } finally {
    client.destroy()
  }
}
