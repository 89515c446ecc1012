/** Whom the harness hides from its own audit. */
import { describe, expect, test } from 'vitest'
import { kinds } from '../../harness/ledger/format.ts'
import { openLedger } from '../../harness/ledger/writer.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { recordNumber } from '../../harness/model/record-number.ts'
import { chooseHidden } from '../../harness/run/hidden-records.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const number = (producer: number, sequence: number): number => recordNumber({ producer, incarnation: 1, sequence })

/** Of each producer's twenty records the even ones are acknowledged, and all of them are logged. */
const writtenRun = (): string => {
  const folder = temporaryFolder()
  const base = { format: 1, run: 'r', topics: ['orders'] } as const
  const audit = openLedger(folder, { ...base, process: 'audit' })
  for (const producer of [1, 2]) {
    const ledger = openLedger(folder, { ...base, process: `p${producer}.1`, producer: `p${producer}`, incarnation: 1 })
    for (let sequence = 0; sequence < 20; sequence++) {
      const record = number(producer, sequence)
      ledger.append({ kind: kinds.send, topic: 0, partition: 0, at: 10, record })
      ledger.append({ kind: sequence % 2 === 0 ? kinds.acknowledged : kinds.indeterminate, topic: 0, partition: 0, at: 20, record, value: sequence })
      audit.append({ kind: kinds.logged, topic: 0, partition: 0, at: 0, record, value: sequence })
    }
    ledger.close()
  }
  audit.close()

  return folder
}

const acknowledged = [1, 2].flatMap(producer => Array.from({ length: 10 }, (_, index) => number(producer, index * 2)))

describe('hidden records', () => {
  const ledger = writtenRun()

  test('are as many as were asked for, each an acknowledged one', () => {
    const hidden = chooseHidden(ledger, 7, randomFrom('a'))

    expect(new Set(hidden).size).toBe(7)
    expect(hidden.filter(record => !acknowledged.includes(record))).toEqual([])
  })

  test('are the same for the same seed, and others for another', () => {
    expect(chooseHidden(ledger, 5, randomFrom('a'))).toEqual(chooseHidden(ledger, 5, randomFrom('a')))
    expect(chooseHidden(ledger, 5, randomFrom('b'))).not.toEqual(chooseHidden(ledger, 5, randomFrom('a')))
  })

  test('are all there are, where these are fewer', () => {
    expect(chooseHidden(ledger, 99, randomFrom('a')).toSorted((one, other) => one - other)).toEqual(acknowledged)
    expect(chooseHidden(temporaryFolder(), 3, randomFrom('a'))).toEqual([])
  })

  test('are none, where none were asked for', () => {
    expect(chooseHidden(ledger, 0, randomFrom('a'))).toEqual([])
  })
})
