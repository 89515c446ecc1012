/** How a question ends: told apart from here by a socket's fate, and from a node by what its shell says. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { apiVersionsRequest } from '../../harness/cluster/api-versions.ts'
import { endingOf, probeFromHere } from '../../harness/cluster/docker/probe.ts'

let server: Server | undefined
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await new Promise(resolve => {
    if (server) server.close(resolve)
    else resolve(undefined)
  })
  server = undefined
})

const listening = async (onRequest: (socket: Socket, request: Buffer) => void): Promise<number> => {
  server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', request => { onRequest(socket, request) })
  })
  await new Promise<void>(resolve => { server?.listen(0, '127.0.0.1', resolve) })

  return (server.address() as AddressInfo).port
}

const ask = (port: number, options: { readonly milliseconds: number, readonly requestBytes?: number } = { milliseconds: 5000 }) =>
  probeFromHere({ name: 'producer->1' }, { host: '127.0.0.1', port }, options)

const answer = Buffer.concat([Buffer.from([0, 0, 0, 40]), apiVersionsRequest().subarray(8, 12)])

test.for<[string, (socket: Socket) => void, boolean]>([
  ['answered', socket => { socket.write(answer) }, true],
  ['reset', socket => { socket.resetAndDestroy() }, false],
  ['closed', socket => { socket.end() }, false],
  ['closed', socket => { socket.write('HTTP/1.1 400 Bad Request') }, false]
])('from here: %s', async ([ending, onRequest, answered]) => {
  expect(await ask(await listening(onRequest))).toMatchObject({ asked: true, answered, ending })
})

test('from here: refused, where nobody listens', async () => {
  const port = await listening(() => undefined)
  await new Promise(resolve => server?.close(resolve))

  expect(await ask(port)).toMatchObject({ answered: false, ending: 'refused' })
})

test('from here: silent, only once the deadline is over', async () => {
  const result = await ask(await listening(() => undefined), { milliseconds: 150 })

  expect(result).toMatchObject({ answered: false, ending: 'silent' })
  expect(result.milliseconds).toBeGreaterThanOrEqual(149)
})

test('from here: a request is as long as was asked for', async () => {
  let received = 0
  const port = await listening((socket, request) => {
    received += request.length
    if (received >= 300_000) socket.write(answer)
  })

  expect(await ask(port, { milliseconds: 5000, requestBytes: 300_000 })).toMatchObject({ ending: 'answered' })
  expect(received).toBeLessThan(300_010)
})

test.for<[string, { readonly status: string, readonly said: string }]>([
  ['answered', { status: '0', said: answer.toString('hex') }],
  ['closed', { status: '0', said: '' }],
  ['closed', { status: '0', said: '4854545020313030' }],
  ['silent', { status: '124', said: '' }],
  ['refused', { status: '1', said: 'kafka-1:line1:connect:Connectionrefused' }],
  ['reset', { status: '0', said: 'head:errorreading\'standardinput\':Connectionresetbypeer' }]
])('from a node: %s', ([ending, said]) => {
  expect(endingOf(said)).toBe(ending)
})
