/**
 * The reader of segments against Kafka's own, `DumpLogSegments`, on the same files of a real broker's disk: every batch
 * and every record must come out alike, whatever the producer and the codec.
 */
import { Kafka, logLevel, type Producer } from 'kafkajs'
import { beforeAll, describe, expect, test } from 'vitest'
import { codecs } from '../../harness/clients/codecs.ts'
import { openKafka } from '../../harness/clients/kafkajs/client.ts'
import { execute } from '../../harness/cluster/docker/probe.ts'
import { connectRuntime, type Docker } from '../../harness/cluster/docker/runtime.ts'
import { brokers } from '../../harness/model/cluster.ts'
import type { BatchInfo } from '../../harness/model/record-batches.ts'
import { topic } from '../../harness/model/topic.ts'
import { directoryOf, openLogReader, partitionFiles, readLeaderEpochs, type LogRead } from '../../harness/segments/index.ts'
import { followTransactions } from '../../harness/model/transaction-fates.ts'
import { sharedCluster } from './shared-cluster.ts'

const shared = sharedCluster(brokers(1))
const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
const one = { partitions: 1, replicas: 1, minInsyncReplicas: 1 }
const topics = [
  ...codecNames.map(codec => topic(`with-${codec}`, { ...one, config: { 'compression.type': codec === 'none' ? 'uncompressed' : codec } })),
  topic('plain', one),
  topic('transactions', { ...one, config: { 'compression.type': 'zstd' } }),
  topic('several-segments', { ...one, config: { 'segment.bytes': '1048576' } })
]

interface SeenBatch {
  readonly batch: readonly unknown[]
  readonly records: (readonly unknown[])[]
}

const seen = (batch: BatchInfo): SeenBatch => {
  const { baseOffset, lastOffset, records, baseSequence, producerId, producerEpoch, leaderEpoch, transactional, control, codec, intact } = batch

  return {
    batch: [baseOffset, lastOffset, records, baseSequence, Number(producerId), producerEpoch, leaderEpoch, transactional, control, codecNames[codec], intact],
    records: batch.marker === undefined ? [] : [[baseOffset, batch.marker.toUpperCase()]]
  }
}

const batchLine = new RegExp('^baseOffset: (\\d+) lastOffset: (\\d+) count: (\\d+) baseSequence: (-?\\d+) lastSequence: -?\\d+ producerId: (-?\\d+) producerEpoch: (-?\\d+) '
  + 'partitionLeaderEpoch: (\\d+) isTransactional: (\\w+) isControl: (\\w+) .*compresscodec: (\\w+) crc: \\d+ isvalid: (\\w+)')

const dumped = (text: string): readonly SeenBatch[] => {
  const batches: SeenBatch[] = []
  for (const line of text.split('\n')) {
    const batch = batchLine.exec(line)?.slice(1)
    if (batch !== undefined) batches.push({ batch: batch.map((field, index) => (index < 7 ? Number(field) : index === 9 ? field : field === 'true')), records: [] })
    const record = /^\| offset: (\d+) .* sequence: (-?\d+) headerKeys: \[.*\] (?:key: \S+ )?(?:payload: (.*)|endTxnMarker: (\w+) .*)$/.exec(line)
    if (record !== null) batches.at(-1)?.records.push(record[4] === undefined ? [Number(record[1]), Number(record[2]), record[3]] : [Number(record[1]), record[4]])
  }

  return batches
}

interface ReadTopic {
  readonly read: LogRead
  readonly batches: readonly SeenBatch[]
  readonly infos: readonly BatchInfo[]
  readonly segments: readonly string[]
  readonly epochs: string
}

const readFromDisk = async (name: string): Promise<ReadTopic> => {
  const disk = shared.cluster().disk(1)
  const [found] = partitionFiles(name, await disk.list([directoryOf(name, 0)]))
  if (found?.epochs === undefined) throw new Error(`The disk holds nothing of ${name}.`)

  const batches: SeenBatch[] = []
  const infos: BatchInfo[] = []
  const reader = openLogReader({
    codecs,
    onBatch: batch => { batches.push(seen(batch)); infos.push(batch) },
    onRecord: (offset, value, { baseOffset, baseSequence }) => {
      batches.at(-1)?.records.push([offset, baseSequence < 0 ? -1 : baseSequence + offset - baseOffset, value.toString()])
    }
  })
  let epochs = ''
  for await (const { path, bytes } of disk.read([...found.segments.map(({ file }) => file.path), found.epochs.path])) {
    const segment = found.segments.find(({ file }) => file.path === path)
    if (segment === undefined) epochs += bytes.toString()
    else if (bytes.length === 0) reader.segment(segment.baseOffset)
    else reader.piece(bytes)
  }

  return { read: reader.end(), batches, infos, epochs, segments: found.segments.map(({ file }) => file.path) }
}

const dump = async (docker: Docker, segments: readonly string[]): Promise<readonly SeenBatch[]> => {
  const { network } = shared.cluster().containerListener
  const container = network.replace(/-edge$/, '-node-1')

  return dumped(await execute(docker, container, [
    'java', '-Xmx128m', '-cp', '/opt/kafka/libs/*', 'org.apache.kafka.tools.DumpLogSegments', '--print-data-log', '--deep-iteration',
    '--files', segments.map(path => `/ackproof/data/${path}`).join(',')
  ]))
}

const messages = (prefix: string, count: number): { readonly value: string }[] => Array.from({ length: count }, (_, index) => ({ value: `${prefix}-${index}-${'x'.repeat(index % 90)}` }))

const write = async (kafka: Kafka): Promise<void> => {
  const idempotent = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  const plain = kafka.producer()
  await Promise.all([idempotent.connect(), plain.connect()])
  for (const codec of codecNames) {
    for (const batch of [1, 30, 200]) await idempotent.send({ topic: `with-${codec}`, messages: messages(codec, batch) })
  }
  await plain.send({ topic: 'plain', messages: [...messages('a', 3), { value: '', key: 'k', headers: { trace: 'h' } }] })
  for (let batch = 0; batch < 5; batch += 1) await plain.send({ topic: 'several-segments', messages: [{ value: `${batch}${'y'.repeat(600_000)}` }] })
  await Promise.all([idempotent.disconnect(), plain.disconnect()])
  await writeTransactions(kafka)
}

const writeTransactions = async (kafka: Kafka): Promise<void> => {
  const producers = ['t1', 't2'].map((transactionalId): Producer => kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 }))
  await Promise.all(producers.map(producer => producer.connect()))
  const [first, second] = await Promise.all(producers.map(producer => producer.transaction()))
  await first?.send({ topic: 'transactions', messages: messages('kept', 3) })
  await second?.send({ topic: 'transactions', messages: messages('dropped', 2) })
  await first?.send({ topic: 'transactions', messages: messages('kept', 1) })
  await second?.abort()
  await first?.commit()
  const open = await producers[1]?.transaction()
  await open?.send({ topic: 'transactions', messages: messages('open', 2) })
  await producers[0]?.disconnect()
}

describe('the segments of a real broker', () => {
  let docker: Docker
  beforeAll(async () => {
    docker = (await connectRuntime()).docker
    for (const plan of topics) await shared.metadata().createTopic(plan)
    await write(new Kafka({ brokers: [...shared.cluster().bootstrap('producer')], logLevel: logLevel.NOTHING }))
  })

  test.each(topics.map(({ name }) => name))('of the topic %s are read as Kafka reads them', async name => {
    const { read, batches, segments, epochs } = await readFromDisk(name)
    const kafkas = await dump(docker, segments)

    expect(kafkas.length).toBeGreaterThan(0)
    expect(batches).toEqual(kafkas)
    expect(read).toMatchObject({ logStart: 0, complete: true, batches: kafkas.length, damaged: 0 })
    expect(readLeaderEpochs(epochs)).toEqual([{ epoch: 0, startOffset: 0 }])
    if (name.startsWith('with-')) expect(new Set(batches.map(({ batch }) => batch[9]))).toEqual(new Set([name.slice('with-'.length)]))
    if (name === 'several-segments') expect(segments.length).toBeGreaterThan(2)
  })

  test('of every codec are delivered by kafkajs too, record by record', async () => {
    const bootstrap = shared.cluster().bootstrap('consumer')
    const consumer = openKafka({ clientId: 'codecs', bootstrap, retries: 5, onErrorLog: () => undefined }).consumer({ groupId: 'codecs' })
    const delivered = new Map<string, string[]>(codecNames.map(codec => [`with-${codec}`, []]))
    await consumer.connect()
    await consumer.subscribe({ topics: [...delivered.keys()], fromBeginning: true })
    await consumer.run({ eachMessage: async ({ topic: name, message }) => { delivered.get(name)?.push(String(message.value)) } })
    await expect.poll(() => [...delivered.values()].map(({ length }) => length), { timeout: 30_000 }).toEqual(codecNames.map(() => 231))
    await consumer.disconnect()

    for (const codec of codecNames) expect(delivered.get(`with-${codec}`)).toEqual([1, 30, 200].flatMap(count => messages(codec, count).map(({ value }) => value)))
  })

  test('tell of each record whether its transaction was committed', async () => {
    const { infos, batches } = await readFromDisk('transactions')
    const fates = followTransactions()
    for (const info of infos) fates.batch(info)
    const told = infos.flatMap((info, index) => (batches[index]?.records ?? []).filter(() => !info.control).map(([offset, , value]) =>
      `${String(value).split('-')[0]} ${fates.fateOf(Number(offset), info)}`))

    expect(new Set(told)).toEqual(new Set(['kept committed', 'dropped aborted', 'open open']))
    expect(fates.firstOpen()).toBe(infos.at(-1)?.baseOffset)
  })

  test('are the same on the disk of a broker that is paused, and of one that is dead', async () => {
    const node = shared.cluster().nodes[0]!
    const running = await readFromDisk('with-lz4')
    await node.pause()
    const paused = await readFromDisk('with-lz4')
    await node.unpause()
    await node.kill()

    expect(paused).toEqual(running)
    expect(await readFromDisk('with-lz4')).toEqual(running)
    expect(await shared.cluster().disk(1).list(['nowhere-0'])).toEqual([])
  })
})
