/** Work that takes time and does nothing. Timers are coarse, so that short work is slept off in pieces of a millisecond. */
import { pause } from '../clients/waiting.ts'

export interface Work {
  /** True: it takes no time at all. */
  readonly none: boolean
  readonly do: () => Promise<void>
}

export const simulateWork = (microseconds: number): Work => {
  let owedMs = 0

  return {
    none: microseconds === 0,
    do: async () => {
      owedMs += microseconds / 1000
      if (owedMs < 1) return

      const began = performance.now()
      await pause(Math.floor(owedMs))
      owedMs -= performance.now() - began
    }
  }
}
