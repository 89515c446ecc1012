/** The worker's own end: it does not outlive the harness, and says what hinders it. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const start = () => fork(fileURLToPath(new URL('../../harness/run/worker.ts', import.meta.url)), ['--ackproof-run=test'], { stdio: 'ignore' })

test('a worker ends by itself when the harness is gone', async () => {
  const worker = start()
  await once(worker, 'spawn')
  worker.disconnect()

  expect(await once(worker, 'exit')).toEqual([2, null])
})

test('an order that cannot be obeyed is reported, and ends the worker', async () => {
  const worker = start()
  const reported = once(worker, 'message')
  worker.send({
    order: 'begin', driver: 'no-such-client', client: { kind: 'producer', number: 1 },
    setting: { run: 'test', origin: { monotonicNs: '0', wallMs: 0 }, ledger: '/nowhere', bootstrap: [] }
  })

  expect(JSON.stringify(await reported)).toContain('"report":"failed","error":"There is no client named \'no-such-client\'')
  expect(await once(worker, 'exit')).toEqual([1, null])
})
