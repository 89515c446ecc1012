/** Frozen clients, both ways: what proves that a process stands still, what does not, and that healing lets it go on. */
import { expect, test } from 'vitest'
import { freeze } from '../../harness/faults/index.ts'
import type { ClientProcess } from '../../harness/model/cluster.ts'
import type { Injection } from '../../harness/model/fault.ts'
import { fakeSubject } from '../fake-cluster.ts'
import { random, these } from './these.ts'

interface FakeClient extends ClientProcess {
  readonly write: () => void
  readonly isStopped: () => boolean
}

const fakeClient = (name: string, { immune = false, fails = false } = {}): FakeClient => {
  let [pid, stopped, ledgerBytes] = [41, false, 1000]

  return {
    name,
    role: 'producer',
    leave: () => Promise.reject(new Error('Nobody sends it away here.')),
    kill: () => Promise.reject(new Error('Nobody kills it here.')),
    restart: () => {
      pid += 1
      stopped = false

      return Promise.resolve()
    },
    running: () => true,
    freeze: () => {
      stopped = !immune

      return fails ? Promise.reject(new Error('no')) : Promise.resolve()
    },
    thaw: () => { stopped = false },
    activity: () => ({ pid, stopped, ledgerBytes }),
    write: () => { ledgerBytes += 40 },
    isStopped: () => stopped
  }
}

const strike = async (...clients: readonly ClientProcess[]): Promise<Injection> =>
  (await freeze(these<ClientProcess>(...clients)).prepare(fakeSubject({ clients }), random)).strike()

test('a client that is stopped and writes nothing proves the freeze, and healing lets it go on', async () => {
  const client = fakeClient('p1')
  const injection = await strike(client)

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'p1: process 41 is stopped (state T), and has written nothing since' })
  expect(await injection.bite('healing')).toMatchObject({ bit: true })
  await injection[Symbol.asyncDispose]()
  await injection[Symbol.asyncDispose]()
  expect(client.isStopped()).toBe(false)
})

test('a freeze that is switched off does not count as one', async () => {
  expect(await (await strike(fakeClient('p1', { immune: true }))).bite('struck')).toEqual({ bit: false, evidence: 'p1: process 41 is not stopped' })
})

test('a client that wrote into the ledger was not frozen all the time', async () => {
  const client = fakeClient('p1')
  const injection = await strike(client)
  client.write()

  expect(await injection.bite('healing')).toEqual({ bit: false, evidence: 'p1: process 41 is stopped, and yet 40 bytes were written to its ledger since' })
})

test('the stillness of another process proves nothing', async () => {
  const client = fakeClient('p1')
  const injection = await strike(client)
  await client.restart()
  await client.freeze()

  expect(await injection.bite('healing')).toEqual({ bit: false, evidence: 'p1: process 41 is gone; 42 is another' })
})

test('a freeze that fails half-way is undone', async () => {
  const [one, other] = [fakeClient('p1'), fakeClient('p2', { fails: true })]

  await expect(strike(one, other)).rejects.toThrow('1 of 2 clients could not be frozen: no')
  expect([one.isStopped(), other.isStopped()]).toEqual([false, false])
})

test('what another fault has frozen is not frozen again, and stays frozen', async () => {
  const client = fakeClient('p1')
  await strike(client)

  await expect(strike(client)).rejects.toThrow('Frozen already, by another fault: p1')
  expect(client.isStopped()).toBe(true)
})

test('a freeze of nobody did not bite', async () => {
  expect(await (await strike()).bite('struck')).toEqual({ bit: false, evidence: 'no client was chosen' })
})
