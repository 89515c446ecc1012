/** Files of the ledger, copied with changes: byte for byte where nothing was to change. */
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { headerBytes, kinds, type Kind } from '../../../harness/ledger/format.ts'
import { openLedger } from '../../../harness/ledger/writer.ts'
import { copyEntries, copyLines, type EntryEdit } from '../../../harness/run/self-test/edits.ts'
import { countEntries, scanEntries, type EntryFields } from '../../../harness/run/self-test/scan-entries.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const entry = (record: number): EntryFields & { readonly kind: Kind } =>
  ({ kind: kinds.logged, flags: 0x20, topic: 0, partition: 2, extra: 7, at: 2 ** 40 + 5, attempt: 1, record, value: record + 0.5 })

/** A file with entries of the records 0 to 4, and half an entry more. */
const fiveEntries = (): { readonly source: string, readonly target: string } => {
  const place = temporaryFolder()
  const ledger = openLedger(place, { format: 1, run: 'r', process: 'audit', topics: ['orders'] })
  for (let record = 0; record < 5; record += 1) ledger.append(entry(record))
  ledger.close()
  const source = join(place, 'audit.ledger')
  appendFileSync(source, Buffer.alloc(17, 1))

  return { source, target: join(place, 'copy.ledger') }
}

const entriesIn = (file: string): readonly EntryFields[] => {
  const found: EntryFields[] = []
  scanEntries(file, { from: 0, count: countEntries(file) }, one => { found.push({ ...one }) })

  return found
}

const recordsAfter = (edits: (file: string) => readonly EntryEdit[]): readonly number[] => {
  const { source, target } = fiveEntries()
  copyEntries(source, target, edits(source))

  return entriesIn(target).map(({ record }) => record)
}

describe('copying entries', () => {
  it('leaves a file without edits as it is, torn end and all', () => {
    const { source, target } = fiveEntries()
    copyEntries(source, target, [])

    expect(readFileSync(target).equals(readFileSync(source))).toBe(true)
  })

  it('gives a file without edits a second name, and any other a file of its own', () => {
    const { source, target } = fiveEntries()
    copyEntries(source, target, [])
    copyEntries(source, `${target}.edited`, [{ change: 'remove', file: source, index: 0 }])

    expect(statSync(target).ino).toBe(statSync(source).ino)
    expect(statSync(`${target}.edited`).ino).not.toBe(statSync(source).ino)
    expect(entriesIn(source)).toHaveLength(5)
  })

  it('writes an entry exactly as the ledger does', () => {
    const { source, target } = fiveEntries()
    copyEntries(source, target, [{ change: 'replace', file: source, index: 3, entry: entriesIn(source)[3]! }])

    expect(readFileSync(target).equals(readFileSync(source).subarray(0, headerBytes + 5 * 32))).toBe(true)
  })

  it('replaces, removes, repeats and appends where it is told to', () => {
    expect(recordsAfter(file => [
      { change: 'append', file, entry: entry(9) },
      { change: 'insert-after', file, index: 3, entry: entry(3) },
      { change: 'replace', file, index: 0, entry: entry(7) },
      { change: 'append', file, entry: entry(8) },
      { change: 'remove', file, index: 1 }
    ])).toEqual([7, 2, 3, 3, 4, 9, 8])
  })

  it('removes the first and the last entry', () => {
    expect(recordsAfter(file => [{ change: 'remove', file, index: 4 }, { change: 'remove', file, index: 0 }])).toEqual([1, 2, 3])
  })
})

describe('copying lines', () => {
  it('replaces a line by its number, adds others at the end, and leaves out a torn last line', () => {
    const place = temporaryFolder()
    const source = join(place, 'a.ndjson')
    writeFileSync(source, '{"event":"one"}\n{"event":"two"}\n{"event":"to')
    copyLines(source, join(place, 'b.ndjson'), [
      { file: source, number: 2, line: { event: 'second' } }, { file: source, number: 'end', line: { event: 'third' } }
    ])

    expect(readFileSync(join(place, 'b.ndjson'), 'utf8')).toBe('{"event":"one"}\n{"event":"second"}\n{"event":"third"}\n')
  })
})
