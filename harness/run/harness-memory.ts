/** Watches the harness process's own resident memory while load runs: it must not grow with the number of records. */

export interface MemoryWatch {
  /** The highest so far, in bytes. */
  readonly highest: () => number
  readonly stop: () => void
}

export const watchMemory = (): MemoryWatch => {
  let highest = process.memoryUsage.rss()
  const timer = setInterval(() => { highest = Math.max(highest, process.memoryUsage.rss()) }, 1000)
  timer.unref()

  return { highest: () => highest, stop: () => { clearInterval(timer) } }
}
