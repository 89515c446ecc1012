/** Kafka's own VerifiableConsumer in a container, killed while it reads: nothing may be committed that it was not heard to tell. */
import { expect, test, vi } from 'vitest'
import { fetchCommittedOffsets } from '../../../harness/clients/committed-offsets.ts'
import type { ToldByMember } from '../../../harness/clients/driver.ts'
import { loadDriver } from '../../../harness/clients/drivers.ts'
import { openJavaMember } from '../../../harness/clients/java/member.ts'
import { defaultKafkaVersion } from '../../../harness/model/commands.ts'
import { topic } from '../../../harness/model/topic.ts'
import type { RebalanceProtocol } from '../../../harness/model/workload.ts'
import { startJavaIn } from '../../../harness/run/java-process.ts'
import { newRunId } from '../../../harness/run/run-folder.ts'
import { sharedCluster } from '../shared-cluster.ts'

const shared = sharedCluster()
const orders = topic('orders', { partitions: 2 })
const records = 20_000
const patience = { timeout: 60_000, interval: 20 }

const filled = async (): Promise<void> => {
  await shared.metadata().createTopic(orders)
  const producer = await (await loadDriver('kafkajs')).openProducer({ clientId: 'p', bootstrap: shared.cluster().bootstrap('producer'), acks: 'all', idempotent: true, retries: undefined })
  for (const partition of [0, 1]) {
    for (let sent = 0; sent < records; sent += 1000) {
      await producer.send({ topic: orders.name, partition, values: Array.from({ length: 1000 }, (_, index) => Buffer.from(String(sent + index))) })
    }
  }
  await producer.close()
}

const opened = async (group: string, rebalanceProtocol: RebalanceProtocol) => {
  const told: ToldByMember[] = []
  const complaints: string[] = []
  const complain = (text: string): void => { complaints.push(text) }
  const member = await openJavaMember({ start: startJavaIn({ run: newRunId(), kafkaVersion: defaultKafkaVersion }), trouble: complain, failed: complain }, {
    clientId: 'c1', bootstrap: shared.cluster().bootstrap('consumer'), group, topics: [orders.name], sessionTimeoutMs: 6000, rebalanceProtocol,
    isolation: 'read_uncommitted', autoCommitIntervalMs: undefined, commitEvery: 50, now: () => performance.now() * 1000
  }, { told: events => { told.push(...events) } })
  const next = (partition: number, of: (event: ToldByMember) => number): number => Math.max(0, ...told.filter(event => event.partition === partition).map(of))

  return { told, complaints, member, next }
}

const committedIn = async (group: string): Promise<readonly number[]> => {
  const bootstrap = shared.cluster().bootstrap('admin')
  const committed = await fetchCommittedOffsets({ bootstrap, clientId: 'test', group, partitions: [0, 1].map(partition => ({ topic: orders.name, partition })) })

  return [0, 1].map(partition => committed.get(`${orders.name}-${partition}`) ?? 0)
}

test('killed in the midst of reading, it has told of every record below what it committed, each once and in order', async () => {
  await filled()
  for (const [protocol, group] of [['classic', 'old'], ['consumer', 'new']] as const) {
    const { told, complaints, member, next } = await opened(group, protocol)
    await vi.waitUntil(() => told.length > 1500, patience)
    await member.kill()
    const committed = await committedIn(group)
    const offsets = [0, 1].map(partition => told.flatMap(event => event.did === 'delivered' && event.partition === partition ? [event.record.offset] : []))

    expect(complaints).toEqual([])
    // It had not come to the end: it was in the midst of it.
    expect(committed.some(offset => offset > 0 && offset < records)).toBe(true)
    for (const partition of [0, 1]) {
      expect(offsets[partition]).toEqual(Array.from({ length: offsets[partition]?.length ?? 0 }, (_, index) => index))
      expect(next(partition, event => event.did === 'delivered' ? event.record.offset + 1 : 0)).toBeGreaterThanOrEqual(committed[partition] ?? 0)
      // What was under way when it died it could not tell any more; it told of nothing that is not so.
      expect(next(partition, event => event.did === 'committed' ? event.offset : 0)).toBeLessThanOrEqual(committed[partition] ?? 0)
    }
    expect(told.filter(({ did }) => did === 'position').map(({ partition, ...event }) => [partition, 'offset' in event ? event.offset : undefined]).toSorted()).toEqual([[0, 0], [1, 0]])
  }
})
