/** Figures and lists in sentences, and what the contract says of a record. */
import { moment } from '../model/story.ts'
import type { Attempt } from './attempts.ts'
import type { LineOf } from './lines.ts'
import type { Surroundings } from './record-lines.ts'
import type { FaultSpan } from './faults.ts'

export const figure = (count: number): string => count.toLocaleString('en-US')

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`

export const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${figure(count)} times`)

export const epochWords = ({ epoch }: Pick<LineOf<'leader'>, 'epoch'>): string => (epoch === undefined ? '' : ` (epoch ${epoch})`)

export const acksWords = ({ producer }: Attempt): string => `acks=${producer.acks}${producer.acksAssumed ? ' (assumed)' : ''}`

/** `acknowledged at offset 41 at 0:36.272`. */
export const acknowledgementWords = ({ offset, outcomeAt }: Attempt): string =>
  `acknowledged${offset === null ? '' : ` at offset ${figure(offset)}`}${outcomeAt === null ? '' : ` at ${moment(outcomeAt)}`}`

/** Brackets around the client's name, where it is known. */
export const clientWords = ({ producer }: Attempt): string => (producer.client === null ? '' : ` (${producer.client})`)

/** What the contract promised about this attempt's survival, and what breaks the promise, in one sentence. */
export const promiseWords = (attempt: Attempt, { topics }: Surroundings, faults: readonly FaultSpan[]): string => {
  const topic = topics.find(line => line.topic === attempt.topic)
  const minimum = topic?.minInsyncReplicas
  const leastInSync = minimum ?? Math.min(2, topic?.replicas ?? 3)
  const cut = faults.find(({ what }) => what === 'power-cut')

  if (attempt.producer.acks === '0') return 'acks=0 waits for no broker: its success promises nothing.'
  if (attempt.producer.acks === '1') return 'acks=1 promises only what the leader had: what no follower had fetched can go with it.'
  if (topic?.uncleanLeaderElection === true) return 'The topic permits unclean elections: a leader may be chosen that lacks acknowledged records.'
  if (leastInSync <= 1) return 'min.insync.replicas is 1: an acknowledged record may be on one broker alone, and go with it.'
  if (cut !== undefined && topic?.flushed !== true) return 'A power cut hit brokers, and the topic does not flush records before it acknowledges them.'

  const assumed = attempt.producer.acksAssumed || minimum === undefined || topic?.uncleanLeaderElection === undefined

  return `acks=all, min ISR ${leastInSync} and no unclean election promised that this cannot happen${assumed ? ' (not all of it is told by the history; the rest is assumed)' : ''}.`
}
