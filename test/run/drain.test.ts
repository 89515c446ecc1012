/** The drain: what is still on its way when its time is up, and which of that the judgement would not show. */
import { beforeEach, expect, test } from 'vitest'
import { kinds } from '../../harness/ledger/format.ts'
import { tailLedger } from '../../harness/ledger/tail.ts'
import { openLedger } from '../../harness/ledger/writer.ts'
import { topic } from '../../harness/model/topic.ts'
import type { ResetPolicy } from '../../harness/model/history.ts'
import type { ClientPlan } from '../../harness/model/workload.ts'
import { drainLoad, type Ends } from '../../harness/run/drain.ts'
import type { RunningClient } from '../../harness/run/client-process.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { groupTransforms } from '../../harness/workloads/group-transforms.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let folder: string
beforeEach(() => { folder = temporaryFolder() })

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })
const end = { topic: 'orders', partition: 0, logStart: 0, logEnd: 10 }
const line = { member: 'c1', group: 'billing', topic: 'orders', partition: 0 }

interface Situation {
  readonly settled?: boolean
  readonly delivered?: number
  readonly committed?: number
  /** The group makes another topic of it. */
  readonly transforms?: true
  readonly reset?: ResetPolicy
  /** It was assigned its partition, and told no position. */
  readonly owned?: true
}

const drained = async (situation: Situation): Promise<{ readonly incidents: string[], readonly gaps: string[] }> => {
  const { incidents, gaps } = await drainedWith(situation)

  return { incidents, gaps }
}

interface Drained {
  readonly incidents: string[]
  readonly gaps: string[]
  readonly unfinished: readonly string[]
}

const running = (plans: readonly ClientPlan[], { settled }: { readonly settled: boolean }): readonly RunningClient[] => plans.map((plan): RunningClient => {
  const unused = (): never => { throw new Error('The drain must not do that.') }

  return {
    name: plan.kind, role: 'producer', plan, running: () => true, drain: () => Promise.resolve(settled),
    startLoad: unused, stop: unused, kill: unused, leave: unused, restart: unused, freeze: unused, thaw: unused, activity: unused
  }
})

const drainedWith = async ({ settled = true, delivered = 10, committed, transforms, owned, reset = 'earliest' }: Situation): Promise<Drained> => {
  const ledger = openLedger(folder, { format: 1, run: 'r', process: 'c1', topics: ['orders'], member: 'c1', group: 'billing' })
  for (let offset = 0; offset < delivered; offset += 1) ledger.append({ kind: kinds.delivered, topic: 0, partition: 0, at: 1, record: offset, value: offset })
  if (owned === true) ledger.event({ event: 'assigned', ...line, at: 1 })
  if (committed !== undefined) ledger.event({ event: 'offset-commit', ...line, at: 1, until: 2, offset: committed, outcome: 'acknowledged' })
  ledger.close()
  const group = transforms === true
    ? groupTransforms({ from: orders, to: topic('invoices', { partitions: 1 }), group: 'billing', members: 1 })
    : groupReads({ from: orders, group: 'billing', members: 1, commits: 'before-work', reset })
  const plans = [...numberedWrites({ to: orders, acks: 'all', producers: 1 }).clients, ...group.clients]
  const clients = running(plans, { settled })
  const notes: { readonly incidents: string[], readonly gaps: string[] } = { incidents: [], gaps: [] }
  const tail = tailLedger(folder)
  const ends: Ends = { offsets: () => Promise.resolve([end]), recordEnds: ranges => Promise.resolve(ranges) }
  const unfinished = await drainLoad({ ...notes, topics: [orders] }, { clients, tail }, ends, { producersMs: 20, groupsMs: 20 })
  tail.close()

  return { ...notes, unfinished }
}

test('a group that was delivered everything has nothing to tell', async () => {
  expect(await drained({ committed: 10 })).toEqual({ incidents: [], gaps: [] })
})

test('sends that are still in flight are a gap', async () => {
  expect((await drained({ settled: false })).gaps).toEqual(['producer still had sends in flight 0.02 s after the last one.'])
})

test('a group that is behind is left to the judgement, which calls it undelivered', async () => {
  expect(await drained({ delivered: 4, committed: 4 })).toEqual({ incidents: [expect.stringContaining('orders-0 at 4 of 10')], gaps: [] })
})

test('a commit is no delivery: committed records that nobody was delivered are a gap, not a skip', async () => {
  expect(await drained({ delivered: 4, committed: 10 })).toEqual({
    incidents: [expect.stringContaining('orders-0 at 4 of 10')], gaps: [expect.stringContaining('judged wrongly or not at all: orders-0 at 4 of 10')]
  })
})

test('a partition that nobody ever owned is a gap', async () => {
  expect((await drained({ delivered: 0 })).gaps).toEqual([expect.stringContaining('orders-0 at 0 of 10')])
})

test('a group that makes records of what it reads is done when it has committed that', async () => {
  expect(await drainedWith({ transforms: true, committed: 10 })).toMatchObject({ gaps: [], unfinished: [] })
})

test('and is not done before, though it was delivered everything', async () => {
  expect(await drainedWith({ transforms: true, committed: 9 })).toMatchObject({ incidents: [expect.stringContaining('orders-0 at 9 of 10')], unfinished: ['billing'] })
})

test('where what a group reads ends is asked when whoever writes it has come to the end', async () => {
  const ledger = openLedger(folder, { format: 1, run: 'r', process: 'c1', topics: ['orders'], member: 'c1', group: 'billing' })
  ledger.event({ event: 'offset-commit', ...line, at: 1, until: 2, offset: 10, outcome: 'acknowledged' })
  ledger.close()
  const [invoices, parcels] = [topic('invoices', { partitions: 1 }), topic('parcels', { partitions: 1 })]
  const plans = [
    ...groupTransforms({ from: invoices, to: parcels, group: 'packing', members: 1, firstMember: 2 }).clients,
    ...groupTransforms({ from: orders, to: invoices, group: 'billing', members: 1 }).clients
  ]
  let asked = 0
  const ends: Ends = { offsets: () => Promise.resolve([end, { ...end, topic: 'invoices', logEnd: asked++ * 10 }]), recordEnds: ranges => Promise.resolve(ranges) }
  const tail = tailLedger(folder)
  const notes = { incidents: [], gaps: [], topics: [orders, invoices] }
  const unfinished = await drainLoad(notes, { clients: running(plans, { settled: true }), tail }, ends, { producersMs: 20, groupsMs: 20 })
  tail.close()

  expect(unfinished).toEqual(['packing'])
})

test.each<[Situation, number]>([
  [{ delivered: 0, reset: 'earliest' }, 0], [{ delivered: 0, reset: 'latest' }, 1], [{ delivered: 0, reset: 'none' }, 1], [{ delivered: 4, reset: 'latest' }, 0]
])('nobody could say what a group is owed that may begin anywhere, and was delivered nothing: %j', async (situation, gaps) => {
  expect((await drained({ ...situation, owned: true })).gaps).toHaveLength(gaps)
})
