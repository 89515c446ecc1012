/**
 * Child processes of any harness, found in the process list by the marks in their arguments. They end by themselves when their
 * harness does; one that cannot (it is stopped, say) is what `heal` looks for here. Somebody's own program, and whatever that has
 * started, may do anything: it bears the marks in its environment, which is handed down.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { Leftover } from '../cluster/docker/leftovers.ts'
import { marksAmong, markWords, type Marks } from './worker-protocol.ts'
import { untilNothingIsMissing } from './waiting.ts'

const endsWithinMs = 5000

export const findChildProcesses = (): readonly Leftover[] => processIds().flatMap(pid => {
  const child = childAt(pid)

  return child === undefined ? [] : [{ kind: 'process', name: `${pid} of ${child.run === '' ? 'no run' : `run ${child.run}`}`, ...child, remove: () => endProcess(pid, child) }]
})

const processIds = (): readonly number[] => {
  try {
    return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number)
  } catch {
    // No /proc here (not Linux): nothing can be found this way, and nothing is claimed.
    return []
  }
}

/** Undefined where there is none, or none that bears both marks. What has ended has neither arguments nor environment any more. */
const childAt = (pid: number): Marks | undefined => {
  // It has been started by what it may be looking for.
  if (pid === process.pid) return undefined

  return marksAmong(wordsIn(`/proc/${pid}/cmdline`), markWords.argument) ?? marksAmong(wordsIn(`/proc/${pid}/environ`), markWords.environment)
}

const wordsIn = (file: string): readonly string[] => {
  try {
    return readFileSync(file, 'utf8').split('\0')
  } catch {
    // The process ended while it was being read, or its environment is another user's.
    return []
  }
}

const endProcess = async (pid: number, child: Marks): Promise<void> => {
  const isThere = (): boolean => childAt(pid)?.owner === child.owner
  // By now it may have ended by itself, and its id may be another's.
  if (!isThere()) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // Another user's process may not be killed; one that ended in between was to end.
    if (isThere()) throw error
  }
  await untilNothingIsMissing(async () => hasEnded(pid) ? undefined : `process ${pid} is there`, {
    what: 'a killed process to end', deadlineMs: endsWithinMs, everyMs: 20, signal: new AbortController().signal
  })
}

/** A process that is ending loses its arguments before it has ended; what it has open may be held until then. */
const hasEnded = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')

    return ['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3))
  } catch {
    // It is gone.
    return true
  }
}
