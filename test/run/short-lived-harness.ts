/**
 * A harness for tests that kill it: it starts the child process that its first argument names (`check`, `program`, `stand-in`, or else a
 * worker that is ordered to audit), says the child's id on standard output, and does nothing more. A program says itself what there is.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check } from '../../harness/run/check.ts'
import { startProgram } from '../../harness/run/program-process.ts'
import { spawnWorker } from '../../harness/run/worker-process.ts'

const [kind, folder = '', bootstrap = ''] = process.argv.slice(2)

const startWorker = (name: string): number => {
  const worker = spawnWorker({ name, run: 'test-run', logs: folder, ...name === 'stand-in' ? { entry: fileURLToPath(new URL('stand-in-worker.ts', import.meta.url)) } : {} })
  worker.order({
    order: 'audit', setting: { run: 'test-run', origin: { monotonicNs: '0', wallMs: 0 }, ledger: folder, bootstrap: [bootstrap] },
    audit: { topics: ['orders'], deadlineMs: 600_000, withhold: [] }
  })

  return worker.pid
}

const childOf = (pid: number): number | undefined => {
  const parentOf = (name: string): number => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')

      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    } catch {
      // It ended meanwhile.
      return 0
    }
  }
  const child = readdirSync('/proc').find(name => /^\d+$/.test(name) && parentOf(name) === pid)

  return child === undefined ? undefined : Number(child)
}

const startCheck = async (): Promise<number> => {
  void check({
    run: 'test-run', ledger: join(folder, 'ledger'), history: join(folder, 'history.ndjson'), scratch: join(folder, 'self-test'), seed: '1',
    faults: [], expects: [], dangers: [], hidden: [], mutations: [], witnesses: 1, answer: join(folder, 'answer.json')
  }, { orderFile: join(folder, 'order.json') })
  for (;;) {
    const child = childOf(process.pid)
    if (child !== undefined) return child
    await new Promise(resolve => { setTimeout(resolve, 5) })
  }
}

if (kind === 'program') startProgram(join(folder, 'client.sh'), { hear: line => { process.stdout.write(`${line}\n`) }, ended: () => undefined })
else process.stdout.write(`${kind === 'check' ? await startCheck() : startWorker(kind ?? '')}\n`)
