/**
 * From kafkajs's errors to outcomes: what an error says about the one try that it ended. `definite` means that the broker
 * refused the batch before it appended anything, or that nothing was ever sent to it. Everything else is indeterminate:
 * timeouts, disconnections, NOT_LEADER_FOR_PARTITION and UNKNOWN_TOPIC_OR_PARTITION (a broker also answers both while it
 * waits for its followers, after it has appended), NOT_ENOUGH_REPLICAS_AFTER_APPEND, OUT_OF_ORDER_SEQUENCE_NUMBER,
 * whatever is new. A send is rejected only if every one of its tries is known to have failed so (see `tries.ts`).
 */
import { type refusedBeforeAppend, refusedCommits, type TryOutcome } from '../refusals.ts'
import { isKafkajsError } from './errors.ts'

/** kafkajs's own words for each refusal: its log tells of single tries in these words only. */
export const refusals: Readonly<Record<(typeof refusedBeforeAppend)[number], string>> = {
  CORRUPT_MESSAGE: 'This message has failed its CRC checksum, exceeds the valid size, or is otherwise corrupt',
  MESSAGE_TOO_LARGE: 'The request included a message larger than the max message size the server will accept',
  INVALID_TOPIC_EXCEPTION: 'The request attempted to perform an operation on an invalid topic',
  RECORD_LIST_TOO_LARGE: 'The request included message batch larger than the configured segment size on the server',
  NOT_ENOUGH_REPLICAS: 'Messages are rejected since there are fewer in-sync replicas than required',
  INVALID_REQUIRED_ACKS: 'Produce request specified an invalid value for required acks',
  TOPIC_AUTHORIZATION_FAILED: 'Not authorized to access topics: [Topic authorization failed]',
  CLUSTER_AUTHORIZATION_FAILED: 'Cluster authorization failed',
  INVALID_TIMESTAMP: 'The timestamp of the message is out of acceptable range',
  UNSUPPORTED_FOR_MESSAGE_FORMAT: 'The message format version on the broker does not support the request'
}

/** What an error that ended a try says about it. */
export const outcomeOfTry = (error: unknown): TryOutcome => {
  const origin = originOf(error)
  const name = nameOf(origin)

  return { error: name, definite: name in refusals || wasNeverSent(origin) }
}

/** kafkajs wraps what ended the last try in what ended the retries. */
const originOf = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error ? originOf(error.cause) : error

const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'UNKNOWN'
  if ('type' in error && typeof error.type === 'string') return error.type
  if ('code' in error && typeof error.code === 'string') return error.code

  return error.name
}

/** No connection was made, so no request can have left. Only ECONNREFUSED proves it: other codes also end live connections. */
const wasNeverSent = (error: unknown): boolean =>
  isKafkajsError(error) && error.name === 'KafkaJSConnectionError' && 'code' in error && error.code === 'ECONNREFUSED'

/** Whether another try makes sense: kafkajs marks what it would not retry. */
export const isRetriable = (error: unknown): boolean => {
  const origin = originOf(error)

  return isKafkajsError(origin) && origin.retriable
}

/** What an error of a single commit request says about it. */
export const outcomeOfCommit = (error: unknown): { readonly outcome: 'rejected' | 'indeterminate', readonly error: string } => {
  const name = nameOf(originOf(error))

  return { outcome: refusedCommits.has(name) ? 'rejected' : 'indeterminate', error: name }
}
