/** The life of a client's process, with a stand-in that needs no Kafka. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { topic } from '../../harness/model/topic.ts'
import { startClient, type ClientSetting } from '../../harness/run/client-process.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let folder: string
beforeEach(() => { folder = temporaryFolder() })

const wellBehaved = 1
const neverReady = 2
const diesUnderLoad = 3
const failsAtOnce = 4
const cannotBeStopped = 5
const endsBadly = 6

const settingOf = (behaviour: number, changes: Partial<ClientSetting> = {}): ClientSetting => {
  const [plan] = numberedWrites({ to: topic('orders'), acks: 'all', producers: 1, firstProducer: behaviour }).clients
  if (plan === undefined) throw new Error('One producer was planned.')

  return {
    plan, driver: 'none', logs: join(folder, 'logs'), now: () => 42, onDied: () => undefined, onGap: () => undefined,
    setting: { run: 'test-run', origin: { monotonicNs: '0', wallMs: 0 }, ledger: join(folder, 'ledger'), bootstrap: [] },
    entry: fileURLToPath(new URL('stand-in-worker.ts', import.meta.url)),
    ...changes
  }
}

const deadline = { milliseconds: 10_000 }

test('a client starts, works, drains and stops', async () => {
  const client = await startClient(settingOf(wellBehaved))
  client.startLoad()

  expect(client).toMatchObject({ name: 'p1', role: 'producer' })
  expect(await client.drain(deadline)).toBe(true)
  expect(await client.stop(deadline)).toMatchObject({ exitCode: 0, signal: undefined })
  expect(client.running()).toBe(false)
  expect(readFileSync(join(folder, 'logs', 'p1.log'), 'utf8')).toBe('load\n')
})

test('the run\'s id is in the process list, so that what a dead harness left is found', async () => {
  const client = await startClient(settingOf(wellBehaved))
  const { pid } = await (async () => {
    const processes = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    const end = await client.kill()
    expect(processes.split('\n').some(line => line.trim().startsWith(`${end.pid} `) && line.includes('--ackproof-run=test-run'))).toBe(true)

    return end
  })()

  expect(existsSync(`/proc/${pid}`)).toBe(false)
})

test('a killed client is gone, tells its signal, and nobody calls that a death', async () => {
  const deaths: unknown[] = []
  const client = await startClient(settingOf(wellBehaved, { onDied: death => deaths.push(death) }))

  expect(await client.kill()).toMatchObject({ signal: 'SIGKILL', exitCode: undefined })
  expect(client.running()).toBe(false)
  expect(await client.drain(deadline)).toBe(true)
  expect(deaths).toEqual([])
})

test('a client that is a process elsewhere is heard out before its own process is killed', async () => {
  const gaps: string[] = []
  const client = await startClient(settingOf(wellBehaved, { driver: 'java', onGap: text => gaps.push(text) }))

  expect(await client.kill()).toMatchObject({ signal: 'SIGKILL', exitCode: undefined })
  expect(readFileSync(join(folder, 'logs', 'p1.log'), 'utf8')).toBe('heard out\n')
  expect(gaps).toEqual([])
})

test.each([
  ['in time', cannotBeStopped, 'p5 had said when it was killed was not heard to its end: it took too long', 'SIGKILL'],
  ['at all', endsBadly, 'p6 had said when it was killed was not heard to its end: exit 3', undefined]
])('what cannot be heard %s of such a client is a gap', async (_, behaviour, words, signal) => {
  const gaps: string[] = []
  const client = await startClient(settingOf(behaviour, { driver: 'java', heardOutWithinMs: 200, onGap: text => gaps.push(text) }))

  expect((await client.kill()).signal).toBe(signal)
  expect(gaps).toEqual([expect.stringContaining(words)])
})

test('a restart is a new process, which gets the load again', async () => {
  const client = await startClient(settingOf(wellBehaved))
  client.startLoad()
  await client.drain(deadline)
  await expect(client.restart()).rejects.toThrow('p1 is still running')

  await client.kill()
  await client.restart()
  expect(client.running()).toBe(true)
  await client.drain(deadline)
  await client.stop(deadline)
  expect(readFileSync(join(folder, 'logs', 'p1.log'), 'utf8')).toBe('load\nload\n')
})

test('a frozen client stands still and is counted by what it wrote, until it is thawed; one that has ended is neither', async () => {
  const client = await startClient(settingOf(wellBehaved))
  mkdirSync(join(folder, 'ledger'))
  for (const [file, text] of [['p1.1.ledger', '12345'], ['p1.2.ndjson', '123'], ['p10.1.ledger', '1234567']] as const) writeFileSync(join(folder, 'ledger', file), text)
  expect(client.activity()).toMatchObject({ stopped: false, ledgerBytes: 8 })

  await client.freeze()
  expect(client.activity()).toMatchObject({ stopped: true, ledgerBytes: 8 })
  client.thaw()
  client.thaw()
  expect(await client.drain(deadline)).toBe(true)
  expect(client.activity().stopped).toBe(false)

  await client.freeze()
  await client.kill()
  client.thaw()
  expect(client.activity().stopped).toBe(false)
  await expect(client.freeze()).rejects.toThrow('p1 does not run')
})

test('an end that nobody asked for is told, with its last words', async () => {
  const death = Promise.withResolvers<unknown>()
  const client = await startClient(settingOf(diesUnderLoad, { onDied: death.resolve }))
  client.startLoad()

  expect(await death.promise).toMatchObject({ client: 'p3', at: 42, exitCode: 7, signal: undefined, lastWords: ['load'] })
})

test('an end is told even if what the member owned cannot be put on record, and that is told too', async () => {
  const told: string[] = []
  const [plan] = groupReads({ from: topic('orders'), group: 'billing', members: 1, commits: 'after-work', firstMember: diesUnderLoad }).clients
  if (plan === undefined) throw new Error('One member was planned.')
  mkdirSync(join(folder, 'ledger'))
  writeFileSync(join(folder, 'ledger', 'c3.ndjson'), 'no line "assigned"\n')
  const over = Promise.withResolvers<undefined>()
  const client = await startClient(settingOf(diesUnderLoad, {
    plan, onDied: () => told.push('died'), onGap: text => { told.push(text); over.resolve(undefined) }
  }))
  client.startLoad()
  await over.promise

  expect(told).toEqual(['died', expect.stringContaining('What c3 owned and had under way when its process ended could not be put on record')])
})

test('a log that cannot be written ends nobody', async () => {
  mkdirSync(join(folder, 'logs', 'p1.log'), { recursive: true })
  const client = await startClient(settingOf(wellBehaved))
  client.startLoad()
  await client.drain(deadline)

  expect(await client.stop(deadline)).toMatchObject({ exitCode: 0, lastWords: ['load'] })
})

test('a client that is not ready in time is ended, and the error says what was waited for', async () => {
  await expect(startClient(settingOf(neverReady, { readyWithinMs: 300 }))).rejects.toThrow('Waited 300 ms for p2 to report "ready"')
})

test('a client that fails says why', async () => {
  await expect(startClient(settingOf(failsAtOnce))).rejects.toThrow('p4 failed: no broker')
})

test('a client that does not stop in time is killed', async () => {
  const client = await startClient(settingOf(cannotBeStopped))

  expect(await client.stop({ milliseconds: 200 })).toMatchObject({ signal: 'SIGKILL' })
})
