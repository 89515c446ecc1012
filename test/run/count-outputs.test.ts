/** How often each input's output is there: by committed records alone, and only where all of them were read. */
import { expect, test } from 'vitest'
import { importLedger } from '../../harness/ledger/import-ledger.ts'
import { kinds } from '../../harness/ledger/format.ts'
import { openLedger } from '../../harness/ledger/writer.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { topic } from '../../harness/model/topic.ts'
import { countableEffects, countOutputs, groupsWithOutputs, type ReadPartition } from '../../harness/run/count-outputs.ts'
import { holdUndecided } from '../../harness/run/undecided-records.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { groupTransforms } from '../../harness/workloads/group-transforms.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const topics = ['orders', 'invoices']
const outputs = { group: 'invoicing', from: 'orders', to: 'invoices' }
const input = (sequence: number): number => recordNumber({ producer: 1, incarnation: 1, sequence })
const output = (sequence: number): number => recordNumber({ producer: 2000, incarnation: 1, sequence })
const whole: readonly ReadPartition[] = [{ topic: 'invoices', partition: 0, logStart: 0, complete: true }, { topic: 'orders', partition: 0, logStart: 5, complete: true }]

const startAudit = (folder: string) => {
  const ledger = openLedger(folder, { format: 1, run: 'r', process: 'audit', topics })
  const count = countOutputs({ run: 'r', ledger: folder, topics })
  const undecided = holdUndecided(ledger, {
    openCommitted: () => openLedger(folder, { format: 1, run: 'r', process: 'audit-committed', topics, committed: true }),
    committed: ({ entry, origin }) => { count.add(topics[entry.topic] ?? '', origin) },
    leftOpen: ({ entry, origin }) => { count.leaveOpen(topics[entry.topic] ?? '', origin) }
  })
  const read = (of: string, sequence: number, from: number): void => {
    undecided.hold(of, { entry: { kind: kinds.logged, topic: 1, partition: 0, at: 0, record: output(sequence), value: sequence }, origin: { record: input(from), partition: 0 } })
  }

  return { count, undecided, read, close: () => { undecided.close(); ledger.close() } }
}

test('counts what is committed, by input, and not what was aborted', async () => {
  const folder = temporaryFolder()
  const { count, undecided, read, close } = startAudit(folder)
  read('first', 0, 0)
  read('first', 1, 1)
  read('second', 2, 1)
  undecided.decide('first', 'commit')
  read('first', 3, 0)
  undecided.decide('first', 'abort')
  undecided.decide('second', 'commit')
  close()

  expect(count.lackOf(outputs, whole)).toBeUndefined()
  expect(count.write(outputs)).toEqual({ group: 'invoicing', records: 2 })
  const { effects, recordName } = await importLedger(folder)
  expect(effects.map(({ record, times }) => `${recordName(record)} ${times}`)).toEqual(['p1:0 1', 'p1:1 2'])
})

test('an output that no marker decided may be there or not, so that nothing is counted', () => {
  const { count, undecided, read, close } = startAudit(temporaryFolder())
  read('first', 0, 0)
  undecided.decide('first', 'commit')
  read('second', 1, 1)
  close()

  expect(count.lackOf(outputs, whole)).toEqual({
    group: 'invoicing', records: 0, lack: 'The outputs of the group invoicing were not counted: whether 1 of them are committed was not decided by the log\'s end.'
  })
})

test.each([['a later start', { logStart: 3 }], ['an end that was not reached', { complete: false }]])('counts nothing of an output topic with %s: what was not read would be missed', (_, changes) => {
  const folder = temporaryFolder()
  const count = countOutputs({ run: 'r', ledger: folder, topics })
  count.add('invoices', { record: input(0), partition: 0 })

  expect(count.lackOf(outputs, [...whole, { topic: 'invoices', partition: 1, logStart: 0, complete: true, ...changes }])).toEqual({
    group: 'invoicing', records: 0, lack: 'The outputs of the group invoicing were not counted: invoices-1 was not read from its start to its end.'
  })
})

test('a topic without any output is told: nothing would be judged by it', () => {
  const count = countOutputs({ run: 'r', ledger: temporaryFolder(), topics })
  count.add('orders', { record: input(0), partition: 0 })
  count.add('invoices', undefined)

  expect(count.write(outputs)).toMatchObject({ records: 0, lack: 'The topic invoices holds no output of the group invoicing.' })
})

test('each group that transforms is counted once, and no other', () => {
  const [orders, invoices] = [topic('orders'), topic('invoices')]
  const clients = [groupTransforms({ from: orders, to: invoices, group: 'invoicing', members: 3 }), groupReads({ from: orders, group: 'billing', members: 1, firstMember: 4, commits: 'after-work' })]

  expect(groupsWithOutputs(clients.flatMap(workload => workload.clients))).toEqual([outputs])
})

test('where one group has not come to its end, no group\'s effects are counted: those of that one would be missed', () => {
  const [orders, invoices, parcels] = [topic('orders'), topic('invoices'), topic('parcels')]
  const clients = [groupTransforms({ from: orders, to: invoices, group: 'invoicing', members: 3 }), groupTransforms({ from: orders, to: parcels, group: 'packing', members: 1, firstMember: 4 })]
    .flatMap(workload => workload.clients)

  expect(countableEffects(clients, ['packing'])).toEqual({ stores: [], outputs: [], gaps: ['The outputs of the group packing were not counted: it had not come to the end of its inputs.'] })
  expect(countableEffects(clients, [])).toMatchObject({ outputs: [{ group: 'invoicing' }, { group: 'packing' }], gaps: [] })
})
