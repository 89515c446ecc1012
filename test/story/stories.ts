/** Stories of histories written by hand: what is told of one record, read twice as a file would be. */
import type { NamedIn, Story } from '../../harness/model/story.ts'
import { pickLines } from '../../harness/ledger/index.ts'
import { firstReading, secondReading, tellStory } from '../../harness/story/index.ts'
import { type HistoryLine, historyText } from '../histories.ts'

export const storyOf = async (id: string, lines: readonly HistoryLine[], named: readonly NamedIn[] = []): Promise<Story> => {
  const text = historyText(lines)
  const first = firstReading([id])
  await pickLines({ bytes: [Buffer.from(text)], file: 'test.ndjson' }, first)
  const second = secondReading(first.records, first.surroundings)
  await pickLines({ bytes: [Buffer.from(text)], file: 'test.ndjson' }, {
    mayMatter: second.mayMatter,
    line: line => {
      second.line(line)

      return false
    }
  })
  const record = first.records.get(id)
  if (record === undefined) throw new Error('The record was asked for.')

  return tellStory({ record, surroundings: first.surroundings, around: second.around(id), named })
}

/** The sentences, the gravest first. */
export const told = async (id: string, ...lines: readonly HistoryLine[]): Promise<readonly string[]> =>
  (await storyOf(id, lines)).remarks.map(({ sentence }) => sentence)
