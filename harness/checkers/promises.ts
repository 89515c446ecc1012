/**
 * What the contract promised for a record or a partition, and in which words: whether its loss is permitted, and why. This
 * is where "violation" and "permitted" part.
 */
import type { Evidence, ProducerContract, TopicContract } from '../model/evidence.ts'
import { cutUntil, powerCuts } from './power-cuts.ts'

export interface Promises {
  /** Unclean election on, or min ISR 1: an acknowledged record may be lost by design. */
  readonly weakTopic: (partition: number) => boolean
  /** Sent with acks 0 or 1, or to a weak topic. */
  readonly weakRecord: (send: number) => boolean
  /** The contract does not promise that this record survived. */
  readonly mayBeLost: (send: number) => boolean
  /** In this partition records may have been cut off: a weak topic, or a power cut without flushing. */
  readonly mayBeTruncated: (partition: number) => boolean
  /** `acks=all, min ISR 2, unclean election off`, and what excuses the record, if anything does. */
  readonly ofSend: (send: number) => Reason
  readonly ofPartition: (partition: number) => Reason
}

/** The contract in words, and what stands for it when reasons are compared. */
export interface Reason {
  readonly cause: string
  readonly words: () => string
}

export const promisesOf = (evidence: Evidence): Promises => {
  const { sends, partitions, topics, producers } = evidence
  const cuts = powerCuts(evidence)
  const weak = topics.map(isWeak)
  const until = topics.map(({ replicas, flushed }) => (flushed ? -Infinity : cutUntil(cuts, replicas)))
  const topicOf = (partition: number): number => partitions[partition]!.topic
  const topicOfSend = (send: number): number => topicOf(sends.partition[send]!)

  const weakTopic = (partition: number): boolean => weak[topicOf(partition)]!
  const weakRecord = (send: number): boolean => weak[topicOfSend(send)]! || producers[sends.producer[send]!]!.acks !== 'all'
  const hitByPowerCut = (send: number): boolean => sends.at[send]! < until[topicOfSend(send)]!

  return {
    weakTopic,
    weakRecord,
    mayBeLost: send => weakRecord(send) || hitByPowerCut(send),
    mayBeTruncated: partition => weakTopic(partition) || until[topicOf(partition)]! > -Infinity,
    ofSend: send => {
      const topic = topicOfSend(send)
      const producer = sends.producer[send]!
      const cut = hitByPowerCut(send)

      return {
        cause: `${producer}|${topic}|${cut}`,
        words: () => withCut(`${acksInWords(producers[producer]!)}, ${topicInWords(topics[topic]!)}`, cut)
      }
    },
    ofPartition: partition => {
      const topic = topicOf(partition)

      return { cause: `|${topic}`, words: () => withCut(topicInWords(topics[topic]!), until[topic]! > -Infinity) }
    }
  }
}

/** Unclean election on, or min ISR 1. */
export const isWeak = ({ uncleanLeaderElection, minInsyncReplicas }: Pick<TopicContract, 'uncleanLeaderElection' | 'minInsyncReplicas'>): boolean => uncleanLeaderElection || minInsyncReplicas <= 1

const assumedMark = (assumed: boolean): string => (assumed ? ' (assumed)' : '')

const acksInWords = ({ acks, assumed }: ProducerContract): string => `acks=${acks}${assumedMark(assumed.has('acks'))}`

const topicInWords = ({ minInsyncReplicas, uncleanLeaderElection, assumed }: TopicContract): string =>
  `min ISR ${minInsyncReplicas}${assumedMark(assumed.has('minInsyncReplicas'))}, ` +
  `unclean election ${uncleanLeaderElection ? 'on' : 'off'}${assumedMark(assumed.has('uncleanLeaderElection'))}`

const withCut = (contract: string, cut: boolean): string =>
  (cut ? `${contract}; a power cut hit as many brokers as there are replicas, and records are not flushed before they are acknowledged` : contract)

/** `idempotence on`, and whether somebody said so. */
export const idempotenceInWords = ({ idempotent, assumed }: ProducerContract): string =>
  `idempotence ${idempotent ? 'on' : 'off'}${assumedMark(assumed.has('idempotent'))}`
