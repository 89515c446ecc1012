/**
 * Each anomaly as the end of a sentence that begins with a number, and what to do about it where the contract promised that
 * it could not happen. The definitions are in the history format, section 4.
 */
import type { Anomaly } from '../model/judgement.ts'

interface AnomalyWords {
  /** After `1`. */
  readonly one: string
  /** After any other number. */
  readonly many: string
  readonly next: string
}

const otherClient = 'Repeat the run with the same seed and another client: if it stays, look at the brokers; if it goes, at the client library.'
const commits = 'Look at when the group commits: a commit must not come before the work on every record below it is done.'
const transactions = 'Look at the client\'s transaction calls, the isolation level of the readers, and the brokers\' transaction version.'
const rebalances = 'Look at what the consumer does when partitions are revoked: work and commits must end before it gives them up.'

export const anomalyWords: Readonly<Record<Anomaly, AnomalyWords>> = {
  'lost': {
    one: 'acknowledged record is gone from the log', many: 'acknowledged records are gone from the log', next: otherClient
  },
  'vanished': {
    one: 'record was delivered and is no longer in the log', many: 'records were delivered and are no longer in the log',
    next: 'Consumers have acted on records that do not exist any more: look at leader changes and truncation in the brokers\' logs.'
  },
  'duplicated': {
    one: 'copy too many is in the log', many: 'copies too many are in the log',
    next: 'An idempotent producer promised that this could not happen. ' + otherClient
  },
  'offset-conflict': {
    one: 'offset stood for two different records', many: 'offsets stood for two different records',
    next: 'Two leaders accepted writes for one offset: look at leader epochs and elections in the brokers\' logs.'
  },
  'misplaced': {
    one: 'record is in a partition it was not sent to, or not where it was acknowledged',
    many: 'records are in partitions they were not sent to, or not where they were acknowledged', next: otherClient
  },
  'reordered': {
    one: 'record overtook an earlier one of its producer', many: 'records overtook earlier ones of their producer',
    next: 'Check idempotence and the number of requests in flight. ' + otherClient
  },
  'stale-order': {
    one: 'record lies before one that was acknowledged before it was sent', many: 'records lie before ones that were acknowledged before they were sent',
    next: 'Look at leader changes around the records\' times in the brokers\' logs.'
  },
  'unfounded': {
    one: 'record was believed written and never was', many: 'records were believed written and never were',
    next: 'The application ignored an error or never waited: handle the outcome of every send.'
  },
  'phantom': {
    one: 'record was seen that nobody sent', many: 'records were seen that nobody sent',
    next: 'Make sure that nobody else writes to the topic; then look at the ids in the report.'
  },
  'resurrected': {
    one: 'record is visible though it was definitely rejected or aborted', many: 'records are visible though they were definitely rejected or aborted',
    next: 'Check that the client saw every try of the record fail: an earlier try may have landed.'
  },
  'corrupted': {
    one: 'record does not have the bytes it was sent with', many: 'records do not have the bytes they were sent with',
    next: 'Compare the replicas on the brokers\' disks, and repeat the read with a client that checks the CRC.'
  },
  'replica-divergence': {
    one: 'offset differs between replicas', many: 'offsets differ between replicas',
    next: 'Look at truncation after leader changes in the logs of the brokers that differ.'
  },
  'epoch-regressed': {
    one: 'record has a lower leader epoch than one before it', many: 'records have a lower leader epoch than one before them',
    next: 'A deposed leader was still written to: look at elections and fencing in the brokers\' logs.'
  },
  'aborted-read': {
    one: 'record of an aborted transaction was delivered to a read_committed consumer',
    many: 'records of aborted transactions were delivered to read_committed consumers', next: transactions
  },
  'dirty-read': {
    one: 'record was delivered to a read_committed consumer before its transaction was committed',
    many: 'records were delivered to read_committed consumers before their transactions were committed', next: transactions
  },
  'torn-transaction': { one: 'transaction is only partly visible', many: 'transactions are only partly visible', next: transactions },
  'zombie-write': {
    one: 'record was written by a producer that had been replaced', many: 'records were written by producers that had been replaced',
    next: 'Check that old and new producer share one transactional.id, and look at fencing in the brokers\' logs.'
  },
  'stuck-transaction': {
    one: 'partition has a transaction that never ends', many: 'partitions have a transaction that never ends',
    next: 'Find it with `kafka-transactions.sh find-hanging` and abort it; read_committed consumers wait for it.'
  },
  'skipped': { one: 'record was passed over and never received', many: 'records were passed over and never received', next: commits },
  'poll-skip': {
    one: 'gap in what one consumer was handed', many: 'gaps in what one consumer was handed', next: otherClient
  },
  'poll-rewind': {
    one: 'step back in what one consumer was handed', many: 'steps back in what one consumer was handed', next: otherClient
  },
  'redelivered': {
    one: 'record was delivered again', many: 'records were delivered again',
    next: 'Make the application\'s work idempotent.'
  },
  'resume-rewind': {
    one: 'consumer resumed before what its group had committed', many: 'consumers resumed before what their group had committed',
    next: 'Look at the group coordinator\'s log around the assignment: an acknowledged commit was forgotten.'
  },
  'commit-ahead': {
    one: 'commit ran ahead of what had been received', many: 'commits ran ahead of what had been received', next: commits
  },
  'commit-regressed': {
    one: 'commit went back behind an earlier one', many: 'commits went back behind earlier ones',
    next: 'Look at the order of concurrent commits in the application: a later one must not carry a lower offset.'
  },
  'dual-owner': {
    one: 'partition had two owners who both committed', many: 'partitions had two owners who both committed', next: rebalances
  },
  'unowned': {
    one: 'commit or delivery of a member that did not own the partition', many: 'commits or deliveries of members that did not own the partition',
    next: rebalances
  },
  'undelivered': {
    one: 'record was never delivered', many: 'records were never delivered',
    next: 'Look at whether the consumers were still running at the end, and at the group\'s lag in the report.'
  },
  'effect-missing': {
    one: 'record had no effect in the application\'s store', many: 'records had no effect in the application\'s store',
    next: 'Record the effect and the progress in one transaction of the store, or commit only after the effect.'
  },
  'effect-repeated': {
    one: 'effect too many is in the application\'s store', many: 'effects too many are in the application\'s store',
    next: 'Give each effect the record\'s id as a unique key in the same transaction.'
  },
  'unavailable': {
    one: 'partition went without an acknowledgement for longer than the objective', many: 'partitions went without an acknowledgement for longer than the objective',
    next: 'Compare the recovery times with the session and request timeouts in the contract.'
  },
  'stalled': {
    one: 'partition or group never moved again after the last fault was healed', many: 'partitions or groups never moved again after the last fault was healed',
    next: 'Look at the state of its leader and its consumers in the brokers\' logs.'
  },
  'inconclusive': {
    one: 'partition could not be read completely, so that nothing missing there is proven',
    many: 'partitions could not be read completely, so that nothing missing there is proven',
    next: 'Repeat the run, or complete the audit: give it more time, and make sure that every partition has a leader.'
  }
}
