/**
 * Checking runs in a process of its own: it needs memory in proportion to the run, and whatever becomes of it, the harness
 * still heals, cleans up and reports. A checking process that fails makes the run inconclusive, never green.
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { execa, ExecaError } from 'execa'
import { messageOf } from '../model/errors.ts'
import type { CheckAnswer, CheckOrder } from './check-order.ts'
import { checkDeadlineMs } from './check-deadline.ts'
import { moduleFile } from './module-file.ts'
import { childMarks } from './worker-protocol.ts'

export interface CheckOptions {
  readonly orderFile: string
  /** Aborted: the checking process is ended. Absent where the run was stopped before, and what there is shall still be judged. */
  readonly signal?: AbortSignal
}

export const check = async (order: CheckOrder, { orderFile, signal }: CheckOptions): Promise<CheckAnswer> => {
  const deadlineMs = checkDeadlineMs(order.ledger)
  await writeFile(orderFile, JSON.stringify(order))
  try {
    await execa(process.execPath, ['--max-old-space-size=4096', moduleFile(import.meta.url, './check-worker'), orderFile, ...childMarks(order.run)], {
      // It says nothing on it, ever: the checking process ends when it closes, which is when the harness has ended.
      stdin: 'pipe',
      timeout: deadlineMs,
      ...signal === undefined ? {} : { cancelSignal: signal },
      env: { NODE_NO_WARNINGS: '1' }
    })

    return JSON.parse(await readFile(order.answer, 'utf8')) as CheckAnswer
  } catch (error) {
    throw new Error(`The checking process failed: ${whyFailed(error, deadlineMs)}`, { cause: error })
  } finally {
    await Promise.all([orderFile, order.answer].map(file => rm(file, { force: true })))
    await rm(order.scratch, { recursive: true, force: true })
  }
}

const whyFailed = (error: unknown, deadlineMs: number): string => {
  if (!(error instanceof ExecaError)) return messageOf(error)
  if (error.timedOut) return `it was still at work after ${Math.round(deadlineMs / 60_000)} minutes.`

  return String(error.stderr).trim().split('\n').slice(-6).map(line => line.trim()).join(' / ')
}
