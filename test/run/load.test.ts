/** The load's clients, begun and ended, with stand-ins that need no Kafka. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test, vi } from 'vitest'
import { kafkajs } from '../../harness/clients/kafkajs/index.ts'
import { startClock } from '../../harness/model/clock.ts'
import { InfrastructureError } from '../../harness/model/errors.ts'
import { topic } from '../../harness/model/topic.ts'
import { startLoad } from '../../harness/run/load.ts'
import type { RunContext } from '../../harness/run/run-context.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let folder: string
beforeEach(() => { folder = temporaryFolder() })

const wellBehaved = 1
const neverReady = 2
const endsBadly = 6

const contextOf = (...behaviours: readonly number[]): RunContext => {
  const orders = topic('orders')
  const needed: Pick<RunContext, 'id' | 'driver' | 'clients' | 'clock' | 'incidents' | 'gaps'> & {
    readonly folder: Partial<RunContext['folder']>, readonly options: Partial<RunContext['options']>
  } = {
    options: { kafkaVersion: '4.3.0' },
    id: `load-${process.pid}`,
    driver: kafkajs,
    clients: behaviours.flatMap(firstProducer => numberedWrites({ to: orders, acks: 'all', producers: 1, firstProducer }).clients),
    clock: startClock(),
    folder: { path: folder, ledger: join(folder, 'ledger'), logs: join(folder, 'logs') },
    incidents: [],
    gaps: []
  }

  return needed as RunContext
}

const begin = (context: RunContext) => startLoad(context, { bootstrap: () => [], services: {} }, {}, {
  entry: fileURLToPath(new URL('stand-in-worker.ts', import.meta.url)), readyWithinMs: 5000
})

/** The processes of this run that are still there. */
const left = (id: string): readonly string[] => readdirSync('/proc').filter(pid => /^\d+$/.test(pid)).filter(pid => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--ackproof-run=${id}`)
  } catch {
    // It has ended in the meantime.
    return false
  }
})

test('clients that end well leave no gap', async () => {
  const context = contextOf(wellBehaved)
  const load = await begin(context)
  await load.stop()

  expect(context.gaps).toEqual([])
})

test('a client that does not end well when it is stopped is a gap; one that a fault has killed is none', async () => {
  const context = contextOf(wellBehaved, endsBadly)
  const load = await begin(context)
  await load.clients[0]?.kill()
  await load.stop()

  expect(context.gaps).toEqual([expect.stringContaining('p6 did not end well when it was stopped (exit 3)')])
})

test('if one client does not become ready, none is left behind', async () => {
  const context = contextOf(neverReady, wellBehaved)
  const error = await begin(context).catch((thrown: unknown) => thrown)

  expect(error).toBeInstanceOf(InfrastructureError)
  expect(error).toMatchObject({ words: { happened: expect.stringContaining('1 of 2 clients did not become ready: Waited 5000 ms') as string, where: 'p2' } })
  expect(left(context.id)).toEqual([])
})

test('a ledger that cannot be counted is a gap, and does not end the harness', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const context = contextOf(wellBehaved)
    const load = await begin(context)
    mkdirSync(join(folder, 'ledger'), { recursive: true })
    writeFileSync(join(folder, 'ledger', 'x.ndjson'), '{"event":"assigned", this is no line\n')
    vi.advanceTimersByTime(3000)
    await load.stop()

    expect(context.gaps).toEqual([expect.stringContaining('The load could not be counted any further')])
  } finally {
    vi.useRealTimers()
  }
})
