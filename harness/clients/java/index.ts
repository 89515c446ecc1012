/**
 * Kafka's own Java clients, as they are in the broker's image: `VerifiableProducer` and `VerifiableConsumer` of `org.apache.kafka.tools`,
 * each client in a container of its own.
 *
 * VerifiableProducer makes, counts and paces its records itself, chooses their partition, and speaks of each only afterwards.
 * VerifiableConsumer prints each record, commits after each poll, and tells of both.
 */
import type { ClientPlan, MemberPlan, ProducerPlan } from '../../model/workload.ts'
import type { Driver, DriverFacts } from '../driver.ts'
import { javaClient } from '../drivers.ts'
import { openJavaMember } from './member.ts'
import { openJavaProducer } from './producer.ts'
import { leastBufferRecords, mostUnheard } from './reach.ts'
import type { JavaSetting } from './session.ts'

/** The size that a workload has which asks for none. */
const anySize = 100
/** A send that is on record longer than this before it can happen says too little of when it did. */
const longestAheadSeconds = 5

export const javaFacts = (kafkaVersion: string): DriverFacts => ({
  name: javaClient,
  version: `VerifiableProducer and VerifiableConsumer of Kafka ${kafkaVersion}`,
  capabilities: {
    inFlightWhenIdempotent: 5, rebalanceProtocols: ['classic', 'consumer'], staticMembership: ['classic', 'consumer'], cooperative: true, checksChecksums: true,
    readsCommitted: true, resets: ['earliest', 'latest'], buffers: true
  },
  cannot: (plan: ClientPlan) => [
    ...takesItsConfiguration(kafkaVersion) ? [] : [`Kafka ${kafkaVersion} is not known to take its clients' configuration as ${oldestKnown.join('.')} does`],
    ...plan.kind === 'producer' ? lacksOfProducer(plan) : lacksOfMember(plan)
  ],
  outOfReach: { 'freeze-client': 'its containers are not frozen with it' }
})

/** `--command-config` (KIP-1147). */
const oldestKnown = [4, 3] as const

const takesItsConfiguration = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)

  return major > oldestKnown[0] || (major === oldestKnown[0] && minor >= oldestKnown[1])
}

const lacksOfProducer = ({ idempotent, maxInFlight, retries, recordBytes, recordsPerSecond, onError, poisonEvery, topic, usage, buffer }: ProducerPlan): readonly string[] => {
  const aheadSeconds = mostUnheard(topic.name, buffer?.records) / (recordsPerSecond ?? Infinity)

  return [
    ...idempotent && retries === 0 ? ['it refuses to be idempotent without a retry'] : [],
    ...idempotent && maxInFlight > 5 ? ['it has at most 5 requests in flight when it is idempotent'] : [],
    ...recordBytes === anySize ? [] : [`it makes its records itself, of some 20 bytes, not of ${recordBytes}`],
    ...onError === 'record' ? [] : ['it makes its records itself, and believes nothing of them'],
    ...usage === undefined ? [] : [`it chooses itself how it sends, and cannot be used ${usage}`],
    ...(buffer?.records ?? leastBufferRecords) >= leastBufferRecords ? [] : [`its buffer holds ${leastBufferRecords} records at least`],
    ...poisonEvery === undefined ? [] : ['it makes its records itself, and no poison pills'],
    ...aheadSeconds > longestAheadSeconds ? [`it tells of a send only afterwards, and at ${recordsPerSecond} records/s that may be ${Math.ceil(aheadSeconds)} s later`] : []
  ]
}

const lacksOfMember = ({ topics, commits, workMicroseconds, effect, onPoison, replays, transform }: MemberPlan): readonly string[] => [
  ...topics.length === 1 ? [] : [`its members read one topic, not ${topics.length}`],
  ...commits === 'before-work' ? ['its members commit after each poll, when its records have been worked on'] : [],
  ...commits === 'automatic' ? ['its members do not tell what they commit by themselves'] : [],
  ...workMicroseconds === 0 ? [] : ['its members print each record, and do no other work on it'],
  ...effect === undefined ? [] : ['its members print each record, and have no other effect'],
  ...onPoison === undefined ? [] : ['its members take every record for one that they can process'],
  ...replays === undefined ? [] : ['its members read on, and never go back'],
  ...transform === undefined ? [] : ['it makes no records from others']
]

export const javaDriver = (kafkaVersion: string, setting: JavaSetting): Driver => ({
  ...javaFacts(kafkaVersion),
  openProducer: () => Promise.reject(new Error('Kafka\'s Java producer makes its records itself; it is given none.')),
  openMember: () => Promise.reject(new Error('Kafka\'s Java consumer works by itself; it hands nothing over.')),
  openCounting: (options, listener) => openJavaProducer(setting, options, listener),
  openTelling: (options, listener) => openJavaMember(setting, options, listener)
})
