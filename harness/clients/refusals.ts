/** What a broker's error says for certain, whichever library reports it. Everything that is not here is indeterminate. */

/** Protocol errors that a broker answers before it appends. Source: Kafka's `ReplicaManager.appendRecords` and `UnifiedLog.analyzeAndValidateRecords`. */
export const refusedBeforeAppend = [
  'CORRUPT_MESSAGE', 'MESSAGE_TOO_LARGE', 'INVALID_TOPIC_EXCEPTION', 'RECORD_LIST_TOO_LARGE', 'NOT_ENOUGH_REPLICAS', 'INVALID_REQUIRED_ACKS',
  'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED', 'INVALID_TIMESTAMP', 'UNSUPPORTED_FOR_MESSAGE_FORMAT'
] as const

/**
 * Commits that the coordinator refuses before it appends anything. COORDINATOR_NOT_AVAILABLE and NOT_COORDINATOR may follow an
 * append. The last three are those of KIP-848.
 */
export const refusedCommits: ReadonlySet<string> = new Set([
  'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID', 'INVALID_GROUP_ID', 'OFFSET_METADATA_TOO_LARGE',
  'GROUP_AUTHORIZATION_FAILED', 'TOPIC_AUTHORIZATION_FAILED', 'GROUP_ID_NOT_FOUND', 'STALE_MEMBER_EPOCH', 'FENCED_MEMBER_EPOCH'
])

/** What an error that ended one try says about it. */
export interface TryOutcome {
  /** Kafka's or the system's name of the error where there is one, else the library's. */
  readonly error: string
  /** The record is definitely not written by this try. */
  readonly definite: boolean
}
