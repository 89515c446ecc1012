/** The audit's bounds, against a broker that answers from memory: a fetch brings whole batches, whatever was asked for. */
import { createRequire } from 'node:module'
import { expect, test, vi } from 'vitest'
import { auditTopics } from '../../harness/clients/audit.ts'

interface Encoded { readonly buffer: Buffer }

const require = createRequire(import.meta.url)
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as { readonly RecordBatch: (fields: object) => Promise<Encoded> }
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (fields: object) => Encoded
const Long = require('kafkajs/src/utils/long') as { readonly fromNumber: (value: number) => unknown }

const batch = async (firstOffset: number, count: number): Promise<Buffer> => Buffer.from((await RecordBatch({
  records: Array.from({ length: count }, (_, offsetDelta) => encodeRecord({ offsetDelta, timestampDelta: 0, key: null, value: 'v', headers: {} })),
  compression: 0, firstOffset: Long.fromNumber(firstOffset), partitionLeaderEpoch: 1, lastOffsetDelta: count - 1
})).buffer)

vi.mock('../../harness/clients/admin.ts', () => ({
  connectMetadata: () => ({ offsets: async () => [{ topic: 'orders', partition: 0, logStart: 0, logEnd: 4 }], close: async () => undefined })
}))
vi.mock('../../harness/clients/leader-address.ts', () => ({ leaderAddress: async () => ({ host: 'localhost', port: 1 }) }))
vi.mock('../../harness/clients/brokers.ts', async original => ({ ...await original<object>(), openConnection: async () => ({ close: async () => undefined }) }))
vi.mock('../../harness/clients/fetch.ts', () => ({
  fetchPartition: async () => ({ errorCode: 0, lastStable: 8, batches: Buffer.concat([await batch(0, 3), await batch(3, 3), await batch(6, 2)]) })
}))

test('what was appended after the log\'s end was asked for is no part of the audit', async () => {
  const offsets: number[] = []
  const [found] = await auditTopics({ bootstrap: [], topics: ['orders'], deadline: { milliseconds: 5000 } }, { record: ({ offset }) => { offsets.push(offset) }, marker: () => undefined })

  expect(offsets).toEqual([0, 1, 2, 3])
  expect(found).toMatchObject({ complete: true, logEnd: 4 })
})
