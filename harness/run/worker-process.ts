/**
 * One child process of the harness, from its start to its end: orders go in, reports come out, each report is waited for
 * with a deadline, and what it says on stderr is kept in the run's logs. `entry` is `worker.ts`, or a stand-in in a test.
 */
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { execaNode } from 'execa'
import { moduleFile } from './module-file.ts'
import { childMarks, isReport, type Order, type Report } from './worker-protocol.ts'

export interface WorkerProcessSetting {
  readonly name: string
  readonly run: string
  /** The run's folder of logs: the process's stderr goes to `<name>.log` there. */
  readonly logs: string
  readonly entry?: string
  /** The process starts a program of its own: signals are to reach both. */
  readonly ownGroup?: boolean
  readonly onTrouble?: (text: string) => void
}

/** How a process ended. */
export interface ProcessEnd {
  readonly pid: number
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  /** The last lines of its stderr. */
  readonly lastWords: readonly string[]
}

export interface WorkerProcess {
  readonly pid: number
  /** An order to a process that has ended is dropped. */
  readonly order: (order: Order) => void
  /** Waits for a report of this kind; throws when it does not come in time, or the process fails or ends first. */
  readonly reported: <Kind extends Report['report']>(kind: Kind, withinMs: number) => Promise<Extract<Report, { report: Kind }>>
  readonly ended: Promise<ProcessEnd>
  readonly running: () => boolean
  /** Stops it where it is, or lets it go on; a process that has ended gets none. */
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => void
  /** SIGKILL. */
  readonly kill: () => Promise<ProcessEnd>
}

const lastLines = 20
const workerEntry = moduleFile(import.meta.url, './worker')

export const spawnWorker = ({ name, run, logs, entry = workerEntry, ownGroup = false, onTrouble }: WorkerProcessSetting): WorkerProcess => {
  mkdirSync(logs, { recursive: true })
  const subprocess = execaNode(entry, [...childMarks(run), `--ackproof-client=${name}`], {
    ipc: true, reject: false, buffer: false, stdin: 'ignore', stdout: 'ignore', stderr: 'pipe', cleanup: !ownGroup, detached: ownGroup,
    // kafkajs sets timers with negative delays, and Node warns of the first one, as it does of its SQLite (`effects/`).
    nodeOptions: ['--disable-warning=TimeoutNegativeWarning', '--disable-warning=ExperimentalWarning']
  })
  const pid = subprocess.pid
  if (pid === undefined) throw new Error(`The process of ${name} could not be started.`)

  const words = keepWords(join(logs, `${name}.log`))
  subprocess.stderr.on('data', words.hear)
  const reports = gatherReports(name)
  subprocess.on('message', message => { if (isReport(message)) hear(message) })

  const hear = (report: Report): void => {
    if (report.report === 'trouble') onTrouble?.(report.text)
    else reports.hear(report)
  }

  let running = true
  const ended = subprocess.then(({ exitCode, signal }): ProcessEnd => {
    running = false
    const end = { pid, exitCode, signal, lastWords: words.last() }
    reports.end(end)

    return end
  })

  const send = (signal: NodeJS.Signals): void => {
    if (!ownGroup || !killGroup(pid, signal)) subprocess.kill(signal)
  }

  return {
    pid,
    ended,
    running: () => running,
    reported: reports.wait,
    order: order => {
      // It may have ended between the check and the call: its end is told by `ended`.
      if (running && subprocess.connected) subprocess.sendMessage({ ...order }).catch(() => undefined)
    },
    signal: signal => { if (running) send(signal) },
    kill: () => {
      if (running) send('SIGKILL')

      return ended
    }
  }
}

/** False where there is no such group any more. */
const killGroup = (leader: number, signal: NodeJS.Signals): boolean => {
  try {
    return process.kill(-leader, signal)
  } catch {
    // The last of them has ended in the meantime.
    return false
  }
}

const keepWords = (file: string) => {
  let last: string[] = []

  return {
    hear: (bytes: Buffer): void => {
      append(file, bytes)
      last = [...last, ...bytes.toString('utf8').split('\n').filter(line => line !== '')].slice(-lastLines)
    },
    last: (): readonly string[] => last
  }
}

/** The log is for people, and no judge reads it: a full disk must not end the harness here, where no evidence is at stake. */
const append = (file: string, bytes: Buffer): void => {
  try {
    appendFileSync(file, bytes)
  } catch {
    // The last lines are kept in memory all the same.
  }
}

interface Waiter {
  readonly kind: Report['report']
  readonly settle: (report: Report | Error) => void
}

const gatherReports = (name: string) => {
  let unclaimed: Report[] = []
  let waiters: Waiter[] = []
  let over: Error | undefined

  const endWith = (error: Error): void => {
    over ??= error
    for (const waiter of waiters) waiter.settle(over)
    waiters = []
  }

  return {
    hear: (report: Report): void => {
      if (report.report === 'failed') {
        endWith(new Error(`${name} failed: ${report.error}`))

        return
      }
      const waiter = waiters.find(({ kind }) => kind === report.report)
      waiters = waiters.filter(other => other !== waiter)
      if (waiter === undefined) unclaimed.push(report)
      else waiter.settle(report)
    },
    end: ({ exitCode, signal, lastWords }: ProcessEnd): void => {
      endWith(new Error(`${name} ended (${signal ?? `exit ${exitCode}`}): ${lastWords.slice(-3).join(' / ') || 'it said nothing'}`))
    },
    wait: <Kind extends Report['report']>(kind: Kind, withinMs: number): Promise<Extract<Report, { report: Kind }>> => {
      type Wanted = Extract<Report, { report: Kind }>
      const early = unclaimed.find((report): report is Wanted => report.report === kind)
      unclaimed = unclaimed.filter(report => report !== early)
      if (early !== undefined) return Promise.resolve(early)
      if (over !== undefined) return Promise.reject(over)

      const { promise, resolve, reject } = Promise.withResolvers<Wanted>()
      const waiter: Waiter = {
        kind,
        settle: report => {
          clearTimeout(timer)
          if (report instanceof Error) reject(report)
          else resolve(report as Wanted)
        }
      }
      const timer = setTimeout(() => {
        waiters = waiters.filter(other => other !== waiter)
        reject(new Error(`Waited ${withinMs} ms for ${name} to report "${kind}".`))
      }, withinMs)
      waiters.push(waiter)

      return promise
    }
  }
}
