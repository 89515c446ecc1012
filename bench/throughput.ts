/**
 * How many records of 100 bytes a second are acknowledged, through Toxiproxy, by all in-sync replicas, idempotent, with the
 * ledger and fingerprints on: three producers for 30 s with the consumers stopped, then with them; and beside it, on the same
 * cluster, Kafka's own VerifiableProducer, which keeps no ledger and no fingerprint.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { execa } from 'execa'
import { connectMetadata } from '../harness/clients/admin.ts'
import { dockerProvider } from '../harness/cluster/docker/boot.ts'
import type { ProvidedCluster } from '../harness/cluster/provider.ts'
import { startClock } from '../harness/model/clock.ts'
import { brokers } from '../harness/model/cluster.ts'
import { defaultKafkaVersion } from '../harness/model/commands.ts'
import type { Metadata } from '../harness/model/metadata.ts'
import { topic, type TopicPlan } from '../harness/model/topic.ts'
import type { Workload } from '../harness/model/workload.ts'
import { tailLedger } from '../harness/ledger/tail.ts'
import { startClient } from '../harness/run/client-process.ts'
import { untilReady } from '../harness/run/ready.ts'
import { newRunId } from '../harness/run/run-folder.ts'
import { groupReads } from '../harness/workloads/group-reads.ts'
import { numberedWrites } from '../harness/workloads/numbered-writes.ts'

const loadSeconds = 30
const warmSeconds = 5

export const measureThroughput = async (): Promise<Readonly<Record<string, unknown>>> => {
  const run = newRunId()
  const { signal } = new AbortController()
  const cluster = await dockerProvider.boot({ run, plan: brokers(3), kafkaVersion: defaultKafkaVersion, told: () => undefined, signal })
  const metadata = connectMetadata(cluster.bootstrap('admin'))
  try {
    await untilReady(cluster, metadata, signal)
    const producersAlone = await measureOurs(run, cluster, metadata, topic('alone', { partitions: 3 }), { members: 0 })
    const withConsumers = await measureOurs(run, cluster, metadata, topic('consumed', { partitions: 3 }), { members: 3 })
    const verifiableProducer = await measureVerifiableProducer(run, cluster, metadata, topic('verifiable', { partitions: 3 }))

    return { recordBytes: 100, loadSeconds, producersAlone, withConsumers, verifiableProducer }
  } finally {
    await metadata.close()
    await cluster.remove()
  }
}

type Figures = Readonly<Record<string, unknown>>

const measureOurs = async (
  run: string, cluster: ProvidedCluster, metadata: Metadata, to: TopicPlan, { members }: { readonly members: number }
): Promise<Figures> => {
  await metadata.createTopic(to)
  const folder = mkdtempSync(join(tmpdir(), 'ackproof-bench-'))
  const ledger = join(folder, 'ledger')
  const clock = startClock()
  const workloads: readonly Workload[] = [
    numberedWrites({ to, acks: 'all', producers: 3 }),
    ...members > 0 ? [groupReads({ from: to, group: `${to.name}-readers`, members, commits: 'after-work' })] : []
  ]
  const clients = await Promise.all(workloads.flatMap(workload => workload.clients).map(plan => startClient({
    plan,
    setting: { run, origin: clock.origin, ledger, bootstrap: cluster.bootstrap(plan.kind === 'producer' ? 'producer' : 'consumer') },
    driver: 'kafkajs',
    logs: join(folder, 'logs'),
    now: clock.now,
    onDied: death => { throw new Error(`${death.client} died: ${death.lastWords.join('\n')}`) },
    onGap: gap => { throw new Error(gap) }
  })))
  try {
    for (const client of clients) client.startLoad()
    await after(warmSeconds * 1000)
    const tail = tailLedger(ledger)
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
    tail.close()

    return {
      acknowledgedPerSecond: Math.round((now.acknowledged - before.acknowledged) / seconds),
      deliveredPerSecond: Math.round((now.delivered - before.delivered) / seconds),
      harnessMemoryMb: Math.round(highestRss / 2 ** 20)
    }
  } finally {
    await Promise.all(clients.map(client => client.kill()))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Three of them, as ours are three, for as long; each line of standard output that says `producer_send_success` is one record. */
const measureVerifiableProducer = async (run: string, cluster: ProvidedCluster, metadata: Metadata, to: TopicPlan): Promise<Readonly<Record<string, unknown>>> => {
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
