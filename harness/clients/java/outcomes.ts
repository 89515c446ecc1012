/**
 * What an exception of Kafka's Java producer says of its record. It names the last error of a record that may have been tried before, so
 * it is definite only where the producer tries once; and only an error that a broker answers before it appends. All else, and every
 * exception that is not here, is indeterminate: `TimeoutException` is told of records that were sent as of records that never were.
 */
import type { Outcome } from '../../model/recorder.ts'
import type { ProducerOptions } from '../driver.ts'

/** Sources: `org.apache.kafka.common.protocol.Errors`, and `refusedBeforeAppend` in `refusals.ts`. */
const refusals: Readonly<Record<string, string>> = {
  NotEnoughReplicasException: 'NOT_ENOUGH_REPLICAS',
  TopicAuthorizationException: 'TOPIC_AUTHORIZATION_FAILED',
  ClusterAuthorizationException: 'CLUSTER_AUTHORIZATION_FAILED',
  InvalidTimestampException: 'INVALID_TIMESTAMP',
  InvalidRequiredAcksException: 'INVALID_REQUIRED_ACKS'
}

/** The buffer had no room in time: the record was never in it, whatever the producer does with those that are (`RecordAccumulator.append`, `BufferPool.allocate`). */
const neverTaken = 'BufferExhaustedException'

export const failureOf = (exception: string, { idempotent, retries }: Pick<ProducerOptions, 'idempotent' | 'retries'>): Outcome => {
  if (exception === neverTaken) return { kind: 'rejected', error: exception }
  const refusal = Object.hasOwn(refusals, exception) ? refusals[exception] : undefined
  const triedOnce = !idempotent && retries === 0

  return refusal !== undefined && triedOnce ? { kind: 'rejected', error: refusal } : { kind: 'indeterminate', error: refusal ?? exception }
}
