/**
 * From librdkafka's errors to outcomes. Each record has a delivery report with the error of its last try; what the earlier ones met is in
 * the log (`tries.ts`). `definite` means that the broker refused before it appended. Everything else is indeterminate: librdkafka's own
 * persistence status is not asked, because it holds NOT_LEADER_OR_FOLLOWER for a proof that nothing was appended.
 */
import type { refusedBeforeAppend } from '../refusals.ts'

/** Kafka's number of each refusal, and librdkafka's words for it: its log tells of tries in these words only. */
export const refusals: Readonly<Record<(typeof refusedBeforeAppend)[number], { readonly code: number, readonly words: string }>> = {
  CORRUPT_MESSAGE: { code: 2, words: 'Broker: Invalid message' },
  MESSAGE_TOO_LARGE: { code: 10, words: 'Broker: Message size too large' },
  INVALID_TOPIC_EXCEPTION: { code: 17, words: 'Broker: Invalid topic' },
  RECORD_LIST_TOO_LARGE: { code: 18, words: 'Broker: Message batch larger than configured server segment size' },
  NOT_ENOUGH_REPLICAS: { code: 19, words: 'Broker: Not enough in-sync replicas' },
  INVALID_REQUIRED_ACKS: { code: 21, words: 'Broker: Invalid required acks value' },
  TOPIC_AUTHORIZATION_FAILED: { code: 29, words: 'Broker: Topic authorization failed' },
  CLUSTER_AUTHORIZATION_FAILED: { code: 31, words: 'Broker: Cluster authorization failed' },
  INVALID_TIMESTAMP: { code: 32, words: 'Broker: Invalid timestamp' },
  UNSUPPORTED_FOR_MESSAGE_FORMAT: { code: 43, words: 'Broker: Message format on broker does not support request' }
}

/** Kafka's number of each answer that a member has been replaced: to its commit in a transaction, too. */
const replacements: Readonly<Record<string, number>> = {
  ILLEGAL_GENERATION: 22, UNKNOWN_MEMBER_ID: 25, FENCED_INSTANCE_ID: 82, FENCED_MEMBER_EPOCH: 110, STALE_MEMBER_EPOCH: 113
}

/** Undefined: it is no such answer. */
export const replacementBy = ({ code }: { readonly code: number }): string | undefined =>
  Object.keys(replacements).find(name => replacements[name] === code)

const namesByCode = new Map(Object.entries(refusals).map(([name, { code }]) => [code, name]))

/** Kafka's name of the refusal; of any other error librdkafka's words and its number. */
export const nameOf = ({ code, message }: { readonly code: number, readonly message: string }): string =>
  namesByCode.get(code) ?? `${message} (${code})`

export const isRefusal = ({ code }: { readonly code: number }): boolean => namesByCode.has(code)

/** librdkafka has said that this instance will not go on. Where it says so unasked the package drops the number, and keeps these words. */
export const isFatal = ({ code, message }: { readonly code: number, readonly message: string }): boolean => code === -150 || message === 'fatal error'
