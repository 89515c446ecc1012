/** One VerifiableProducer: its settings, what it tells of its records, and its end. */
import type { CountingListener, CountingOptions, CountingProducer, ToldRecord } from '../driver.ts'
import type { JavaCommand } from './container.ts'
import { readProducerLine, type ProducerLine } from './lines.ts'
import { failureOf } from './outcomes.ts'
import { batchBytes, bufferBytes, mostUnheard } from './reach.ts'
import { openJava, type JavaSetting } from './session.ts'

/** Less than producers are waited for at a run's end. */
const deliveryTimeoutMs = 30_000
/** So long does a send wait for room in a buffer that can be full. */
const fullAfterMs = 1000
const requestTimeoutMs = 10_000
const mostRetries = 2_147_483_647
const retriesOtherwise = 5

export const openJavaProducer = async (setting: JavaSetting, options: CountingOptions, listener: CountingListener): Promise<CountingProducer> => {
  const java = await openJava(setting, {
    name: options.clientId,
    command: commandOf(options),
    hear: lines => {
      const read = lines.map(text => ({ text, line: readProducerLine(text) }))
      listener.told(read.flatMap(({ line }) => line === undefined ? [] : toldBy(line, options)))

      return {
        strange: read.flatMap(({ text, line }) => line === undefined ? [text] : []),
        exitCode: read.map(({ line }) => line).find(line => line?.line === 'ended')?.exitCode
      }
    }
  })

  return { ...java, mostUnheard: mostUnheard(options.topic, options.buffer?.records) }
}

const toldBy = (line: ProducerLine, options: CountingOptions): readonly ToldRecord[] => {
  if (line.line === 'failed') return [{ value: line.value, partition: undefined, outcome: failureOf(line.exception, options) }]
  if (line.line !== 'acknowledged') return []

  return [{ value: line.value, partition: line.partition, outcome: { kind: 'acknowledged', baseOffset: line.offset < 0 ? undefined : line.offset } }]
}

export const commandOf = ({ topic, prefix, bootstrap, acks, idempotent, retries, maxInFlight, recordsPerSecond, clientId, buffer }: CountingOptions): JavaCommand => ({
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
    'delivery.timeout.ms': String(buffer?.deliveryTimeoutMs ?? deliveryTimeoutMs),
    // Kafka demands that it be shorter than the delivery.
    'request.timeout.ms': String(buffer === undefined ? requestTimeoutMs : Math.min(requestTimeoutMs, Math.floor(buffer.deliveryTimeoutMs / 2))),
    'max.block.ms': String(buffer === undefined ? deliveryTimeoutMs : fullAfterMs),
    'buffer.memory': String(bufferBytes(buffer?.records)),
    'batch.size': String(batchBytes),
    // Records of other sizes than those reckoned with would be in the buffer.
    'compression.type': 'none'
  }
})
