/** Watches the harness process's own resident memory while load runs: it must not grow with the number of records. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * What booting a cluster left behind in the heap is given back before the load begins: the harness shares a small machine with
 * what it watches, and V8 alone would wait for a pressure that never comes.
 */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: { readonly type: 'major', readonly flavor: 'last-resort' }) => void
  collect({ type: 'major', flavor: 'last-resort' })
}

export interface MemoryWatch {
  /** The highest so far, in bytes. */
  readonly highest: () => number
  readonly stop: () => void
}

export const watchMemory = (): MemoryWatch => {
  collectGarbage()
  let highest = process.memoryUsage.rss()
  const timer = setInterval(() => { highest = Math.max(highest, process.memoryUsage.rss()) }, 1000)
  timer.unref()

  return { highest: () => highest, stop: () => { clearInterval(timer) } }
}
