/** A harness that dies leaves no process behind: each of its children ends by itself, and `heal` ends one that cannot. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import type { Leftover } from '../../harness/cluster/docker/leftovers.ts'
import { findChildProcesses } from '../../harness/run/orphans.ts'
import { sweep } from '../../harness/run/sweep.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const harnessFile = fileURLToPath(new URL('short-lived-harness.ts', import.meta.url))

/** A harness that has started a child of this kind, and the child's id. */
const harnessWith = async (kind: 'worker' | 'check' | 'stand-in', words: readonly string[] = []) => {
  const folder = temporaryFolder()
  if (kind === 'check') {
    mkdirSync(join(folder, 'ledger'))
    execFileSync('mkfifo', [join(folder, 'ledger', 'harness.ndjson')])
  }
  const harness = execa(process.execPath, [harnessFile, kind, folder, ...words], { reject: false })
  const child = Number(String((await once(harness.stdout, 'data') as readonly unknown[])[0]))

  return {
    child,
    folder,
    kill: async () => {
      harness.kill('SIGKILL')
      await harness
    }
  }
}

const stateOf = (pid: number): string => {
  try {
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? ''
  } catch {
    return 'gone'
  }
}

/** A killed process may stay in the list until somebody takes note of it. */
const ended = (pid: number): boolean => ['gone', 'Z', 'X'].includes(stateOf(pid))
const untilEnded = (pid: number): Promise<void> => expect.poll(() => ended(pid), { timeout: 15_000 }).toBe(true)

const childrenWith = (pid: number): readonly Leftover[] => findChildProcesses().filter(({ name }) => name.startsWith(`${pid} `))
const heal = (pid: number) => sweep(childrenWith(pid), { elsewhere: 'spare', tell: () => undefined })

/** Takes connections and never answers. */
const silentBroker = async () => {
  const server = createServer(socket => { socket.on('error', () => undefined).resume() }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: once(server, 'connection'),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]()
  }
}

/** The other end of a named pipe, which can be opened at once when somebody reads from it. */
const untilReadBy = async (pipe: string): Promise<number> => {
  let descriptor: number | undefined
  await expect.poll(() => {
    try {
      descriptor = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
    } catch {
      // ENXIO: nobody reads from it yet.
    }

    return descriptor
  }, { timeout: 15_000 }).toBeTypeOf('number')

  return descriptor ?? -1
}

test('a worker ends when its harness dies before it could take its order', async () => {
  await using broker = await silentBroker()
  const harness = await harnessWith('worker', [broker.address])
  await harness.kill()

  await untilEnded(harness.child)
})

test('an auditor at work ends when its harness dies', async () => {
  await using broker = await silentBroker()
  const harness = await harnessWith('worker', [broker.address])
  await broker.asked
  expect(ended(harness.child)).toBe(false)
  await harness.kill()

  await untilEnded(harness.child)
})

test('a checking process ends when its harness dies, though its main thread hears nothing', async () => {
  const harness = await harnessWith('check')
  // It waits for the lines of a file that nobody writes, in a call that returns when there is one.
  const writer = await untilReadBy(join(harness.folder, 'ledger', 'harness.ndjson'))
  try {
    expect(ended(harness.child)).toBe(false)
    await harness.kill()
    await untilEnded(harness.child)
  } finally {
    closeSync(writer)
  }
})

test('a stopped child of a dead harness is found whoever its parent is, and ended', async () => {
  const harness = await harnessWith('stand-in')
  process.kill(harness.child, 'SIGSTOP')
  await harness.kill()
  expect(stateOf(harness.child)).toBe('T')

  expect(await heal(harness.child)).toEqual({ removed: [`process ${harness.child} of run test-run`], remaining: [], spared: [] })
  expect(ended(harness.child)).toBe(true)
  expect(childrenWith(harness.child)).toEqual([])
})

test.for(['stand-in', 'worker', 'check'] as const)('the %s of a living harness is known as its child, and spared', async kind => {
  const harness = await harnessWith(kind, ['127.0.0.1:1'])
  try {
    expect(childrenWith(harness.child)).toHaveLength(1)
    expect(await heal(harness.child)).toEqual({ removed: [], remaining: [], spared: [] })
    expect(ended(harness.child)).toBe(false)
  } finally {
    await harness.kill()
    await untilEnded(harness.child)
  }
})

/** It hears no end of its input, nor of anything, and has started another such process. */
const program = '#!/bin/sh\nsleep 600 &\necho "$$ $!"\nwait\n'

test('somebody\'s own program that outlives its harness is found and ended, with what it started; one whose harness lives is spared', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'client.sh'), program, { mode: 0o755 })
  const harness = execa(process.execPath, [harnessFile, 'program', folder], { reject: false })
  const both = String((await once(harness.stdout, 'data') as readonly unknown[])[0]).trim().split(' ').map(Number)
  for (const pid of both) expect(await heal(pid)).toEqual({ removed: [], remaining: [], spared: [] })
  expect(both.map(pid => childrenWith(pid).length)).toEqual([1, 1])
  // The harness itself is waited for: what it printed on is open as long as the program is.
  const gone = once(harness, 'exit')
  harness.kill('SIGKILL')
  await gone
  expect(both.map(ended)).toEqual([false, false])

  for (const pid of both) expect(await heal(pid)).toEqual({ removed: [`process ${pid} of no run`], remaining: [], spared: [] })
  expect(both.map(ended)).toEqual([true, true])
})

test('a process that merely speaks of a run is nobody\'s child', async () => {
  const bystander = execa('bash', ['-c', 'exec sleep 60', '--ackproof-run=test-run'])
  try {
    await once(bystander, 'spawn')

    expect(childrenWith(bystander.pid ?? 0)).toEqual([])
  } finally {
    bystander.kill('SIGKILL')
    await bystander.catch(() => undefined)
  }
})
