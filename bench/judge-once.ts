/** Judges one ledger or history, or asks a naive `Set`, and prints what it took. A process of its own for `judge.ts`. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { entryBytes, headerBytes, kinds } from '../harness/ledger/format.ts'
import { judgeHistory } from '../harness/run/judge-history.ts'
import { judgeLedger } from '../harness/run/judge-ledger.ts'

const witnesses = 100

/** Every number of a kind of entry, file by file. */
const eachNumber = (folder: string, wanted: number, visit: (number: number) => void): void => {
  const buffer = new ArrayBuffer(8192 * entryBytes)
  const [bytes, doubles] = [new Uint8Array(buffer), new Float64Array(buffer)]
  for (const file of readdirSync(folder).filter(name => name.endsWith('.ledger'))) {
    const descriptor = openSync(join(folder, file), 'r')
    for (let start = headerBytes; ;) {
      const length = readSync(descriptor, bytes, 0, bytes.length, start)
      if (length === 0) break
      start += length
      for (let entry = 0; entry < length / entryBytes; entry++) if (((bytes[entry * entryBytes] ?? 0) & 0x1f) === wanted) visit(doubles[entry * 4 + 2] ?? 0)
    }
    closeSync(descriptor)
  }
}

const numbersOfIncarnation = 2 ** 32

/** One for each producer, because a single one cannot hold ten million. */
const askSet = (folder: string): object => {
  const missing = new Map<number, Set<number>>()
  const ofProducer = (number: number): Set<number> => {
    const producer = Math.floor(number / numbersOfIncarnation)
    const known = missing.get(producer) ?? new Set()
    missing.set(producer, known)

    return known
  }
  let acknowledged = 0
  eachNumber(folder, kinds.acknowledged, number => {
    ofProducer(number).add(number)
    acknowledged += 1
  })
  eachNumber(folder, kinds.logged, number => { ofProducer(number).delete(number) })

  return { acknowledged, lost: [...missing.values()].reduce((sum, { size }) => sum + size, 0) }
}

const answers: Readonly<Record<string, (path: string) => object | Promise<object>>> = {
  set: askSet,
  ledger: path => {
    const { judgement: { verdict, counts } } = judgeLedger(path, { witnesses })

    return { verdict, counts }
  },
  history: async path => {
    const { judgement: { verdict, counts } } = await judgeHistory(path, { witnesses })

    return { verdict, counts }
  }
}

const [what = '', path = ''] = process.argv.slice(2)
const start = performance.now()
const answer = await answers[what]?.(path)
const seconds = (performance.now() - start) / 1000
const { user, system } = process.cpuUsage()
const peakKb = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN)
console.log(JSON.stringify({ seconds: round(seconds), cpuSeconds: round((user + system) / 1e6), peakMemoryMb: Math.round(peakKb / 1024), ...answer }))

function round(value: number): number {
  return Math.round(value * 100) / 100
}
