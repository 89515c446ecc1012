/** One VerifiableProducer: its settings, what it tells of its records, and its end. */
import type { CountingListener, CountingOptions, CountingProducer, ToldRecord } from '../driver.ts'
import { readBlocks } from './blocks.ts'
import type { JavaCommand, StartJava } from './container.ts'
import { readProducerLine, type ProducerLine } from './lines.ts'
import { failureOf } from './outcomes.ts'
import { batchBytes, bufferBytes, mostUnheard } from './reach.ts'

export interface JavaSetting {
  readonly start: StartJava
  readonly trouble: (text: string) => void
  /** It has ended, and nobody had asked it to. */
  readonly failed: (why: string) => void
}

/** Less than producers are waited for at a run's end. */
const deliveryTimeoutMs = 30_000
const mostRetries = 2_147_483_647
const retriesOtherwise = 5
const mostTroubles = 10

export const openJavaProducer = async ({ start, trouble, failed }: JavaSetting, options: CountingOptions, listener: CountingListener): Promise<CountingProducer> => {
  const gone = Promise.withResolvers<undefined>()
  let begun = false
  let leaving = false
  let troubles = 0
  const complain = (text: string): void => {
    troubles += 1
    if (troubles <= mostTroubles) trouble(text)
  }
  const hear = (lines: readonly string[]): void => {
    const read = lines.filter(line => line !== '').map(text => ({ text, line: readProducerLine(text) }))
    for (const { text, line } of read) if (line === undefined) complain(`the Java client printed what is no line of its own: ${JSON.stringify(text.slice(0, 200))}`)
    listener.told(read.flatMap(({ line }) => line === undefined ? [] : toldBy(line, options)))
    if (read.some(({ line }) => line?.line === 'ended')) end('Java ended')
  }
  const end = (why: string): void => {
    blocks.stop()
    gone.resolve(undefined)
    if (!leaving) failed(why)
  }
  const blocks = readBlocks({ ask: () => { java.ask() }, lines: hear })
  const ready = Promise.withResolvers<undefined>()
  const java = await start(options.clientId, commandOf(options), {
    ended: why => {
      ready.reject(new Error(why))
      end(why)
    },
    output: bytes => {
      // The script's own first zero byte: it is there, and Java is not begun.
      if (begun) blocks.hear(bytes)
      else ready.resolve(undefined)
    }
  })
  await ready.promise

  return {
    mostUnheard: mostUnheard(options.topic),
    start: () => {
      begun = true
      java.ask()
    },
    stop: async () => {
      leaving = true
      if (!begun) return
      await java.terminate()
      await gone.promise
    },
    close: () => {
      leaving = true

      return java.kill()
    }
  }
}

const toldBy = (line: ProducerLine, options: CountingOptions): readonly ToldRecord[] => {
  if (line.line === 'failed') return [{ value: line.value, partition: undefined, outcome: failureOf(line.exception, options) }]
  if (line.line !== 'acknowledged') return []

  return [{ value: line.value, partition: line.partition, outcome: { kind: 'acknowledged', baseOffset: line.offset < 0 ? undefined : line.offset } }]
}

export const commandOf = ({ topic, prefix, bootstrap, acks, idempotent, retries, maxInFlight, recordsPerSecond, clientId }: CountingOptions): JavaCommand => ({
  tool: 'VerifiableProducer',
  arguments: [
    '--bootstrap-server', bootstrap.join(','), '--topic', topic, '--acks', acks === 'all' ? '-1' : acks,
    '--value-prefix', String(prefix), '--throughput', String(recordsPerSecond === undefined ? -1 : Math.round(recordsPerSecond))
  ],
  configuration: {
    'client.id': clientId,
    'enable.idempotence': String(idempotent),
    // Its own default is none.
    'retries': String(retries ?? (idempotent ? mostRetries : retriesOtherwise)),
    'max.in.flight.requests.per.connection': String(maxInFlight),
    'delivery.timeout.ms': String(deliveryTimeoutMs),
    'request.timeout.ms': '10000',
    'max.block.ms': String(deliveryTimeoutMs),
    'buffer.memory': String(bufferBytes),
    'batch.size': String(batchBytes),
    // Records of other sizes than those reckoned with would be in the buffer.
    'compression.type': 'none'
  }
})
