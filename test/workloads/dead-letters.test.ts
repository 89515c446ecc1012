/** Dead letters: numbered and on record like any other, in the order of their partitions, by a new producer where one is spent. */
import { expect, test } from 'vitest'
import type { Driver, ProducerClient } from '../../harness/clients/driver.ts'
import { readRecord, recordTags } from '../../harness/model/record.ts'
import { recordName } from '../../harness/model/record-number.ts'
import type { Outcome } from '../../harness/model/recorder.ts'
import { topic } from '../../harness/model/topic.ts'
import { openDeadLetters } from '../../harness/workloads/dead-letters.ts'

const open = async (outcomes: readonly (Outcome['kind'])[], { unreachable = [] as readonly number[] } = {}) => {
  const told: string[] = []
  const left = [...outcomes]
  let opened = 0
  let incarnation = 0
  const openProducer = async (): Promise<ProducerClient> => {
    opened += 1
    if (unreachable.includes(opened)) throw new Error('No broker is there.')
    let spent = false

    return {
      spent: () => spent,
      close: async () => { told.push('closed') },
      send: async ({ partition, values: [value] }) => {
        const found = value === undefined ? undefined : readRecord(value, recordTags('r', '').run)
        const kind = left.shift() ?? 'acknowledged'
        spent = kind !== 'acknowledged'
        told.push(`${found?.kind === 'own' ? recordName(found.stamp.record) : '?'} to ${partition} ${kind}`)

        return kind === 'acknowledged' ? { kind, baseOffset: 0 } : { kind, error: 'E' }
      }
    }
  }
  const driver: Driver = {
    name: 'fake', version: '1', capabilities: { inFlightWhenIdempotent: 1, rebalanceProtocols: ['classic'], checksChecksums: true },
    openProducer, openMember: () => { throw new Error('No member was asked for.') }
  }
  const letters = await openDeadLetters({
    topic: topic('dead', { partitions: 2, replicas: 3 }), clientId: 'c1', run: 'r', driver, bootstrap: [], now: () => 7,
    openIncarnation: () => {
      incarnation += 1

      return {
        producer: 1001, incarnation, believed: () => undefined, transaction: () => undefined, close: () => undefined,
        sent: ({ firstSequence }) => { told.push(`sent ${firstSequence}`) },
        settled: ({ firstSequence }, { kind }) => { told.push(`settled ${firstSequence} ${kind}`) }
      }
    }
  })

  return { told, letters }
}

test('each is on record before it is sent, with an id of its own, and all of one partition stay together', async () => {
  const { told, letters } = await open([])

  expect([await letters.put({ partition: 0 }), await letters.put({ partition: 3 })]).toEqual([true, true])
  expect(told).toEqual([
    'sent 0', 'p1001:0 to 0 acknowledged', 'settled 0 acknowledged', 'sent 1', 'p1001:1 to 1 acknowledged', 'settled 1 acknowledged'
  ])
})

test('one that failed is not put, and the next goes by a new incarnation of the producer, once one can be opened', async () => {
  const { told, letters } = await open(['indeterminate'], { unreachable: [2] })

  expect([await letters.put({ partition: 0 }), await letters.put({ partition: 0 }), await letters.put({ partition: 0 })]).toEqual([false, false, true])
  expect(told.filter(what => what.includes(' to ') || what === 'closed')).toEqual(['p1001:0 to 0 indeterminate', 'closed', 'p1001.2:0 to 0 acknowledged'])
})
