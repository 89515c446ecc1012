/**
 * What counting a run and judging it live costs the harness: a minute of 100,000 records a second, written as three producers and
 * three members of a group would write them (each sent, acknowledged, delivered and worked on), and polled once for each second.
 * Only the time within the polls counts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kinds } from '../harness/ledger/format.ts'
import { tailLedger } from '../harness/ledger/tail.ts'
import { openLedger, type LedgerWriter } from '../harness/ledger/writer.ts'
import { recordNumber } from '../harness/model/record-number.ts'

const seconds = 60
const recordsPerSecond = 100_000
const batchRecords = 500
const parties = 3
const partitions = 3

export const measureTail = async (): Promise<Readonly<Record<string, unknown>>> => {
  const folder = mkdtempSync(join(tmpdir(), 'ackproof-bench-'))
  try {
    const write = synthesize(folder)
    const tail = tailLedger(folder)
    let spent = 0
    // Writing has taken its buffers by then; the rest of this process is none of the tail's.
    const rssBefore = process.memoryUsage.rss()
    let highestRss = rssBefore
    for (let second = 0; second < seconds; second += 1) {
      write(second)
      const before = process.cpuUsage()
      tail.poll()
      tail.copies()
      const { user, system } = process.cpuUsage(before)
      spent += user + system
      highestRss = Math.max(highestRss, process.memoryUsage.rss())
    }
    const start = process.cpuUsage()
    // As after a change of leader that lost the last second.
    const offset = (seconds - 1) * recordsPerSecond / partitions
    const lost = tail.acknowledgedBeyond({ topic: 'orders', partition: 0, offset, until: seconds * 1e6, except: [] })
    const look = process.cpuUsage(start)
    const { sent, acknowledged, delivered } = tail.total()
    tail.close()

    return {
      seconds, recordsPerSecond, sent, acknowledged, delivered,
      percentOfOneCore: Math.round(spent / seconds / 1e6 * 1000) / 10,
      lookingBackMs: Math.round((look.user + look.system) / 1000),
      lookedBackAt: [...lost.byProducer.values()].reduce((sum, count) => sum + count, 0),
      memoryGrowthMb: Math.round((highestRss - rssBefore) / 2 ** 20)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Writes the entries of a second, batch by batch and round robin over the partitions. */
const synthesize = (folder: string): ((second: number) => void) => {
  const numbers = Array.from({ length: parties }, (_, index) => index + 1)
  const producers = numbers.map(number => openLedger(folder, { format: 1, run: 'r', process: `p${number}.1`, topics: ['orders'], producer: `p${number}`, incarnation: 1 }))
  const members = numbers.map(number => openLedger(folder, { format: 1, run: 'r', process: `c${number}`, topics: ['orders'], member: `c${number}`, group: 'billing' }))
  const ends = Array.from({ length: partitions }, () => 0)
  const next = producers.map(() => 0)

  return second => {
    for (let batch = 0; batch < recordsPerSecond / batchRecords; batch += 1) {
      const [who, partition] = [batch % parties, Math.floor(batch / parties) % partitions]
      const first = recordNumber({ producer: who + 1, incarnation: 1, sequence: next[who] ?? 0 })
      const at = second * 1e6 + batch * 1000
      const offset = ends[partition] ?? 0
      next[who] = (next[who] ?? 0) + batchRecords
      ends[partition] = offset + batchRecords
      const append = (ledger: LedgerWriter | undefined, kind: 1 | 2 | 5 | 7, value: number): void => {
        for (let index = 0; index < batchRecords; index += 1) {
          ledger?.append({ kind, topic: 0, partition, at, record: first + index, value: value + index, extra: 0 })
        }
        ledger?.flush()
      }
      append(producers[who], kinds.send, 0)
      append(producers[who], kinds.acknowledged, offset)
      append(members[partition], kinds.delivered, offset)
      append(members[partition], kinds.processed, 0)
    }
  }
}
