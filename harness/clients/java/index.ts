/**
 * Kafka's own Java clients, as they are in the broker's image: producers are `org.apache.kafka.tools.VerifiableProducer`, each in a
 * container of its own. Groups are read by kafkajs, and the report says so.
 *
 * VerifiableProducer makes, counts and paces its records itself, chooses their partition, and speaks of each only afterwards.
 */
import type { ClientPlan, MemberPlan, ProducerPlan } from '../../model/workload.ts'
import type { Driver, DriverFacts } from '../driver.ts'
import { javaClient } from '../drivers.ts'
import { kafkajs } from '../kafkajs/index.ts'
import { openJavaProducer } from './producer.ts'
import { mostUnheard } from './reach.ts'
import type { JavaSetting } from './session.ts'

/** The size that a workload has which asks for none. */
const anySize = 100
/** A send that is on record longer than this before it can happen says too little of when it did. */
const longestAheadSeconds = 5

export const javaFacts = (kafkaVersion: string): DriverFacts => ({
  name: javaClient,
  version: `VerifiableProducer of Kafka ${kafkaVersion}, groups: kafkajs ${kafkajs.version}`,
  capabilities: {
    inFlightWhenIdempotent: 5,
    rebalanceProtocols: kafkajs.capabilities.rebalanceProtocols,
    checksChecksums: kafkajs.capabilities.checksChecksums,
    ...kafkajs.capabilities.readsCommitted === true ? { readsCommitted: true } : {}
  },
  cannot: (plan: ClientPlan) => plan.kind === 'producer'
    ? [...takesItsConfiguration(kafkaVersion) ? [] : [`Kafka ${kafkaVersion} is not known to take its clients' configuration as ${oldestKnown.join('.')} does`], ...lacksOfProducer(plan)]
    : [...lacksOfMember(plan), ...kafkajs.cannot?.(plan) ?? []],
  outOfReach: { 'freeze-client': 'its containers are not frozen with it' }
})

/** `--command-config` (KIP-1147). */
const oldestKnown = [4, 3] as const

const takesItsConfiguration = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)

  return major > oldestKnown[0] || (major === oldestKnown[0] && minor >= oldestKnown[1])
}

const lacksOfProducer = ({ idempotent, maxInFlight, retries, recordBytes, recordsPerSecond, onError, poisonEvery, topic, usage }: ProducerPlan): readonly string[] => {
  const aheadSeconds = mostUnheard(topic.name) / (recordsPerSecond ?? Infinity)

  return [
    ...idempotent && retries === 0 ? ['it refuses to be idempotent without a retry'] : [],
    ...idempotent && maxInFlight > 5 ? ['it has at most 5 requests in flight when it is idempotent'] : [],
    ...recordBytes === anySize ? [] : [`it makes its records itself, of some 20 bytes, not of ${recordBytes}`],
    ...onError === 'record' ? [] : ['it makes its records itself, and believes nothing of them'],
    ...usage === undefined ? [] : [`it chooses itself how it sends, and cannot be used ${usage}`],
    ...poisonEvery === undefined ? [] : ['it makes its records itself, and no poison pills'],
    ...aheadSeconds > longestAheadSeconds ? [`it tells of a send only afterwards, and at ${recordsPerSecond} records/s that may be ${Math.ceil(aheadSeconds)} s later`] : []
  ]
}

const lacksOfMember = ({ onPoison, transform }: MemberPlan): readonly string[] => [
  ...transform === undefined ? [] : ['it makes no records from others'],
  ...onPoison?.kind === 'dead-letter' ? ['it writes no dead letters'] : []
]

export const javaDriver = (kafkaVersion: string, setting: JavaSetting): Driver => ({
  ...javaFacts(kafkaVersion),
  openProducer: () => Promise.reject(new Error('Kafka\'s Java producer makes its records itself; it is given none.')),
  openMember: kafkajs.openMember,
  openCounting: (options, listener) => openJavaProducer(setting, options, listener)
})
