/**
 * kafkajs 2.2.4, configured so that its defaults cannot be mistaken for Kafka's behaviour. Its back-off grows to 30 s, so
 * that tries near 9 s and 19 s would be read as an outage: here it stays between 0.1 and 0.5 s. A partial `retry` object
 * silently turns an idempotent producer's endless retries into 5, so the object is always whole.
 */
import { Kafka, logLevel, type LogEntry, type RetryOptions } from 'kafkajs'
import { registerCodecs } from './compression.ts'

export const kafkajsVersion = '2.2.4'
export const requestTimeoutMs = 5000
export const endless = Number.MAX_SAFE_INTEGER

export const wholeRetry = (retries: number): Required<Omit<RetryOptions, 'restartOnFailure'>> => ({
  initialRetryTime: 100,
  maxRetryTime: 500,
  factor: 0.2,
  multiplier: 2,
  retries
})

export interface KafkaOptions {
  readonly clientId: string
  readonly bootstrap: readonly string[]
  /** For connecting and metadata; producers and consumers have their own. */
  readonly retries: number
  /** Hears what kafkajs logs as an error: the only place where it tells of single tries. Nothing is printed. */
  readonly onErrorLog: (entry: LogEntry) => void
}

export const openKafka = ({ clientId, bootstrap, retries, onErrorLog }: KafkaOptions): Kafka => {
  registerCodecs()

  return new Kafka({
    clientId,
    brokers: [...bootstrap],
    connectionTimeout: 2000,
    requestTimeout: requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: wholeRetry(retries),
    logLevel: logLevel.ERROR,
    logCreator: () => onErrorLog
  })
}
