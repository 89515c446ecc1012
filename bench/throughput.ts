/**
 * How many records of 100 bytes a second are acknowledged, through Toxiproxy, by all in-sync replicas, idempotent, with the
 * ledger and fingerprints on: three producers for 30 s with the consumers stopped, then with them; and beside it, on the same
 * cluster, Kafka's own VerifiableProducer, which keeps no ledger and no fingerprint.
 */
import { setTimeout as after } from 'node:timers/promises'
import { execa } from 'execa'
import { topic, type TopicPlan } from '../harness/model/topic.ts'
import { groupReads } from '../harness/workloads/group-reads.ts'
import { numberedWrites } from '../harness/workloads/numbered-writes.ts'
import { onBenchedCluster, underLoad, type Benched, type Figures } from './under-load.ts'

const loadSeconds = 30
const warmSeconds = 5

export const measureThroughput = (): Promise<Figures> => onBenchedCluster(async benched => {
  const producersAlone = await measureOurs(benched, topic('alone', { partitions: 3 }), { members: 0 })
  const withConsumers = await measureOurs(benched, topic('consumed', { partitions: 3 }), { members: 3 })
  const verifiableProducer = await measureVerifiableProducer(benched, topic('verifiable', { partitions: 3 }))

  return { recordBytes: 100, loadSeconds, producersAlone, withConsumers, verifiableProducer }
})

const measureOurs = async (benched: Benched, to: TopicPlan, { members }: { readonly members: number }): Promise<Figures> => {
  await benched.metadata.createTopic(to)
  const workloads = [
    numberedWrites({ to, acks: 'all', producers: 3 }),
    ...members > 0 ? [groupReads({ from: to, group: `${to.name}-readers`, members, commits: 'after-work' })] : []
  ]

  return underLoad(benched, 'kafkajs', async ({ tail, start }) => {
    await start(workloads.flatMap(({ clients }) => clients))
    await after(warmSeconds * 1000)
    tail.poll()
    const before = { at: performance.now(), ...tail.total() }
    let highestRss = 0
    for (let second = 0; second < loadSeconds; second += 1) {
      await after(1000)
      tail.poll()
      highestRss = Math.max(highestRss, process.memoryUsage.rss())
    }
    const seconds = (performance.now() - before.at) / 1000
    const now = tail.total()

    return {
      acknowledgedPerSecond: Math.round((now.acknowledged - before.acknowledged) / seconds),
      deliveredPerSecond: Math.round((now.delivered - before.delivered) / seconds),
      harnessMemoryMb: Math.round(highestRss / 2 ** 20)
    }
  })
}

/** Three of them, as ours are three, for as long; each line of standard output that says `producer_send_success` is one record. */
const measureVerifiableProducer = async ({ run, cluster, metadata }: Benched, to: TopicPlan): Promise<Figures> => {
  await metadata.createTopic(to)
  const { bootstrap, network, image } = cluster.containerListener
  const settings = 'batch.size=131072\nlinger.ms=5\nenable.idempotence=true\nretries=2147483647\n'
  const script = `printf '${settings.replaceAll('\n', '\\n')}' > /producer.properties; exec java -Xmx256m -XX:+UseSerialGC -cp '/opt/kafka/libs/*' org.apache.kafka.tools.VerifiableProducer --bootstrap-server ${bootstrap.join(',')} --topic ${to.name} --acks -1 --command-config /producer.properties > /dev/null`
  const producers = [1, 2, 3].map(number => execa('docker', [
    'run', '--rm', '--name', `ackproof-${run}-verifiable-${number}`, '--label', `ackproof.run=${run}`, '--network', network, '--entrypoint', 'bash', image, '-c', script
  ], { reject: false, buffer: false, stdout: 'ignore' }))
  try {
    await after((warmSeconds + 5) * 1000)
    const count = async (): Promise<number> => (await metadata.offsets([to.name])).reduce((sum, { logEnd }) => sum + logEnd, 0)
    const before = { at: performance.now(), records: await count() }
    await after(loadSeconds * 1000)

    return { writtenPerSecond: Math.round((await count() - before.records) / ((performance.now() - before.at) / 1000)), note: 'values are decimal numbers of a few bytes, not 100' }
  } finally {
    await execa('docker', ['rm', '-f', ...[1, 2, 3].map(number => `ackproof-${run}-verifiable-${number}`)], { reject: false })
    await Promise.all(producers)
  }
}
