/** Names of files and records inside a command that somebody will copy. */
import { printable } from '../model/printable.ts'

/** As a shell takes it for one word. */
export const shellWord = (word: string): string => {
  const safe = printable(word)

  return /^[\w./:@%+=,-]+$/.test(safe) ? safe : `'${safe.replaceAll('\'', '\'\\\'\'')}'`
}
