/** Clients that leave: proven by an exit of their own, not by a death; and healing brings back those that are gone, once. */
import { expect, test } from 'vitest'
import { leave } from '../../harness/faults/index.ts'
import type { ClientProcess } from '../../harness/model/cluster.ts'
import { fakeSubject } from '../fake-cluster.ts'
import { random, these } from './these.ts'

const never = (): never => { throw new Error('Nobody asks for that here.') }

const fakeClient = (end: { readonly exitCode: number | undefined, readonly signal: string | undefined }) => {
  const told: string[] = []
  let running = true
  const client: ClientProcess = {
    name: 'c1', role: 'consumer', kill: never, freeze: never, thaw: never, activity: never,
    running: () => running,
    leave: async () => {
      told.push('leave')
      running = false

      return { pid: 41, ...end }
    },
    restart: async () => {
      told.push('restart')
      running = true
    }
  }

  return { client, told }
}

const strike = async (...clients: readonly ClientProcess[]) => (await leave(these<ClientProcess>(...clients)).prepare(fakeSubject({ clients }), random)).strike()

test('a client that exits of itself has left, and comes back when it heals, once', async () => {
  const { client, told } = fakeClient({ exitCode: 0, signal: undefined })
  const injection = await strike(client)

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'c1: process 41 ended of itself' })
  await injection[Symbol.asyncDispose]()
  await injection[Symbol.asyncDispose]()
  expect(told).toEqual(['leave', 'restart'])
})

test.each([
  [{ exitCode: undefined, signal: 'SIGKILL' }, 'c1: process 41 ended by SIGKILL'],
  [{ exitCode: 1, signal: undefined }, 'c1: process 41 ended by exit 1']
])('a client that had to be killed, or failed, has not left (%o)', async (end, evidence) => {
  expect(await (await strike(fakeClient(end).client)).bite('struck')).toEqual({ bit: false, evidence })
})

test('where one of several cannot be made to leave, those that have left come back before it is reported, and nobody else is started', async () => {
  const [one, other] = [fakeClient({ exitCode: 0, signal: undefined }), fakeClient({ exitCode: 0, signal: undefined })]
  const stubborn: ClientProcess = { ...other.client, leave: () => Promise.reject(new Error('no such process')) }

  await expect(strike(one.client, stubborn)).rejects.toThrow('1 of 2 clients could not be ended: no such process')
  expect(one.told).toEqual(['leave', 'restart'])
  expect(other.told).toEqual([])
})
