/** The only places in `clients/` that wait. Whoever waits *for* something names it and has a deadline. */
import { setImmediate as nextTurn, setTimeout as after } from 'node:timers/promises'
import { withDeadline } from '../model/deadline.ts'

export const pause = async (milliseconds: number): Promise<void> => {
  await after(milliseconds)
}

/** What a native library has handed to the event loop by now is here after them, whichever ways it takes. */
export const twoTurns = async (): Promise<void> => {
  await nextTurn()
  await nextTurn()
}

/** The promise's value, or a rejection that names what did not come in time. */
export const withinDeadline = <Value>(promise: Promise<Value>, what: string, milliseconds: number): Promise<Value> =>
  withDeadline(promise, { what, deadlineMs: milliseconds })

/** Waits for an end that nothing depends on: a failure of it, or the deadline, is as good as success. */
export const endedOrLate = async (promise: Promise<unknown> | undefined, milliseconds: number): Promise<void> => {
  await Promise.race([promise?.catch(() => undefined), pause(milliseconds)])
}
