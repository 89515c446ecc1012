/** Transactions of every driver that has them, against a real cluster: a transaction ended as its client says, or nobody knows. */
import { describe, expect, test } from 'vitest'
import { auditTopics } from '../../../harness/clients/audit.ts'
import { fetchCommittedOffsets } from '../../../harness/clients/committed-offsets.ts'
import type { MemberClient, OpenTransaction, TransactionalClient } from '../../../harness/clients/driver.ts'
import { loadDriver } from '../../../harness/clients/drivers.ts'
import { topic, type TopicPlan } from '../../../harness/model/topic.ts'
import { sharedCluster } from '../shared-cluster.ts'
import { isInstalled } from './installed.ts'

const shared = sharedCluster()
const stamp = process.hrtime.bigint()
let topics = 0

const newTopic = async (): Promise<TopicPlan> => {
  topics += 1
  const plan = topic(`transactions-${stamp}-${topics}`, { partitions: 2 })
  await shared.metadata().createTopic(plan)

  return plan
}
const confluent = isInstalled('@confluentinc/kafka-javascript')

describe.each(['kafkajs', ...confluent ? ['confluent'] : []])('transactions of %s', name => {
  const opened = async (transactionalId: string): Promise<TransactionalClient> => {
    const { openTransactional } = await loadDriver(name)
    const bootstrap = shared.cluster().bootstrap('producer')

    return openTransactional!({ clientId: 'p', bootstrap, transactionalId, timeoutMs: 10_000 })
  }
  const markersIn = async (plan: TopicPlan): Promise<readonly string[]> => {
    const markers: string[] = []
    const bootstrap = shared.cluster().bootstrap('admin')
    await auditTopics({ bootstrap, topics: [plan.name], deadline: { milliseconds: 20_000 } }, {
      record: () => undefined, marker: ({ partition, marker }) => { markers.push(`${partition}:${marker}`) }
    })

    return markers
  }
  const write = async (client: TransactionalClient, plan: TopicPlan, value: string): Promise<OpenTransaction> => {
    const transaction = await client.begin()
    expect((await transaction.send({ topic: plan.name, partition: 1, values: [Buffer.from(value)] })).kind).toBe('acknowledged')

    return transaction
  }

  test('end in the log as they were told to end', async () => {
    const plan = await newTopic()
    const client = await opened(plan.name)
    expect(await (await write(client, plan, 'a')).commit()).toEqual({ phase: 'committed' })
    expect(await (await write(client, plan, 'b')).abort()).toEqual({ phase: 'aborted' })
    expect(await (await write(client, plan, 'c')).commit()).toEqual({ phase: 'committed' })
    await client.close()

    await expect.poll(() => markersIn(plan), { timeout: 10_000 }).toEqual(['1:commit', '1:abort', '1:commit'])
  })

  test('with a refused record are aborted, and whoever writes the next one has it acknowledged', async () => {
    const plan = await newTopic()
    const client = await opened(plan.name)
    await (await write(client, plan, 'a')).commit()
    const refused = await client.begin()
    expect((await refused.send({ topic: plan.name, partition: 1, values: [Buffer.alloc(2 * 1024 * 1024)] })).kind).not.toBe('acknowledged')
    expect(await refused.abort()).toEqual({ phase: 'aborted' })

    const next = client.spent() ? await opened(plan.name) : client
    expect(await (await write(next, plan, 'b')).commit()).toEqual({ phase: 'committed' })
    await Promise.all([client.close(), next.close()])
    await expect.poll(async () => (await markersIn(plan)).filter(marker => marker === '1:commit'), { timeout: 10_000 }).toHaveLength(2)
  })

  test('of a client that another has taken over from are aborted, and it is spent', async () => {
    const plan = await newTopic()
    const first = await opened(plan.name)
    const transaction = await write(first, plan, 'a')
    const second = await opened(plan.name)

    expect((await transaction.commit()).phase).toBe('indeterminate')
    expect(first.spent()).toBe(true)
    expect(await (await write(second, plan, 'b')).commit()).toEqual({ phase: 'committed' })
    await Promise.all([first.close(), second.close()])
    await expect.poll(() => markersIn(plan), { timeout: 10_000 }).toEqual(['1:abort', '1:commit'])
  })

  test('commit offsets of a group if they are committed, and not if they are aborted', async () => {
    const plan = await newTopic()
    let client = await opened(plan.name)
    await (await write(client, plan, 'a')).commit()
    const { member, membership } = await readerOf(name, plan)
    // The coordinator may still be busy with the end of the transaction before; librdkafka waits for that, kafkajs does not.
    const offered = async (offset: number, tries = 50): Promise<OpenTransaction> => {
      const transaction = await client.begin()
      const result = await transaction.sendOffset!({ topic: plan.name, partition: 1, group: plan.name, offset, membership })
      if (result.error !== 'CONCURRENT_TRANSACTIONS' || tries === 0) expect(result).toEqual({ outcome: 'acknowledged' })
      if (result.outcome === 'acknowledged') return transaction
      await client.close()
      client = await opened(plan.name)

      return offered(offset, tries - 1)
    }
    const ended = async (how: 'commit' | 'abort', offset: number): Promise<void> => {
      await (await offered(offset))[how]()
      // No offset is told of as long as the transaction's end is not in the log.
      await expect.poll(() => committedOf(plan), { timeout: 10_000 }).toBe(1)
    }

    await ended('commit', 1)
    await ended('abort', 2)
    await Promise.all([client.close(), member.close()])
  })

  test.runIf(name === 'confluent')('commit no offsets of a member that has left its group', async () => {
    const plan = await newTopic()
    const client = await opened(plan.name)
    await (await write(client, plan, 'a')).commit()
    const { member, membership } = await readerOf(name, plan)
    await member.close()
    const transaction = await client.begin()

    expect((await transaction.sendOffset!({ topic: plan.name, partition: 1, group: plan.name, offset: 1, membership })).outcome).toBe('rejected')
    await transaction.abort()
    await client.close()
    expect(await committedOf(plan)).toBeUndefined()
  })
})

const committedOf = async (plan: TopicPlan): Promise<number | undefined> => {
  const where = { topic: plan.name, partition: 1 }
  const committed = await fetchCommittedOffsets({ bootstrap: shared.cluster().bootstrap('admin'), clientId: 'test', group: plan.name, partitions: [where], stable: true })

  return committed.get(`${plan.name}-1`)
}

/** The only member of a group that bears the topic's name, once it has been given a record. */
const readerOf = async (name: string, plan: TopicPlan): Promise<{ readonly member: MemberClient, readonly membership: unknown }> => {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const nothing = (): void => undefined
  const member = await (await loadDriver(name)).openMember({
    clientId: 'c', bootstrap: shared.cluster().bootstrap('consumer'), group: plan.name, topics: [plan.name], sessionTimeoutMs: 6000, rebalanceProtocol: 'classic',
    autoCommitIntervalMs: undefined, isolation: 'read_committed'
  }, {
    assigned: nothing, positioned: nothing, revoked: nothing, sought: nothing, committed: nothing, failed: nothing,
    batch: async (_, { membership }) => { resolve(membership) }
  })

  return { member, membership: await promise }
}
