/** What a transforming member does, with a client that says what became of each step: in which order, and when it begins anew. */
import { describe, expect, test } from 'vitest'
import type { BatchControl, CommitResult, DeliveredBatch, Driver, MemberListener, OpenTransaction, TransactionEnd } from '../../harness/clients/driver.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { originOf, recordSlots, recordTags, writeRecord } from '../../harness/model/record.ts'
import type { MemberRecorder, Outcome, ProducerRecorder } from '../../harness/model/recorder.ts'
import { topic } from '../../harness/model/topic.ts'
import { groupTransforms, type GroupTransforms } from '../../harness/workloads/group-transforms.ts'
import { isTransforming, type TransformingPlan } from '../../harness/workloads/output-writer.ts'
import { openTransformer } from '../../harness/workloads/transform-records.ts'

const [orders, invoices] = [topic('orders', { partitions: 2 }), topic('invoices', { partitions: 2 })]

const planOf = (changes: Partial<GroupTransforms>): TransformingPlan => {
  const [plan] = groupTransforms({ from: orders, to: invoices, group: 'invoicing', members: 1, recordsPerTransaction: 2, ...changes }).clients
  if (plan?.kind !== 'member' || !isTransforming(plan)) throw new Error('It plans no member that transforms.')

  return plan
}

const inputAt = (offset: number): number => recordNumber({ producer: 1, incarnation: 1, sequence: offset })

const batchFrom = (offset: number, count: number, partition = 0): DeliveredBatch => ({
  topic: 'orders',
  partition,
  records: recordSlots({ count, recordBytes: 100 }).map((slot, index) => {
    writeRecord(slot, recordTags('r', 'orders'), { record: inputAt(offset + index), partition, attempt: 1, at: 5 })

    return { offset: offset + index, leaderEpoch: 3, value: slot.value }
  })
})

interface Behaviour {
  readonly plan?: Partial<GroupTransforms>
  readonly send?: (sends: number) => Outcome
  readonly sendOffset?: () => CommitResult
  readonly commit?: () => TransactionEnd
  readonly committed?: () => number | undefined
  readonly onTold?: (line: string) => void
}

interface Story {
  /** What was put on record and asked of clients, in its order. */
  readonly told: readonly string[]
  readonly listener: MemberListener
  readonly control: BatchControl
  readonly state: { current: boolean, failing: boolean }
  readonly origins: readonly unknown[]
  readonly close: () => Promise<void>
}

const acknowledged: Outcome = { kind: 'acknowledged', baseOffset: 0 }

const tell = async ({ plan = {}, send = () => acknowledged, sendOffset = () => ({ outcome: 'acknowledged' }), commit = () => ({ phase: 'committed' }), committed = () => undefined, onTold }: Behaviour): Promise<Story> => {
  const told: string[] = []
  const origins: unknown[] = []
  const note = (line: string): void => { told.push(line); onTold?.(line) }
  const state = { current: true, failing: false }
  let listener: MemberListener | undefined
  let [sends, incarnations] = [0, 0]
  const recorder: MemberRecorder = {
    assigned: ({ partition, position }) => { note(`assigned ${partition}${position === undefined ? '' : ` at ${position}`}`) },
    revoked: ({ partition }) => { note(`revoked ${partition}`) },
    sought: ({ offset, reason }) => { note(`sought ${offset}${reason === undefined ? '' : ` ${reason}`}`) },
    delivered: ({ offset }) => { note(`delivered ${offset}`) },
    processed: ({ offset }, effect) => { note(`${effect} ${offset}`) },
    committing: () => undefined,
    committed: ({ offset, outcome, transaction }) => { note(`commit of ${offset} ${outcome}${transaction === undefined ? '' : ` in ${transaction}`}`) },
    foreign: () => undefined,
    flush: () => undefined,
    close: () => undefined
  }
  const openIncarnation = (producer: number, id: string | undefined): ProducerRecorder => {
    const incarnation = incarnations += 1
    note(`p${producer}.${incarnation} has ${id}`)

    return {
      producer, incarnation,
      sent: ({ count, partition, transaction }) => { note(`sends ${count} to ${partition}${transaction === undefined ? '' : ` in ${transaction}`}`) },
      settled: (_batch, { kind }) => { note(kind) },
      believed: () => undefined,
      transaction: (name, phase) => { note(`${name} ${phase}`) },
      close: () => { note(`incarnation ${incarnation} closed`) }
    }
  }
  const client = {
    send: async ({ values }: { readonly values: readonly Buffer[] }) => {
      origins.push(...values.map(originOf))

      return send(sends += 1)
    },
    spent: () => false,
    close: async () => undefined
  }
  const transaction: OpenTransaction = {
    send: client.send,
    sendOffset: async ({ group, offset, membership }) => { note(`asks to commit ${offset} for ${group}, as ${String(membership)}`); return sendOffset() },
    commit: async () => commit(),
    abort: async () => ({ phase: 'aborted' })
  }
  const driver: Driver = {
    name: 'fake', version: '1', capabilities: { inFlightWhenIdempotent: 1, rebalanceProtocols: ['classic'], checksChecksums: true },
    openProducer: async () => client,
    openTransactional: async ({ transactionalId }) => { note(`fences ${transactionalId}`); return { begin: async () => transaction, spent: () => false, close: async () => undefined } },
    openMember: async (_options, own) => { listener = own; return { close: async () => undefined } }
  }
  const control: BatchControl = {
    membership: 'member 7', current: () => state.current, failing: () => state.failing, commitIfDue: async () => undefined, heartbeat: async () => { note('heartbeat') },
    commit: async offset => { note(`asks to commit ${offset}`); return sendOffset() }, done: offset => { note(`done ${offset}`) }
  }
  const { close } = await openTransformer({
    plan: planOf(plan), run: 'r', driver, bootstrap: [], now: () => 9, recorder, onTrouble: () => undefined, openIncarnation,
    committedOffset: async ({ partition }) => { note(`asks how far ${partition} is`); return committed() }
  })
  if (listener === undefined) throw new Error('It opened no member.')

  return { told, listener, control, state, origins, close }
}

const withoutHeartbeats = (told: readonly string[]): readonly string[] => told.filter(line => line !== 'heartbeat')

describe('a member with an id for each partition', () => {
  test('fences the former owner, asks how far the group is, and does the rest in one transaction', async () => {
    const { told, listener, control, origins } = await tell({})
    listener.assigned([{ topic: 'orders', partition: 0 }])
    await listener.batch(batchFrom(0, 2), control)

    expect(told).toEqual([
      'assigned 0', 'fences r.invoicing.orders-0', 'p2000.1 has r.invoicing.orders-0', 'asks how far 0 is', 'heartbeat', 'p2000.1#1 begun', 'delivered 0', 'delivered 1',
      'sends 2 to 0 in p2000.1#1', 'acknowledged', 'asks to commit 2 for invoicing, as member 7', 'p2000.1#1 committing', 'p2000.1#1 committed', 'commit of 2 acknowledged in p2000.1#1',
      'applied 0', 'applied 1', 'done 1'
    ])
    expect(origins).toEqual([{ record: inputAt(0), partition: 0 }, { record: inputAt(1), partition: 0 }])
  })

  test('fences the former owner of a partition as soon as that is its own, before there is any work for it', async () => {
    const { told, listener } = await tell({})
    listener.assigned([{ topic: 'orders', partition: 0 }, { topic: 'orders', partition: 1 }])

    await expect.poll(() => told.filter(line => /^(fences|asks)/.test(line))).toEqual([
      'fences r.invoicing.orders-0', 'fences r.invoicing.orders-1', 'asks how far 0 is', 'asks how far 1 is'
    ])
  })

  test('lets go of what it took over for an assignment that is over', async () => {
    const { told, listener } = await tell({})
    listener.assigned([{ topic: 'orders', partition: 0 }])
    listener.assigned([])

    await expect.poll(() => told.at(-1)).toBe('incarnation 1 closed')
  })

  test('leaves out what the group had committed by then, though the library had read it, and begins there', async () => {
    const { told, listener, control } = await tell({ committed: () => 12 })
    listener.assigned([{ topic: 'orders', partition: 0 }])
    await listener.batch(batchFrom(10, 3), control)

    expect(told.filter(line => /^(assigned|delivered|done)/.test(line))).toEqual(['assigned 0', 'assigned 0 at 12', 'done 11', 'delivered 12', 'done 12'])
  })

  test('begins nowhere as long as nobody says how far the group is', async () => {
    let asked = 0
    const { told, listener, control } = await tell({ committed: () => {
      asked += 1
      if (asked === 1) throw new Error('no coordinator')

      return 1
    } })
    listener.assigned([{ topic: 'orders', partition: 0 }])
    await listener.batch(batchFrom(0, 2), control)

    expect(told.filter(line => /^(fences|delivered|incarnation)/.test(line))).toEqual([
      'fences r.invoicing.orders-0', 'incarnation 1 closed', 'fences r.invoicing.orders-0', 'delivered 1'
    ])
  })

  test.each<[string, Behaviour, readonly string[]]>([
    ['a send that nobody knows of', { send: sends => sends === 1 ? { kind: 'indeterminate', error: 'TIMEOUT' } : acknowledged }, ['aborting', 'aborted']],
    ['a commit of offsets that was refused', { sendOffset: () => ({ outcome: 'indeterminate' }) }, ['aborting', 'aborted']],
    ['a transaction of which nobody knows how it ended', { commit: () => ({ phase: 'indeterminate', error: 'TIMEOUT' }) }, ['committing', 'indeterminate']]
  ])('after %s it has done nothing, and another incarnation begins where the group is', async (_, behaviour, phases) => {
    const { told, listener, control } = await tell({ ...behaviour, committed: () => 0 })
    listener.assigned([{ topic: 'orders', partition: 0 }])
    await listener.batch(batchFrom(0, 4), control)
    const first = [...told]
    await listener.batch(batchFrom(0, 2), control)

    expect(first.filter(line => line.startsWith('p2000.1#1')).map(line => line.split(' ')[1])).toEqual(['begun', ...phases])
    expect(first.filter(line => /^(applied|done)/.test(line))).toEqual([])
    expect(first.at(-1)).toBe('incarnation 1 closed')
    expect(withoutHeartbeats(told.slice(first.length)).slice(0, 4)).toEqual(['fences r.invoicing.orders-0', 'p2000.2 has r.invoicing.orders-0', 'asks how far 0 is', 'sought 0'])
  })

  test.each(['rejected', 'indeterminate'] as const)('of a commit whose answer was %s no more is on record than that, though its transaction was aborted', async outcome => {
    const { told, listener, control } = await tell({ sendOffset: () => ({ outcome }), committed: () => 0 })
    listener.assigned([{ topic: 'orders', partition: 0 }])
    await listener.batch(batchFrom(0, 2), control)

    expect(told.filter(line => line.startsWith('commit of'))).toEqual([expect.stringContaining(outcome)])
  })

  test('a commit without an answer that the group turns out to have made is not done again', async () => {
    let far = 0
    const { told, listener, control } = await tell({ commit: () => { far = 2; return { phase: 'indeterminate', error: 'TIMEOUT' } }, committed: () => far })
    listener.assigned([{ topic: 'orders', partition: 0 }])
    await listener.batch(batchFrom(0, 2), control)
    await listener.batch(batchFrom(0, 3), control)

    expect(told.filter(line => /^(delivered|sought|commit of)/.test(line))).toEqual([
      'delivered 0', 'delivered 1', 'commit of 2 indeterminate in p2000.1#1', 'delivered 2', 'commit of 3 indeterminate in p2000.2#1'
    ])
  })

  test('commits nothing once its assignment has ended in the midst of it', async () => {
    const { told, listener, control, state } = await tell({ onTold: line => { if (line === 'acknowledged') state.current = false } })
    listener.assigned([{ topic: 'orders', partition: 0 }])
    await listener.batch(batchFrom(0, 2), control)

    expect(told.filter(line => /asks to commit|commit of|#1/.test(line))).toEqual(['p2000.1#1 begun', 'sends 2 to 0 in p2000.1#1', 'p2000.1#1 aborting', 'p2000.1#1 aborted'])
  })

  test('begins no transaction after a heartbeat that failed', async () => {
    const { told, listener, control, state } = await tell({ onTold: line => { if (line === 'heartbeat') state.failing = true } })
    listener.assigned([{ topic: 'orders', partition: 0 }])
    await listener.batch(batchFrom(0, 2), control)

    expect(told.filter(line => /begun|delivered/.test(line))).toEqual([])
  })

  test('told to leave, it ends the transaction that it has begun, and begins no other', async () => {
    let closing: Promise<void> | undefined
    const story = await tell({ onTold: line => { if (line === 'delivered 0') closing = story.close() } })
    story.listener.assigned([{ topic: 'orders', partition: 0 }])
    await story.listener.batch(batchFrom(0, 4), story.control)
    await closing

    expect(story.told.filter(line => /begun|committed|closed/.test(line))).toEqual(['p2000.1#1 begun', 'p2000.1#1 committed', 'incarnation 1 closed'])
  })

  test('a new assignment has writers of its own', async () => {
    const { told, listener, control } = await tell({})
    for (const _ of [1, 2]) {
      listener.assigned([{ topic: 'orders', partition: 1 }])
      await listener.batch(batchFrom(0, 2, 1), control)
    }

    expect(told.filter(line => line.startsWith('p2001') && line.includes('has'))).toEqual(['p2001.1 has r.invoicing.orders-1', 'p2001.2 has r.invoicing.orders-1'])
  })
})

test('a member with an id of its own writes for all its partitions with that', async () => {
  const { told, listener, control } = await tell({ plan: { transactionalIds: 'per-member' } })
  listener.assigned([{ topic: 'orders', partition: 0 }, { topic: 'orders', partition: 1 }])
  await listener.batch(batchFrom(0, 2, 0), control)
  await listener.batch(batchFrom(0, 2, 1), control)

  expect(told.filter(line => line.startsWith('fences'))).toEqual(['fences r.invoicing.c1'])
  expect(told.filter(line => line.startsWith('sends'))).toEqual(['sends 2 to 0 in p2000.1#1', 'sends 2 to 1 in p2000.1#2'])
})

test('without transactions it writes first, and commits then', async () => {
  const { told, listener, control } = await tell({ plan: { transactionalIds: 'none' } })
  listener.assigned([{ topic: 'orders', partition: 0 }])
  await listener.batch(batchFrom(0, 2), control)

  expect(withoutHeartbeats(told)).toEqual([
    'assigned 0', 'p2000.1 has undefined', 'asks how far 0 is', 'delivered 0', 'delivered 1', 'sends 2 to 0', 'acknowledged', 'applied 0', 'applied 1',
    'asks to commit 2', 'commit of 2 acknowledged', 'done 1'
  ])
})

test.for<[string, Partial<GroupTransforms>, RegExp]>([
  ['one topic for both', { to: orders }, /from and to are both orders/],
  ['other partitions', { to: topic('invoices', { partitions: 5 }) }, /orders has 2 partitions and invoices 5/],
  ['no member', { members: 0 }, /members is 0/],
  ['empty transactions', { recordsPerTransaction: 0 }, /recordsPerTransaction is 0/]
])('a plan with %s is refused', ([, changes, message]) => {
  expect(() => planOf(changes)).toThrow(message)
})
