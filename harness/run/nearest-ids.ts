/** Which records of a history may have been meant by an id that none has: looked for in bounded memory, among all that were sent. */
import { pickLines } from '../ledger/index.ts'
import type { ExplainOptions } from '../model/story.ts'

const comparedAtOnce = 10_000

interface Source {
  readonly bytes: AsyncIterable<Buffer> | Iterable<Buffer>
  readonly file: string
}

export const nearestIds = async (source: Source, id: string, nearest: ExplainOptions['nearest']): Promise<readonly string[]> => {
  let near: readonly string[] = []
  let waiting: string[] = []
  const compare = (): void => {
    near = nearest(id, [...near, ...waiting])
    waiting = []
  }

  await pickLines(source, {
    mayMatter: text => text.includes('"send"') || text.includes('"run"'),
    line: line => {
      const other = String(line['id'])
      // A few slips of the finger change no more than a third of a word.
      if (line['event'] === 'send' && Math.abs(other.length - id.length) <= Math.max(2, id.length / 2)) waiting.push(other)
      if (waiting.length >= comparedAtOnce) compare()

      return false
    }
  })
  compare()

  return near
}
