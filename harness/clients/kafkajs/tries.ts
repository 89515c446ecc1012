/**
 * What became of each single try of a send that kafkajs repeats by itself. kafkajs reports its last error only, and an
 * earlier try that timed out may have landed; but its producer logs every failed try that reached a broker, with its
 * number. A send was refused for good only if each of its tries, from the first to the last, is in that log with words
 * that mean a refusal. A try that left no such line (kafkajs is silent where it has to reconnect) proves nothing.
 *
 * The log does not say which send a line belongs to: this is sound only for a producer with one send at a time.
 */
import type { LogEntry } from 'kafkajs'
import { refusals } from './outcomes.ts'

export interface Tries {
  /** A new send begins. */
  readonly begin: () => void
  readonly hear: (entry: LogEntry) => void
  /** True if the log shows that every try of the current send was refused. */
  readonly allRefused: () => boolean
}

const words = new Set(Object.values(refusals))
const prefix = 'Failed to send messages: '
/** No connection, so nothing was sent. */
const noConnection = 'Connection error: connect ECONNREFUSED '

export const watchTries = (): Tries => {
  let refused = new Set<number>()
  let last = -1

  return {
    begin: () => {
      refused = new Set()
      last = -1
    },
    hear: ({ namespace, log }) => {
      const number: unknown = log['retryCount']
      if (namespace !== 'Producer' || typeof number !== 'number') return

      last = Math.max(last, number)
      const said = log.message.replace(prefix, '')
      if (words.has(said) || said.startsWith(noConnection)) refused.add(number)
    },
    allRefused: () => last >= 0 && refused.size === last + 1
  }
}
