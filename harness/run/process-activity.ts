/** Whether a client's process stands still, as the operating system says, and how much it has put into the ledger. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { untilNothingIsMissing } from './waiting.ts'

const stopsWithinMs = 2000

/** Waits until every thread of the process has stopped: a signal reaches one that waits for the disk only when the disk has answered. */
export const untilStopped = (pid: number, name: string): Promise<void> =>
  untilNothingIsMissing(async () => isStopped(pid) ? undefined : `process ${pid} is not stopped`, {
    what: `${name} to stop where it is`, deadlineMs: stopsWithinMs, everyMs: 5, signal: new AbortController().signal
  })

/** Every thread is in the state T. False too where there is no such process, or no /proc (not Linux). */
export const isStopped = (pid: number): boolean => {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)

    return threads.length > 0 && threads.every(thread => stateIn(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')) === 'T')
  } catch {
    // It ended while it was being looked at, or there is nothing to look at.
    return false
  }
}

/** `41 (a name (with) brackets) T 1 ...`: the state follows the last bracket. */
const stateIn = (stat: string): string | undefined => stat.slice(stat.lastIndexOf(')') + 2)[0]

/** The size of all that a client has written, in whichever incarnation: `p1.1.ledger`, `p1.2.ndjson`, `c1.ledger`. */
export const ledgerBytesOf = (folder: string, name: string): number =>
  readdirSync(folder).filter(file => file.startsWith(`${name}.`)).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
