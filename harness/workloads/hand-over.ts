/** A queue between the task that fetches and the task that works: what is in it when the process dies is lost to the work. */
import { pause } from '../clients/waiting.ts'
import type { Delivery } from '../model/recorder.ts'

/** Work of some seconds, which a process that leaves has the time to work off. */
const mostWaiting = 500

export interface HandOver {
  readonly take: (deliveries: readonly Delivery[]) => void
  readonly full: () => boolean
  /** All that was taken is done. */
  readonly idle: () => boolean
  /** Returns after a moment, in which some of it may have been worked on. */
  readonly breathe: () => Promise<void>
  /** The assignment ended: what waits here belongs to somebody else now. */
  readonly drop: () => void
}

export const createHandOver = (work: (delivery: Delivery) => Promise<void>): HandOver => {
  let waiting: readonly Delivery[] = []
  let next = 0
  let working = false

  const workOff = async (): Promise<void> => {
    if (working) return
    working = true
    for (let delivery = waiting[next]; delivery !== undefined; delivery = waiting[next]) {
      next += 1
      await work(delivery)
    }
    working = false
  }

  return {
    take: deliveries => {
      waiting = [...waiting.slice(next), ...deliveries]
      next = 0
      // In a later turn: the task that fetches goes on first.
      setImmediate(() => { void workOff() })
    },
    full: () => waiting.length - next >= mostWaiting,
    idle: () => !working && next >= waiting.length,
    breathe: () => pause(10),
    drop: () => {
      waiting = []
      next = 0
    }
  }
}
