/** What Kafka's VerifiableProducer prints: one JSON object a line, of each record once its fate is known, and of nothing before. */
import { isCount, parseLine } from '../program/channel.ts'

export type ProducerLine =
  | { readonly line: 'acknowledged', readonly value: string, readonly topic: string, readonly partition: number, /** -1 with acks 0. */ readonly offset: number }
  | { readonly line: 'failed', readonly value: string, readonly exception: string, readonly message: string }
  /** Java has ended; the script that started it says so, see `docker/run-client.sh`. */
  | { readonly line: 'ended', readonly exitCode: number }
  /** It began, or it says how much it did: nothing that is on record. */
  | { readonly line: 'other' }

const others: ReadonlySet<unknown> = new Set(['startup_complete', 'shutdown_complete', 'tool_data'])

/** Undefined: it is none of its lines. */
export const readProducerLine = (text: string): ProducerLine | undefined => {
  const { name, value, topic, partition, offset, exception, message, exitCode } = parseLine(text) ?? {}
  if (others.has(name)) return { line: 'other' }
  if (name === 'ended' && isCount(exitCode)) return { line: 'ended', exitCode }
  if (name === 'producer_send_success' && typeof value === 'string' && typeof topic === 'string' && isCount(partition) && (isCount(offset) || offset === -1)) {
    return { line: 'acknowledged', value, topic, partition, offset }
  }
  if (name !== 'producer_send_error' || typeof value !== 'string' || typeof exception !== 'string') return undefined

  return { line: 'failed', value, exception: classOf(exception), message: typeof message === 'string' ? message : '' }
}

/** Java prints `class org.apache.kafka.common.errors.TimeoutException`. */
const classOf = (exception: string): string => exception.replace(/^class /, '').replace(/^.*\./, '')
