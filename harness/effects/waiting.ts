/** Who counts a store on a server waits until no one else is connected: what a killed process had sent may still be carried out. */
import { setTimeout as after } from 'node:timers/promises'
import { DeadlineError } from '../model/deadline.ts'

const askAgainMs = 50

export const untilNobodyElseIs = async (others: () => Promise<number>, { deadlineMs = 5000 }: { readonly deadlineMs?: number } = {}): Promise<void> => {
  const end = performance.now() + deadlineMs
  for (let still = await others(); still > 0; still = await others()) {
    if (performance.now() > end) throw new DeadlineError(`Waited ${deadlineMs} ms to count a store alone; ${still} others are connected to it.`)
    await after(askAgainMs)
  }
}
