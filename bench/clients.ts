/**
 * The drivers side by side, on one cluster in one run: records of 100 bytes that three producers have acknowledged by all in-sync replicas,
 * idempotent and as Ackproof uses each library, then how fast a group of three reads them back. One after the other, ten seconds each: the
 * slowest reader has to have read all of it in time.
 */
import { setTimeout as after } from 'node:timers/promises'
import { driverNames, loadDriver, NotInstalled } from '../harness/clients/drivers.ts'
import { topic } from '../harness/model/topic.ts'
import { groupReads } from '../harness/workloads/group-reads.ts'
import { numberedWrites } from '../harness/workloads/numbered-writes.ts'
import { onBenchedCluster, underLoad, type Benched, type Figures } from './under-load.ts'

const loadSeconds = 10
const warmSeconds = 5
const readWithinMs = 120_000

export const measureClients = (): Promise<Figures> => onBenchedCluster(async benched => {
  const installed = (await Promise.all(driverNames.map(describe))).flatMap(one => one ?? [])
  const measured: Figures[] = []
  for (const { name, version } of installed) measured.push({ client: name, version, ...await measureOne(benched, name) })

  return { recordBytes: 100, producers: 3, members: 3, partitions: 3, loadSeconds, measured }
})

/** Undefined: its library is not here. */
const describe = async (name: string): Promise<{ readonly name: string, readonly version: string } | undefined> => {
  try {
    return { name, version: (await loadDriver(name)).version }
  } catch (error) {
    if (error instanceof NotInstalled) return undefined
    throw error
  }
}

const measureOne = async (benched: Benched, driver: string): Promise<Figures> => {
  const to = topic(driver, { partitions: 3 })
  await benched.metadata.createTopic(to)
  const acknowledgedPerSecond = await underLoad(benched, driver, async ({ tail, start }) => {
    await start(numberedWrites({ to, acks: 'all', producers: 3 }).clients)
    await after(warmSeconds * 1000)
    tail.poll()
    const before = { at: performance.now(), records: tail.total().acknowledged }
    await after(loadSeconds * 1000)
    tail.poll()

    return (tail.total().acknowledged - before.records) / ((performance.now() - before.at) / 1000)
  })

  return { acknowledgedPerSecond: Math.round(acknowledgedPerSecond), readBackPerSecond: Math.round(await readBack(benched, driver, to)) }
}

/** From the first delivery on: joining a group takes its time, and not that of reading. */
const readBack = async (benched: Benched, driver: string, from: ReturnType<typeof topic>): Promise<number> => {
  const there = (await benched.metadata.offsets([from.name])).reduce((sum, { logStart, logEnd }) => sum + logEnd - logStart, 0)

  return underLoad(benched, driver, async ({ tail, start }) => {
    await start(groupReads({ from, group: `${from.name}-readers`, members: 3, commits: 'after-work' }).clients)
    const until = performance.now() + readWithinMs
    let first: { readonly at: number, readonly records: number } | undefined
    for (;;) {
      tail.poll()
      const { delivered } = tail.total()
      if (delivered > 0) first ??= { at: performance.now(), records: delivered }
      const late = performance.now() > until
      // Who is too slow for the deadline has a rate all the same.
      if (first !== undefined && (delivered >= there || late)) return (delivered - first.records) / ((performance.now() - first.at) / 1000)
      if (late) throw new Error(`${driver} read none of ${there} records within ${readWithinMs / 1000} s.`)
      await after(20)
    }
  })
}
