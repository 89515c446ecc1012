/** Why an experiment's file could not be imported, in words for the person who wrote it. */
import { messageOf, UsageError } from '../model/errors.ts'
import { printable } from '../model/printable.ts'

interface Place {
  /** Absolute path. */
  readonly file: string
  /** The path as the person knows it. */
  readonly shown: string
}

export const importFailed = (error: unknown, place: Place): UsageError =>
  new UsageError({
    happened: `It could not be loaded: ${printable(messageOf(error).split('\n')[0] ?? '')}`,
    where: lineIn(error, place),
    next: adviceFor(error),
    cause: error
  })

/** The path with the line, where the error knows it: on its stack's first line, or in the first frame of this file. */
const lineIn = (error: unknown, { file, shown }: Place): string => {
  const stack = error instanceof Error ? error.stack ?? '' : ''
  const after = stack.split(file)[1] ?? ''
  const line = /^:(\d+)/.exec(after)?.[1]

  return line === undefined ? shown : `${shown}:${line}`
}

const adviceFor = (error: unknown): string => {
  const message = messageOf(error)

  if (/does not provide an export named/.test(message)) {
    return 'Correct the import: the words that an experiment can use are the exports of `ackproof` (harness/index.ts).'
  }
  if (hasCode(error, 'ERR_MODULE_NOT_FOUND')) return 'Correct the path: imports name files with their extension, as in `./topics.ts`.'
  if (error instanceof SyntaxError) return 'Correct the syntax: Node runs TypeScript whose types can simply be erased (no enums, no namespaces).'

  return 'Correct the file: importing an experiment must have no effects and throw nothing.'
}

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
