/** The kafkajs driver, the metadata client and the auditor against a real cluster behind Toxiproxy. */
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { connectMetadata } from '../../harness/clients/admin.ts'
import { auditTopics } from '../../harness/clients/audit.ts'
import { kafkajs } from '../../harness/clients/kafkajs/index.ts'
import { tailLedger } from '../../harness/ledger/tail.ts'
import { startClock } from '../../harness/model/clock.ts'
import type { Metadata } from '../../harness/model/metadata.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { topic, type TopicPlan } from '../../harness/model/topic.ts'
import { runAudit } from '../../harness/run/audit-process.ts'
import { startClient } from '../../harness/run/client-process.ts'
import { untilGroupReaches } from '../../harness/run/group-progress.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { sharedCluster } from './shared-cluster.ts'

const shared = sharedCluster()
const stamp = process.hrtime.bigint()
let topics = 0

describe('clients', () => {
  let bootstrap: readonly string[]
  let metadata: Metadata
  let folder: string
  beforeAll(() => {
    bootstrap = shared.cluster().bootstrap('admin')
    metadata = shared.metadata()
    folder = temporaryFolder()
  })

  const newTopic = async (): Promise<TopicPlan> => {
    topics += 1
    const plan = topic(`clients-${stamp}-${topics}`)
    await metadata.createTopic(plan)

    return plan
  }
  const valuesIn = async (plan: TopicPlan): Promise<readonly string[]> => {
    const values: string[] = []
    const audited = await auditTopics({ bootstrap, topics: [plan.name], deadline: { milliseconds: 20_000 } }, {
      record: ({ partition, offset, value }) => { values.push(`${partition}:${offset}:${value.toString()}`) },
      marker: () => undefined
    })
    expect(audited.every(({ complete, damagedBatches }) => complete && damagedBatches === 0)).toBe(true)

    return values.toSorted()
  }

  test('a created topic has leaders, whole ISRs and the asked configuration', async () => {
    const plan = await newTopic()
    const partitions = await metadata.partitions([plan.name])
    const configuration = await metadata.topicConfiguration(plan.name)

    expect(partitions.map(({ partition, leader, leaderEpoch, isr }) => [partition, leader !== undefined, leaderEpoch, isr.length])).toEqual([
      [0, true, 0, 3], [1, true, 0, 3], [2, true, 0, 3]
    ])
    expect(configuration).toMatchObject({ 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'false', 'cleanup.policy': 'delete' })
    await expect(metadata.createTopic(plan)).rejects.toThrow('already exists')
  })

  test('a topic that brokers create of their own defaults is ready when it was made, and refused where they make another than was planned', async () => {
    const [made, planned] = [`made-${stamp}`, `planned-${stamp}`]
    await metadata.createTopic(topic(made, { partitions: 1, replicas: 3, minInsyncReplicas: 1, createdBy: 'brokers' }))

    expect((await metadata.partitions([made])).map(({ replicas, isr }) => [replicas.length, isr.length])).toEqual([[3, 3]])
    await expect(metadata.createTopic(topic(planned, { createdBy: 'brokers', config: { 'retention.ms': '1' } }))).rejects.toThrow('no retention.ms of its own')
  })

  test('the cluster tells its brokers, their configuration, and who really leads the quorum', async () => {
    const brokers = await metadata.liveBrokers()
    const controller = await metadata.controller()

    expect(brokers.length).toBe(3)
    expect(controller).toBeTypeOf('number')
    for (const broker of brokers) expect((await metadata.brokerConfiguration(broker))['node.id']).toBe(String(broker))
  })

  test('a broker that is dead, and one that never answers, cost a deadline and not the answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => { silent.once('listening', resolve) })
    const address = silent.address()
    const hindered = connectMetadata([`127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, '127.0.0.1:1', ...bootstrap])

    expect((await hindered.liveBrokers()).length).toBe(3)
    expect(await hindered.controller()).toBeTypeOf('number')
    await hindered.close()
    silent.close()
  })

  test.each(['all', '1', '0'] as const)('with acks %s what was acknowledged is in the log, where it was said to be', async acks => {
    const plan = await newTopic()
    const producer = await kafkajs.openProducer({ clientId: 'p', bootstrap, acks, idempotent: acks === 'all', retries: undefined })
    const first = await producer.send({ topic: plan.name, partition: 1, values: [Buffer.from('a'), Buffer.from('b')] })
    const second = await producer.send({ topic: plan.name, partition: 1, values: [Buffer.from('c')] })
    await producer.close()

    const offset = (known: number) => (acks === '0' ? undefined : known)
    expect([first, second]).toEqual([{ kind: 'acknowledged', baseOffset: offset(0) }, { kind: 'acknowledged', baseOffset: offset(2) }])
    await expect.poll(() => valuesIn(plan), { timeout: 10_000 }).toEqual(['1:0:a', '1:1:b', '1:2:c'])
  })

  test('a record that is too large is rejected, and the idempotent producer stays good', async () => {
    const plan = await newTopic()
    const producer = await kafkajs.openProducer({ clientId: 'p', bootstrap, acks: 'all', idempotent: true, retries: undefined })

    // kafkajs says nothing of a try for which it has to connect first, so the connection is there before the refusal.
    await producer.send({ topic: plan.name, partition: 0, values: [Buffer.from('first')] })

    expect(await producer.send({ topic: plan.name, partition: 0, values: [Buffer.alloc(2 * 1024 * 1024)] })).toEqual({ kind: 'rejected', error: 'MESSAGE_TOO_LARGE' })
    expect(producer.spent()).toBe(false)
    expect(await producer.send({ topic: plan.name, partition: 0, values: [Buffer.from('a')] })).toMatchObject({ kind: 'acknowledged', baseOffset: 1 })
    await producer.close()
    expect(await valuesIn(plan)).toEqual(['0:0:first', '0:1:a'])
  })

  test('processes write, read, survive a kill, drain, and the audit finds all but what it was told to withhold', async () => {
    const plan = await newTopic()
    const clock = startClock()
    const setting = { run: plan.name, origin: clock.origin, ledger: join(folder, 'ledger'), bootstrap }
    const logs = join(folder, 'logs')
    const deaths: string[] = []
    const group = `group-${plan.name}`
    const plans = [
      ...numberedWrites({ to: plan, acks: 'all', producers: 2, recordsPerSecond: 2000 }).clients,
      ...groupReads({ from: plan, group, members: 2, commits: 'after-work' }).clients
    ]
    const clients = await Promise.all(plans.map(client =>
      startClient({ plan: client, setting, driver: 'kafkajs', logs, now: clock.now, onDied: ({ client: name }) => { deaths.push(name) }, onGap: gap => { deaths.push(gap) } })))
    const tail = tailLedger(setting.ledger)
    const acknowledged = (): number => {
      tail.poll()

      return tail.total().acknowledged
    }
    for (const client of clients) client.startLoad()
    await expect.poll(acknowledged, { timeout: 30_000 }).toBeGreaterThan(2000)

    const [first] = clients
    await first?.kill()
    await first?.restart()
    const before = acknowledged()
    await expect.poll(acknowledged, { timeout: 30_000 }).toBeGreaterThan(before + 2000)

    expect(await Promise.all(clients.map(client => client.drain({ milliseconds: 20_000 })))).toEqual([true, true, true, true])
    const targets = await metadata.offsets([plan.name])
    expect(await untilGroupReaches(tail, { group, targets }, { milliseconds: 30_000 })).toEqual({ reached: true, behind: [] })
    for (const client of clients) expect(await client.stop({ milliseconds: 15_000 })).toMatchObject({ exitCode: 0 })

    const hidden = recordNumber({ producer: 2, incarnation: 1, sequence: 10 })
    const audit = await runAudit({ setting, logs, order: { topics: [plan.name], deadlineMs: 30_000, withhold: [hidden] } })
    const ends = targets.reduce((sum, { logEnd }) => sum + logEnd, 0)

    expect(audit).toMatchObject({ withheld: 1, records: ends - 1 })
    expect(audit.partitions.every(({ complete, foreign }) => complete && foreign === 0)).toBe(true)
    expect(acknowledged()).toBeLessThanOrEqual(ends)
    expect(Object.fromEntries(await metadata.committedOffsets(group, [plan]))).toEqual(
      Object.fromEntries(targets.map(({ topic: name, partition, logEnd }) => [`${name}-${partition}`, logEnd])))
    expect(deaths).toEqual([])
    tail.close()
  })
})
