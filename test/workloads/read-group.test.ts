/** What a member's process does with fetched batches, with a client that says what became of commits. */
import { expect, test } from 'vitest'
import type { BatchControl, CommitResult, DeliveredBatch, Driver, MemberListener } from '../../harness/clients/driver.ts'
import { recordSlots, recordTags, writeRecord } from '../../harness/model/record.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import type { MemberRecorder } from '../../harness/model/recorder.ts'
import { topic } from '../../harness/model/topic.ts'
import type { MemberPlan } from '../../harness/model/workload.ts'
import { openGroupReader, type ReadSetting } from '../../harness/workloads/read-group.ts'

const plan: MemberPlan = {
  kind: 'member', number: 1, group: 'billing', topics: [topic('orders')], commits: 'after-work', isolation: 'read_uncommitted', workMicroseconds: 0, commitEvery: 2,
  autoCommitIntervalMs: 5000, sessionTimeoutMs: 6000, rebalanceProtocol: 'classic', work: 'in-line'
}

const batchFrom = (offset: number, count: number, poisoned?: number): DeliveredBatch => {
  const tags = recordTags('r', 'orders')
  const slots = recordSlots({ count, recordBytes: 100 })
  const records = slots.map((slot, index) => {
    const record = recordNumber({ producer: 1, incarnation: 1, sequence: offset + index })
    writeRecord(slot, tags, { record, partition: 0, attempt: 1, at: 5, poison: offset + index === poisoned })

    return { offset: offset + index, leaderEpoch: 3, value: slot.value }
  })

  return { topic: 'orders', partition: 0, records }
}

interface Story {
  /** What was put on record and asked of the client, in its order. */
  readonly told: string[]
  readonly listener: MemberListener
  readonly control: BatchControl
  readonly state: { current: boolean, failing: boolean, commit: CommitResult, onDelivered: (offset: number) => void }
  readonly close: () => Promise<void>
}

const tell = async (changes: Partial<MemberPlan>, finishingMs = 5000, more: Pick<ReadSetting, 'store' | 'deadLetters'> = {}): Promise<Story> => {
  const told: string[] = []
  let listener: MemberListener | undefined
  const state: Story['state'] = { current: true, failing: false, commit: { outcome: 'acknowledged' }, onDelivered: () => undefined }
  const recorder: MemberRecorder = {
    assigned: ({ partition, position }) => { told.push(`assigned ${partition}${position === undefined ? '' : ` at ${position}`}`) },
    revoked: ({ partition }) => { told.push(`revoked ${partition}`) },
    sought: ({ offset, reason }) => { told.push(`sought ${offset} ${reason}`) },
    delivered: ({ offset, intact }) => { told.push(`delivered ${offset}${intact ? '' : ' torn'}`); state.onDelivered(offset) },
    processed: ({ offset }, effect) => { told.push(`processed ${offset}${effect === 'applied' ? '' : ` ${effect}`}`) },
    committing: () => undefined,
    committed: ({ offset, outcome }) => { told.push(`${outcome} ${offset}`) },
    foreign: () => { told.push('foreign') },
    flush: () => { if (told.at(-1) !== 'flush') told.push('flush') },
    close: () => undefined
  }
  const driver: Driver = {
    name: 'fake', version: '1', capabilities: { inFlightWhenIdempotent: 1, rebalanceProtocols: ['classic'], checksChecksums: true },
    openProducer: () => { throw new Error('No producer was asked for.') },
    openMember: async (_options, own) => {
      listener = own

      return { close: async () => undefined }
    }
  }
  const control: BatchControl = {
    current: () => state.current,
    failing: () => state.failing,
    commit: async offset => { told.push(`commit ${offset}`); return state.commit },
    done: offset => { told.push(`done ${offset}`) },
    commitIfDue: async () => { told.push('commit if due') },
    heartbeat: async () => undefined
  }
  const reader = await openGroupReader({ plan: { ...plan, ...changes }, run: 'r', driver, bootstrap: [], now: () => 9, recorder, onTrouble: () => undefined, finishingMs, ...more })
  if (listener === undefined) throw new Error('The reader did not open a member.')

  return { told, listener, control, state, close: reader.close }
}

test('after-work: deliveries reach the disk before the work, and the commit follows it', async () => {
  const { told, listener, control } = await tell({})
  await listener.batch(batchFrom(10, 3), control)

  expect(told).toEqual([
    'delivered 10', 'delivered 11', 'flush', 'processed 10', 'processed 11', 'done 11', 'flush', 'commit 12', 'acknowledged 12',
    'delivered 12', 'flush', 'processed 12', 'done 12', 'flush', 'commit 13', 'acknowledged 13', 'flush'
  ])
})

test('before-work: nothing is delivered before the commit has returned', async () => {
  const { told, listener, control } = await tell({ commits: 'before-work' })
  await listener.batch(batchFrom(10, 2), control)

  expect(told).toEqual(['flush', 'commit 12', 'acknowledged 12', 'delivered 10', 'delivered 11', 'flush', 'processed 10', 'processed 11', 'done 11', 'flush'])
})

test.each(['rejected', 'indeterminate'] as const)('before-work: after a commit that is %s nothing is delivered', async outcome => {
  const { told, listener, control, state } = await tell({ commits: 'before-work' })
  state.commit = { outcome, error: 'REBALANCE_IN_PROGRESS' }
  await listener.batch(batchFrom(10, 4), control)

  expect(told).toEqual(['flush', 'commit 12', `${outcome} 12`, 'flush'])
})

test('work that takes time: each delivery is on disk before its own work', async () => {
  const { told, listener, control } = await tell({ workMicroseconds: 100 })
  await listener.batch(batchFrom(10, 2), control)

  expect(told.slice(0, 8)).toEqual(['delivered 10', 'flush', 'processed 10', 'done 10', 'delivered 11', 'flush', 'processed 11', 'done 11'])
})

test('a batch whose assignment has ended is left at once, and not committed', async () => {
  const { told, listener, control, state } = await tell({ workMicroseconds: 100 })
  state.onDelivered = offset => { state.current = offset < 10 }
  await listener.batch(batchFrom(10, 2), control)

  expect(told).toEqual(['delivered 10', 'flush', 'processed 10', 'done 10', 'flush'])
})

test('a rebalance in mid-work waits until the records of one commit are done', async () => {
  const { told, listener, control, state } = await tell({ workMicroseconds: 100 })
  state.onDelivered = () => { state.failing = true }
  await listener.batch(batchFrom(10, 4), control)

  expect(told.filter(what => /^(delivered|commit)/.test(what))).toEqual(['delivered 10', 'delivered 11', 'commit 12'])
})

test.each(['before-work', 'after-work'] as const)('told to leave in mid-work with commits %s, it does what it has begun, and nothing more', async commits => {
  const { told, listener, control, state, close } = await tell({ commits, workMicroseconds: 2000 })
  const closed = Promise.withResolvers<undefined>()
  state.onDelivered = offset => {
    if (offset !== 10) return
    void close().then(() => {
      told.push('left')
      closed.resolve(undefined)
    })
  }
  await listener.batch(batchFrom(10, 4), control)
  await listener.batch(batchFrom(20, 4), control)
  await closed.promise

  expect(told.filter(what => /^(delivered|commit|left)/.test(what))).toEqual(
    commits === 'before-work' ? ['commit 12', 'delivered 10', 'delivered 11', 'left'] : ['delivered 10', 'delivered 11', 'commit 12', 'left'])
})

test('told to leave, it works off what was handed on', async () => {
  const { told, listener, control, close } = await tell({ commits: 'automatic', work: 'handed-on', workMicroseconds: 2000 })
  await listener.batch(batchFrom(10, 4), control)
  await close()

  expect(told.filter(what => what.startsWith('delivered'))).toEqual(['delivered 10', 'delivered 11', 'delivered 12', 'delivered 13'])
})

test('no more is handed on than can be worked off when it is told to leave, and what was handed on is', async () => {
  const { told, listener, control, close } = await tell({ commits: 'automatic', work: 'handed-on', workMicroseconds: 1000 })
  const working = listener.batch(batchFrom(10, 900), control)
  await close()
  await working

  const lastDone = told.findLast(what => what.startsWith('done'))
  expect(told.filter(what => what.startsWith('delivered')).at(-1)).toBe(lastDone?.replace('done', 'delivered'))
  expect(Number(lastDone?.slice('done '.length))).toBeLessThan(909)
})

test('it goes back over what it has worked on, on purpose, once that is committed, and the client fetches from there', async () => {
  const { told, listener, control } = await tell({ commits: 'after-work', commitEvery: 2, replays: { every: 4, records: 3 } })
  await listener.batch(batchFrom(10, 8), control)

  expect(told.filter(what => /^(commit|sought|done)/.test(what)).slice(-3)).toEqual(['commit 14', 'sought 11 application', 'done 10'])
  expect(told.filter(what => what.startsWith('delivered'))).toEqual(['delivered 10', 'delivered 11', 'delivered 12', 'delivered 13'])
})

test('who has lost the assignment does not go back', async () => {
  const { told, listener, control, state } = await tell({ commits: 'after-work', replays: { every: 4, records: 3 } })
  state.onDelivered = () => { state.current = false }
  await listener.batch(batchFrom(10, 4), control)

  expect(told.filter(what => what.startsWith('sought'))).toEqual([])
})

test('work that does not end in time is told when it leaves', async () => {
  const { listener, control, close } = await tell({ commits: 'before-work' }, 20)
  const never = Promise.withResolvers<CommitResult>()
  void listener.batch(batchFrom(10, 2), { ...control, commit: () => never.promise })

  await expect(close()).rejects.toThrow('Waited 20 ms for the work that was begun to end')
})

test('handed on: the client may commit what no work has seen, and a lost assignment drops it', async () => {
  const { told, listener, control } = await tell({ commits: 'automatic', work: 'handed-on' })
  await listener.batch(batchFrom(10, 2), control)
  expect(told).toEqual(['done 11', 'flush'])

  listener.revoked([{ topic: 'orders', partition: 0 }])
  await new Promise(resolve => { setImmediate(resolve) })
  expect(told.filter(what => what.startsWith('delivered'))).toEqual([])
})

test('a position is said at the time of the assignment, and automatic commits no later than they can have begun', async () => {
  const { told, listener } = await tell({ commits: 'automatic' })
  listener.assigned([{ topic: 'orders', partition: 0 }])
  listener.positioned({ topic: 'orders', partition: 0 }, 40)
  listener.sought({ topic: 'orders', partition: 0 }, 7)
  listener.committed({ topic: 'orders', partition: 0, offset: 41, beganMsAgo: 1, outcome: 'acknowledged' })

  expect(told).toEqual(['assigned 0', 'assigned 0 at 40', 'sought 7 out-of-range', 'acknowledged 41'])
})

test('foreign records are left out, torn ones are delivered as torn', async () => {
  const { told, listener, control } = await tell({})
  const { records, ...where } = batchFrom(10, 2)
  const torn = Buffer.from(records[0]?.value ?? '')
  torn[99] = (torn[99] ?? 0) ^ 1
  await listener.batch({ ...where, records: [{ offset: 10, leaderEpoch: 3, value: torn }, { offset: 11, leaderEpoch: 3, value: Buffer.from('?') }] }, control)

  expect(told.slice(0, 3)).toEqual(['foreign', 'delivered 10 torn', 'flush'])
  expect(told).toContain('commit 12')
})

const poisonAt11 = batchFrom(10, 3, 11)

test('each record goes to the store, one after the other, and what that says of it goes on record', async () => {
  const { told, listener, control } = await tell({}, 5000, {
    store: { apply: async ({ record }) => (record === recordNumber({ producer: 1, incarnation: 1, sequence: 11 }) ? 'recognised' : 'applied'), close: async () => undefined }
  })
  await listener.batch(batchFrom(10, 2), control)

  expect(told.filter(what => /^(delivered|processed|commit)/.test(what))).toEqual(['delivered 10', 'processed 10', 'delivered 11', 'processed 11 recognised', 'commit 12'])
})

test('a record that cannot be processed, and is to be skipped, failed, and the group goes on', async () => {
  const { told, listener, control } = await tell({ onPoison: { kind: 'skip' } })
  await listener.batch(poisonAt11, control)

  expect(told.filter(what => /^(processed|commit)/.test(what))).toEqual(['processed 10', 'processed 11 failed', 'commit 12', 'processed 12', 'commit 13'])
})

test('a record that cannot be processed stops a group that was told nothing: it is tried again, and nothing is committed', async () => {
  const { told, listener, control, state } = await tell({})
  setTimeout(() => { state.failing = true }, 700)
  await listener.batch(poisonAt11, control)

  expect(told.filter(what => what === 'processed 11 failed').length).toBeGreaterThan(1)
  // It still owns the partition, so the record will come once more.
  expect(told.filter(what => /^(delivered|commit|sought)/.test(what))).toEqual(['delivered 10', 'delivered 11', 'sought 11 application'])
})

const graveyard = (...answers: readonly boolean[]) => {
  const left = [...answers]
  const asked: number[] = []

  const put = async ({ partition }: { readonly partition: number }): Promise<boolean> => {
    asked.push(partition)

    return left.shift() ?? true
  }

  return { asked, deadLetters: { put, close: async () => undefined } }
}
const deadLettering = { kind: 'dead-letter', topic: topic('dead'), producer: 1001 } as const

test('a dead letter is acknowledged before its record is committed', async () => {
  const { asked, deadLetters } = graveyard(false, true)
  const { told, listener, control } = await tell({ onPoison: deadLettering }, 5000, { deadLetters })
  await listener.batch(poisonAt11, control)

  expect(asked).toEqual([0, 0])
  expect(told.filter(what => /^(processed|commit)/.test(what))).toEqual([
    'processed 10', 'processed 11 failed', 'processed 11 dead-lettered', 'commit 12', 'processed 12', 'commit 13'
  ])
})

test('a dead letter that nobody acknowledges is given up with the assignment, and its record is not committed', async () => {
  const { deadLetters } = graveyard(false)
  const { told, listener, control, state } = await tell({ onPoison: deadLettering }, 5000, { deadLetters })
  state.onDelivered = offset => { state.current = offset < 11 }
  await listener.batch(poisonAt11, control)

  expect(told.filter(what => /^(processed|commit|sought)/.test(what))).toEqual(['processed 10', 'processed 11 failed'])
})

test('a record that cannot be processed is none whose bytes are damaged: it only looks like one', async () => {
  const batch = batchFrom(10, 1, 10)
  const [record] = batch.records
  record?.value.writeUInt8(1, 60)
  const { told, listener, control } = await tell({})
  await listener.batch(batch, control)

  expect(told.filter(what => /^(delivered|processed)/.test(what))).toEqual(['delivered 10 torn', 'processed 10'])
})
