/** What the process of a producer does that uses its client without care, with a client that is told what to answer. */
import { expect, test } from 'vitest'
import type { Driver, UnguardedClient, UnguardedOutcome, UnguardedSend } from '../../harness/clients/driver.ts'
import { noPartition, readRecord, recordTags } from '../../harness/model/record.ts'
import { recordName } from '../../harness/model/record-number.ts'
import type { ProducerRecorder } from '../../harness/model/recorder.ts'
import { topic } from '../../harness/model/topic.ts'
import type { ProducerPlan } from '../../harness/model/workload.ts'
import { openUnguardedWriter } from '../../harness/workloads/write-unguarded.ts'

const plan: ProducerPlan = {
  kind: 'producer', number: 2, topic: topic('orders'), acks: 'all', idempotent: true, maxInFlight: 3, retries: undefined,
  recordBytes: 100, batchRecords: 7, recordsPerSecond: undefined, onError: 'record', usage: 'across-partitions'
}

const acknowledged: UnguardedOutcome = { kind: 'acknowledged', offsets: new Map([[0, 40], [2, 70]]) }
const unknown: UnguardedOutcome = { kind: 'indeterminate', error: 'timeout' }
/** A send takes a turn of the event loop, so that flat out does not mean without end. */
const turn = (): Promise<void> => new Promise(resolve => { setImmediate(() => { resolve() }) })

interface Answering {
  readonly usage: NonNullable<ProducerPlan['usage']>
  readonly answer?: (send: UnguardedSend, client: number) => UnguardedOutcome
  readonly onError?: ProducerPlan['onError']
  readonly remarks?: readonly string[]
}

const write = async ({ usage, answer = () => acknowledged, onError = 'record', remarks = [] }: Answering, sends: number) => {
  const told: { readonly what: string, readonly incarnation: number, readonly partition: number, readonly first: number, readonly count: number, readonly offset?: number }[] = []
  const sent: { readonly send: UnguardedSend, readonly onRecord: number }[] = []
  const heard: string[] = []
  const closed: number[] = []
  let opened = 0
  let incarnations = 0
  let most = 0
  let underWay = 0
  const driver: Driver = {
    name: 'fake', version: '1', capabilities: { inFlightWhenIdempotent: 1, rebalanceProtocols: ['classic'], checksChecksums: true, unguarded: true },
    openMember: () => { throw new Error('No member was asked for.') },
    openProducer: () => { throw new Error('No careful producer was asked for.') },
    openUnguarded: async (): Promise<UnguardedClient> => {
      opened += 1
      const client = opened
      let spent = false

      return {
        spent: () => spent, remarks: () => remarks, close: async () => { closed.push(client) },
        send: async send => {
          sent.push({ send, onRecord: told.filter(({ what }) => what === 'sent').reduce((sum, { count }) => sum + count, 0) })
          underWay += 1
          most = Math.max(most, underWay)
          await turn()
          underWay -= 1
          const outcome = answer(send, client)
          spent ||= outcome.kind === 'indeterminate'

          return outcome
        }
      }
    }
  }
  const openIncarnation = (): ProducerRecorder => {
    incarnations += 1
    const incarnation = incarnations
    const tell = (what: string) => ({ partition, firstSequence, count }: { readonly partition: number, readonly firstSequence: number, readonly count: number }): void => {
      told.push({ what, incarnation, partition, first: firstSequence, count })
    }

    return {
      producer: 2, incarnation, sent: tell('sent'), believed: tell('believed'),
      settled: ({ partition, firstSequence: first, count }, outcome) => {
        const offset = outcome.kind === 'acknowledged' ? outcome.baseOffset : undefined
        told.push({ what: outcome.kind, incarnation, partition, first, count, ...offset === undefined ? {} : { offset } })
      },
      transaction: () => { throw new Error('It writes without transactions.') }, close: () => undefined
    }
  }
  const writer = await openUnguardedWriter({
    plan: { ...plan, usage, onError }, run: 'r', driver, bootstrap: [], now: () => 77, openIncarnation, onRemark: text => { heard.push(text) }
  })
  writer.start()
  while (sent.length < sends) await turn()
  await writer.stopSending()
  await writer.close()

  return { told, sent, heard, most, opened, closed, inFlight: writer.inFlight() }
}

const partitionsOf = ({ records }: UnguardedSend): readonly (number | undefined)[] => records.map(({ partition }) => partition)

test('a send across partitions has records for each of them, on record before the client is called, and one is under way', async () => {
  const { sent, most, told } = await write({ usage: 'across-partitions' }, 4)

  expect(partitionsOf(sent[0]!.send)).toEqual([0, 0, 1, 1, 2, 2, 2])
  expect(sent.map(({ onRecord }, index) => onRecord - 7 * (index + 1))).toEqual(sent.map(() => 0))
  expect(most).toBe(1)
  expect(new Set(told.filter(({ what }) => what !== 'sent').map(({ what }) => what))).toEqual(new Set(['acknowledged']))
})

test('a send that did not fail is taken for written, with the offsets that were told and without those that were not', async () => {
  const { told } = await write({ usage: 'across-partitions' }, 2)

  expect(told.filter(({ what }) => what === 'acknowledged').slice(0, 3).map(({ partition, offset }) => [partition, offset])).toEqual([[0, 40], [1, undefined], [2, 70]])
})

test('a keyless send leaves the partitions to the client, and so does what is on record of it', async () => {
  const { sent, told } = await write({ usage: 'keyless' }, 3)
  const claims = sent[0]!.send.records.map(({ value }) => readRecord(value, recordTags('r', '').run))

  expect(new Set(sent.flatMap(({ send }) => partitionsOf(send)))).toEqual(new Set([undefined]))
  expect(new Set(told.map(({ partition }) => partition))).toEqual(new Set([noPartition]))
  expect(claims.map(found => found.kind === 'own' && found.intact ? found.stamp.partition : undefined)).toEqual(sent[0]!.send.records.map(() => noPartition))
})

test('concurrent sends are as many as the plan says, each to one partition, and no record comes twice', async () => {
  const { sent, most } = await write({ usage: 'concurrent' }, 9)
  const names = sent.flatMap(({ send }) => send.records.map(({ value }) => {
    const found = readRecord(value, recordTags('r', '').run)

    return found.kind === 'own' && found.intact ? recordName(found.stamp.record) : 'not one of ours'
  }))

  expect(most).toBe(3)
  expect(sent.map(({ send }) => new Set(partitionsOf(send)).size)).toEqual(sent.map(() => 1))
  expect(new Set(sent.flatMap(({ send }) => partitionsOf(send)))).toEqual(new Set([0, 1, 2]))
  expect(new Set(names).size).toBe(sent.length * 7)
})

test('a client that is spent gives way to one other, as another incarnation, however many sends it had under way', async () => {
  const { told, opened, closed } = await write({ usage: 'concurrent', answer: (_, client) => client === 1 ? unknown : acknowledged }, 9)

  expect(opened).toBe(2)
  expect(closed).toEqual([1, 2])
  expect(told.filter(({ what }) => what === 'indeterminate').every(({ incarnation }) => incarnation === 1)).toBe(true)
  expect(told.filter(({ what }) => what === 'acknowledged').every(({ incarnation }) => incarnation === 2)).toBe(true)
})

test('an application that ignores errors believes in what failed', async () => {
  const { told } = await write({ usage: 'across-partitions', onError: 'believe', answer: (_, client) => client === 1 ? unknown : acknowledged }, 3)

  expect(told.filter(({ what }) => what === 'believed').map(({ count }) => count)).toEqual([2, 2, 3])
})

test('what a client did that nobody could see is told when it is left', async () => {
  expect((await write({ usage: 'keyless', remarks: ['It did this.'] }, 2)).heard).toEqual(['It did this.'])
})
