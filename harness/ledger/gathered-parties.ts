/** Gathers who took part, and under which contract: topics and their partitions, producers, groups and their members. */
import { notKnown, type MemberContract, type ProducerContract, type TopicContract, type TopicPartition } from '../model/evidence.ts'
import {
  completeMember, completeProducer, completeTopic, untoldMember, untoldProducer, untoldTopic, type ToldMember, type ToldProducer,
  type ToldTopic
} from './contracts.ts'
import type { Fail } from './gathered-sends.ts'
import { names, pairs, type Names, type Pairs } from './interning.ts'

export interface GatheredParties {
  readonly topics: Names
  readonly groups: Names
  /** A topic's number and a partition; `notKnown` for a partition that the client chose. */
  readonly partitions: Pairs
  readonly producerOf: (name: string, incarnation: number) => number
  readonly memberOf: (name: string, group: number) => number
  readonly topicLine: (line: { readonly order: number, readonly topic: number, readonly told: ToldTopic }) => void
  readonly producerLine: (line: { readonly order: number, readonly producer: number, readonly told: ToldProducer }) => void
  readonly memberLine: (line: { readonly order: number, readonly member: number, readonly told: ToldMember }) => void
  /** A line of a producer's incarnation that is neither a send nor an outcome. */
  readonly producerSeen: (seen: { readonly producer: number, readonly at: number }) => void
  /** `lastAt`: by producer, when its last send, or outcome of a send, was written. */
  readonly finish: (lastAt: (producer: number) => number) => Parties
}

export interface Parties {
  readonly topics: readonly TopicContract[]
  readonly partitions: readonly TopicPartition[]
  readonly producers: readonly ProducerContract[]
  readonly groups: readonly string[]
  readonly members: readonly MemberContract[]
}

export const gatherParties = (fail: Fail): GatheredParties => {
  const topics = names()
  const groups = names()
  const partitions = pairs()
  const producers = numbered()
  const members = numbered()
  const topicsTold = new Map<number, ToldTopic>()
  const producersTold = new Map<number, ToldProducer>()
  const membersTold = new Map<number, ToldMember>()
  const lastAt: number[] = []

  return {
    topics,
    groups,
    partitions,
    producerOf: producers.numberOf,
    memberOf: members.numberOf,
    topicLine: ({ order, topic, told }) => {
      if (topicsTold.has(topic)) fail({ order, field: 'topic', problem: 'a second line of this topic' })
      topicsTold.set(topic, told)
    },
    producerLine: ({ order, producer, told }) => {
      if (producersTold.has(producer)) fail({ order, field: 'producer', problem: 'a second line of this incarnation' })
      producersTold.set(producer, told)
    },
    memberLine: ({ order, member, told }) => {
      if (membersTold.has(member)) fail({ order, field: 'member', problem: 'a second line of this member and group' })
      membersTold.set(member, told)
    },
    producerSeen: ({ producer, at }) => {
      lastAt[producer] = Math.max(lastAt[producer] ?? 0, at)
    },
    finish: lastSendAt => ({
      topics: topics.all.map((name, topic) => completeTopic(name, topicsTold.get(topic) ?? untoldTopic)),
      partitions: partitions.all.map(({ first: topic, second }) => ({ topic, partition: second === notKnown ? null : second })),
      groups: groups.all,
      members: members.all.map(({ name, number: group }, member) =>
        completeMember({ name, group }, membersTold.get(member) ?? untoldMember)),
      producers: producers.all.map(({ name, number: incarnation }, producer) => {
        const told = producersTold.get(producer) ?? untoldProducer
        const last = Math.max(lastAt[producer] ?? 0, lastSendAt(producer), told.at ?? 0)

        return completeProducer({ name, incarnation, lastAt: last }, told)
      })
    })
  }
}

/** Pairs of a name and a number, as numbers in the order in which they first appeared. */
const numbered = () => {
  const known = new Map<string, Map<number, number>>()
  const all: { readonly name: string, readonly number: number }[] = []
  let lastName: string | undefined
  let lastNumber = -1
  let last = -1

  return {
    all,
    numberOf: (name: string, number: number): number => {
      if (name === lastName && number === lastNumber) return last

      const inner = known.get(name) ?? new Map<number, number>()
      known.set(name, inner)
      const found = inner.get(number) ?? all.push({ name, number }) - 1
      inner.set(number, found)
      lastName = name
      lastNumber = number
      last = found

      return found
    }
  }
}
