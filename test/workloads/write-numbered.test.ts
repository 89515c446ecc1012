/** What a producer's process does, with a client that is told what to answer. */
import { expect, test } from 'vitest'
import type { Driver, ProducerClient, SendBatch } from '../../harness/clients/driver.ts'
import { readRecord, recordTags } from '../../harness/model/record.ts'
import { recordName } from '../../harness/model/record-number.ts'
import type { Outcome, ProducerRecorder } from '../../harness/model/recorder.ts'
import { topic } from '../../harness/model/topic.ts'
import type { ProducerPlan } from '../../harness/model/workload.ts'
import { openNumberedWriter, sharesOf, type WriteSetting } from '../../harness/workloads/write-numbered.ts'

const plan: ProducerPlan = {
  kind: 'producer', number: 2, topic: topic('orders'), acks: 'all', idempotent: true, maxInFlight: 3, retries: undefined,
  recordBytes: 100, batchRecords: 2, recordsPerSecond: undefined, onError: 'record'
}

interface Told { readonly incarnation: number, readonly what: string, readonly partition: number, readonly first: number, readonly count: number }

/** Sends in flight end when `answer` resolves. */
const fakeDriver = (answer: (batch: SendBatch, client: number) => Promise<Outcome>) => {
  let opened = 0
  const driver: Driver = {
    name: 'fake', version: '1', capabilities: { inFlightWhenIdempotent: 1, rebalanceProtocols: ['classic'], checksChecksums: true },
    openMember: () => { throw new Error('No member was asked for.') },
    openProducer: async (): Promise<ProducerClient> => {
      opened += 1
      const client = opened
      let spent = false

      return {
        spent: () => spent,
        close: async () => undefined,
        send: async batch => {
          const outcome = await answer(batch, client)
          spent = outcome.kind === 'indeterminate'

          return outcome
        }
      }
    }
  }

  return { driver, opened: () => opened }
}

const fakeRecorders = () => {
  const told: Told[] = []
  const closed: number[] = []
  let incarnation = 0
  const open = (): ProducerRecorder => {
    incarnation += 1
    const own = incarnation

    return {
      producer: plan.number,
      incarnation: own,
      sent: ({ partition, firstSequence, count }) => { told.push({ incarnation: own, what: 'sent', partition, first: firstSequence, count }) },
      settled: ({ partition, firstSequence, count }, { kind }) => { told.push({ incarnation: own, what: kind, partition, first: firstSequence, count }) },
      believed: ({ partition, firstSequence, count }) => { told.push({ incarnation: own, what: 'believed', partition, first: firstSequence, count }) },
      transaction: () => { throw new Error('It writes without transactions.') },
      close: () => { closed.push(own) }
    }
  }

  return { told, closed, open }
}

const acknowledged: Outcome = { kind: 'acknowledged', baseOffset: 0 }
const unknown: Outcome = { kind: 'indeterminate', error: 'timeout' }
/** A send takes a turn of the event loop, so that flat out does not mean without end. */
const turn = (): Promise<void> => new Promise(resolve => { setImmediate(() => { resolve() }) })

const write = async (setting: Partial<WriteSetting> & Pick<WriteSetting, 'driver'>, until: () => boolean) => {
  const recorders = fakeRecorders()
  const writer = await openNumberedWriter({ plan, run: 'r', bootstrap: [], now: () => 77, openIncarnation: recorders.open, ...setting })
  writer.start()
  while (!until()) await turn()
  await writer.stopSending()
  await writer.close()

  return { ...recorders, inFlight: writer.inFlight }
}

test('an invocation is on record before the client is called', async () => {
  const early: string[] = []
  let calls = 0
  const recorders = fakeRecorders()
  const { driver } = fakeDriver(async batch => {
    calls += 1
    const last = recorders.told.filter(({ partition }) => partition === batch.partition).at(-1)
    if (last?.what !== 'sent') early.push(`${batch.topic}-${batch.partition}`)
    await turn()

    return acknowledged
  })
  await write({ driver, openIncarnation: recorders.open }, () => calls > 30)

  expect(early).toEqual([])
})

test('records name themselves as the ledger does, each number once', async () => {
  const names: string[] = []
  const { driver } = fakeDriver(async ({ values }) => {
    for (const value of values) {
      const found = readRecord(value, recordTags('r', '').run)
      if (found.kind === 'own' && found.intact) names.push(`${recordName(found.stamp.record)}@${found.stamp.at}`)
    }
    await turn()

    return acknowledged
  })
  const { told } = await write({ driver }, () => names.length > 60)
  const expected = told.filter(({ what }) => what === 'sent').flatMap(({ first, count }) => Array.from({ length: count }, (_, index) => `p2:${first + index}@77`))

  expect(names).toEqual(expected)
  expect(new Set(names).size).toBe(names.length)
})

test('a partition that hangs holds up its own lane alone, and stopping waits for it', async () => {
  const hanging = Promise.withResolvers<Outcome>()
  const acks = [0, 0, 0]
  const { driver } = fakeDriver(async ({ partition }) => {
    if (partition === 1) return hanging.promise
    await turn()
    acks[partition] = (acks[partition] ?? 0) + 1

    return acknowledged
  })
  const othersWentOn = (): boolean => (acks[0] ?? 0) > 20 && (acks[2] ?? 0) > 20
  const done = write({ driver }, othersWentOn)
  while (!othersWentOn()) await turn()
  await turn()
  hanging.resolve(acknowledged)
  const { told, inFlight } = await done

  expect(told.filter(({ partition }) => partition === 1).map(({ what }) => what)).toEqual(['sent', 'acknowledged'])
  expect(inFlight()).toBe(0)
})

test('a spent client is replaced, and what follows belongs to the next incarnation', async () => {
  let calls = 0
  const fake = fakeDriver(async ({ partition }, client) => {
    calls += 1
    await turn()

    return partition === 0 && client <= 3 ? unknown : acknowledged
  })
  const { told, closed } = await write({ driver: fake.driver }, () => calls > 40)
  const first = told.filter(({ partition }) => partition === 0)

  expect(fake.opened()).toBe(4)
  expect(first.slice(0, 3)).toMatchObject([
    { incarnation: 1, what: 'sent' }, { incarnation: 1, what: 'indeterminate' }, { incarnation: 2, what: 'sent', first: 0 }
  ])
  expect(told.filter(({ partition, incarnation }) => partition > 0 && incarnation !== 1)).toEqual([])
  expect(closed.toSorted()).toEqual([1, 2])
})

test('an application that ignores errors believes', async () => {
  let calls = 0
  const { driver } = fakeDriver(async () => {
    calls += 1
    await turn()

    return { kind: 'rejected', error: 'NOT_ENOUGH_REPLICAS' }
  })
  const { told } = await write({ driver, plan: { ...plan, onError: 'believe' } }, () => calls > 3)

  expect(told.slice(0, 60).filter(({ partition }) => partition === 0).slice(0, 3).map(({ what }) => what)).toEqual(['sent', 'rejected', 'believed'])
})

test('partitions are shared among the lanes that may have a send in flight', () => {
  const { driver } = fakeDriver(async () => acknowledged)

  expect(sharesOf({ driver, plan })).toEqual([[0], [1], [2]])
  expect(sharesOf({ driver, plan: { ...plan, maxInFlight: 2 } })).toEqual([[0, 2], [1]])
  expect(sharesOf({ driver, plan: { ...plan, maxInFlight: 1 } })).toEqual([[0, 1, 2]])
  expect(sharesOf({ driver, plan: { ...plan, idempotent: false, maxInFlight: 5 } })).toEqual([[0, 1, 2]])
})
