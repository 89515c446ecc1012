/** One VerifiableProducer, with a container of the imagination: when output is asked for, what it tells, and how it ends. */
import { expect, test, vi } from 'vitest'
import type { JavaCommand, JavaEars, StartJava } from '../../harness/clients/java/container.ts'
import { commandOf, openJavaProducer } from '../../harness/clients/java/producer.ts'
import { mostUnheard } from '../../harness/clients/java/reach.ts'
import type { CountingOptions, ToldRecord } from '../../harness/clients/driver.ts'

const options: CountingOptions = {
  clientId: 'p1.1', bootstrap: ['127.0.0.1:1', '127.0.0.1:2'], acks: 'all', idempotent: true, retries: undefined, maxInFlight: 3,
  recordsPerSecond: 3000, topic: 'orders', prefix: 2_097_408
}
const success = (sequence: number): string => `${JSON.stringify({ timestamp: 1, name: 'producer_send_success', key: null, value: `2097408.${sequence}`, offset: sequence, partition: 0, topic: 'orders' })}\n`

const container = () => {
  const did: string[] = []
  let ears: JavaEars | undefined
  let command: JavaCommand | undefined
  const start: StartJava = async (_, given, heard) => {
    ears = heard
    command = given
    heard.output(Buffer.from('\0'))

    return {
      ask: () => { did.push('ask') },
      terminate: async () => { did.push('terminate') },
      killJava: async () => { did.push('kill Java') },
      kill: async () => { did.push('kill') }
    }
  }

  return { start, did, command: () => command, prints: (text: string) => { ears?.output(Buffer.from(text)) }, ends: () => { ears?.ended('its container ended') } }
}

const opened = async () => {
  const java = container()
  const told: ToldRecord[] = []
  const troubles: string[] = []
  const failures: string[] = []
  const producer = await openJavaProducer(
    { start: java.start, trouble: text => { troubles.push(text) }, failed: why => { failures.push(why) } }, options, { told: records => { told.push(...records) } })

  return { java, producer, told, troubles, failures }
}

test('Java does not start before the load, and prints no more than was asked for', async () => {
  const { java, producer, told } = await opened()
  expect(java.did).toEqual([])

  producer.start()
  expect(java.did).toEqual(['ask'])
  java.prints(`${success(0)}${success(1).slice(0, 20)}`)
  expect([told.length, java.did]).toEqual([0, ['ask']])

  java.prints('\0')
  await vi.waitUntil(() => java.did.length === 2)
  expect(told.map(({ value }) => value)).toEqual(['2097408.0'])
})

test('a line that is cut by the end of a block is read whole', async () => {
  const { java, producer, told } = await opened()
  producer.start()
  for (const byte of `${success(0)}${success(1)}`) java.prints(`${byte}\0`)

  expect(told).toEqual([0, 1].map(sequence => ({ value: `2097408.${sequence}`, partition: 0, outcome: { kind: 'acknowledged', baseOffset: sequence } })))
})

test('what is no line of its own is trouble, and acknowledges nothing', async () => {
  const { java, producer, told, troubles } = await opened()
  producer.start()
  java.prints('Killed\n\0')

  expect([told, troubles]).toEqual([[], [expect.stringContaining('"Killed"')]])
})

test('a stop waits for Java\'s end, and what it told until then counts', async () => {
  const { java, producer, told, failures } = await opened()
  producer.start()
  const stopped = producer.stop()
  java.prints(`${success(0)}{"name":"ended","exitCode":143}\n\0`)
  await stopped

  expect([told.length, failures, java.did.includes('terminate')]).toEqual([1, [], true])
})

test('of a producer that is killed, all is heard that it had printed, and then the container goes', async () => {
  const { java, producer, told, failures } = await opened()
  producer.start()
  const killed = producer.kill()
  java.prints(`${success(0)}\0`)
  await vi.waitUntil(() => java.did.filter(one => one === 'ask').length === 2)
  java.prints(`${success(1)}{"name":"ended","exitCode":137}\n\0`)
  await killed

  expect([told.length, failures, java.did]).toEqual([2, [], ['ask', 'kill Java', 'ask', 'kill']])
})

test.each([
  ['its container is gone first', (java: ReturnType<typeof container>) => { java.ends() }, 'container ended before all was heard'],
  ['it had ended by itself', (java: ReturnType<typeof container>) => { java.prints('{"name":"ended","exitCode":1}\n\0') }, 'had ended by itself (exit 1)']
])('a kill says so when %s', async (_, happen, words) => {
  const { java, producer } = await opened()
  producer.start()
  const killed = producer.kill()
  happen(java)

  await expect(killed).rejects.toThrow(words)
})

test('an end that nobody asked for is a failure', async () => {
  const { java, producer, failures } = await opened()
  producer.start()
  java.ends()

  expect(failures).toEqual(['its container ended'])
})

test('a producer that never began to send is stopped at once', async () => {
  const { producer } = await opened()

  await expect(producer.stop()).resolves.toBeUndefined()
})

test('it tries as often as the workload says, with the contract that goes on record', () => {
  const configured = (changed: Partial<CountingOptions>) => commandOf({ ...options, ...changed })

  expect(configured({}).configuration).toMatchObject({ 'enable.idempotence': 'true', 'retries': '2147483647', 'max.in.flight.requests.per.connection': '3' })
  expect(configured({ acks: '1', idempotent: false }).configuration).toMatchObject({ 'enable.idempotence': 'false', 'retries': '5' })
  expect(configured({ acks: '1', idempotent: false, retries: 0 }).configuration).toMatchObject({ retries: '0' })
  expect(configured({ acks: '1' }).arguments).toEqual(expect.arrayContaining(['--acks', '1', '--value-prefix', '2097408', '--throughput', '3000']))
  expect(configured({ recordsPerSecond: undefined }).arguments.slice(-2)).toEqual(['--throughput', '-1'])
})

test('a buffer that can be full holds no more records than it is to, and has a send wait for a second', () => {
  const { configuration } = commandOf({ ...options, buffer: { records: 500, deliveryTimeoutMs: 4000 } })

  // 16 bytes are the least that a record takes. Kafka refuses a delivery that is shorter than a request.
  expect(configuration).toMatchObject({ 'buffer.memory': '8000', 'delivery.timeout.ms': '4000', 'request.timeout.ms': '2000', 'max.block.ms': '1000' })
  expect(commandOf(options).configuration).toMatchObject({ 'buffer.memory': '16384', 'delivery.timeout.ms': '30000', 'request.timeout.ms': '10000', 'max.block.ms': '30000' })
  expect(mostUnheard('orders') - mostUnheard('orders', 500)).toBe(1024 - 500)
})

test('it cannot be further ahead than a full buffer and full pipes hold', () => {
  // As Java prints it at its shortest, the timestamp of thirteen digits included.
  const line = '{"timestamp":1795295189890,"name":"producer_send_success","key":null,"value":"2097408.0","offset":0,"partition":0,"topic":"orders"}\n'

  // 1,024 records of 16 bytes in the buffer; 106,496 bytes of lines on their way.
  expect(mostUnheard('orders')).toBeGreaterThan(1024 + 106_496 / line.length)
  expect(mostUnheard('o'.repeat(200))).toBeLessThan(mostUnheard('o'))
})
