/**
 * The part of `@confluentinc/kafka-javascript` that is used here: its callback API, a thin layer on librdkafka, because the promises on
 * top of it hide which error ended a record. The package is not one of Ackproof's dependencies, so that its types are written down here.
 */
import { UsageError } from '../../model/errors.ts'
import type { TopicPartition } from '../../model/recorder.ts'

export const packageName: string = '@confluentinc/kafka-javascript'

type Callback<Value = undefined> = (error: RawError | null | undefined, value: Value) => void
type Done = (error: RawError | null | undefined) => void
/** Names are librdkafka's own. */
export type Settings = Readonly<Record<string, unknown>>

export interface RawError {
  readonly message: string
  /** Kafka's number of the error, or one of librdkafka's own, which are negative. */
  readonly code: number
}

export interface LogLine {
  readonly fac: string
  readonly message: string
}

/** What became of one record of a producer. */
export interface RawReport {
  readonly offset: number
  /** What was handed over with the record. */
  readonly opaque: unknown
}

interface RawClient {
  readonly connect: (options: { readonly timeout: number }, done: Callback<unknown>) => void
  readonly on: ((event: 'event.log', listener: (line: LogLine) => void) => void) & ((event: 'event.error', listener: (error: RawError) => void) => void)
}

export interface RawProducer extends RawClient {
  readonly on: RawClient['on'] & ((event: 'delivery-report', listener: Callback<RawReport>) => void)
  readonly setPollInBackground: (on: true) => void
  /** Throws a RawError where librdkafka does not take the record. */
  readonly produce: (topic: string, partition: number, value: Buffer, key: null, timestamp: null, opaque: unknown) => void
  readonly disconnect: (flushMs: number, done: Callback<unknown>) => void
  readonly initTransactions: (timeoutMs: number, done: Done) => void
  readonly beginTransaction: (done: Done) => void
  readonly commitTransaction: (timeoutMs: number, done: Done) => void
  readonly abortTransaction: (timeoutMs: number, done: Done) => void
  /** Tells the coordinator the consumer's member and generation (KIP-447). */
  readonly sendOffsetsToTransaction: (offsets: readonly RawOffset[], consumer: RawConsumer, timeoutMs: number, done: Done) => void
}

export interface RawMessage extends TopicPartition {
  readonly offset: number
  readonly leaderEpoch?: number
  readonly value: Buffer | null
}

export interface RawOffset extends TopicPartition {
  readonly offset?: number
}

export interface RawConsumer extends RawClient {
  readonly subscribe: (topics: readonly string[]) => void
  readonly setDefaultConsumeTimeout: (milliseconds: number) => void
  readonly setDefaultIsTimeoutOnlyForFirstMessage: (only: boolean) => void
  readonly consume: (most: number, done: Callback<readonly RawMessage[] | undefined>) => void
  readonly committed: (partitions: readonly TopicPartition[], timeoutMs: number, done: Callback<readonly (RawOffset | Error)[]>) => void
  /** Waits for the coordinator's answer, and lets nothing else happen meanwhile. Throws a RawError. */
  readonly commitSync: (offsets: readonly RawOffset[]) => void
  readonly offsetsStore: (offsets: readonly RawOffset[]) => void
  readonly seek: (offset: RawOffset, timeoutMs: number, done: Callback) => void
  readonly pause: (partitions: readonly TopicPartition[]) => void
  readonly resume: (partitions: readonly TopicPartition[]) => void
  readonly assign: (offsets: readonly RawOffset[]) => void
  readonly unassign: () => void
  readonly incrementalAssign: (offsets: readonly RawOffset[]) => void
  readonly incrementalUnassign: (partitions: readonly TopicPartition[]) => void
  readonly rebalanceProtocol: () => string
  readonly disconnect: (done: Callback<unknown>) => void
}

export interface Library {
  readonly Producer: new (settings: Settings) => RawProducer
  readonly KafkaConsumer: new (settings: Settings) => RawConsumer
  readonly librdkafkaVersion: string
}

export interface InstalledLibrary {
  readonly library: Library
  readonly version: string
}

/** Rejects as `import` does where the package is missing; with a UsageError where it has no native part. */
export const loadLibrary = async (): Promise<InstalledLibrary> => {
  try {
    const { default: library } = await import(packageName) as { readonly default: Library }
    const { default: manifest } = await import(`${packageName}/package.json`, { with: { type: 'json' } }) as { readonly default: { readonly version: string } }

    return { library, version: `${manifest.version} (librdkafka ${library.librdkafkaVersion})` }
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('Could not locate the bindings file')) throw error
    throw new UsageError({
      happened: `${packageName} is installed without its native part, which is made when the package is installed.`,
      next: `Let its install script run: npm rebuild ${packageName} (docs/clients.md has the rest).`,
      cause: error
    })
  }
}
