/**
 * `ackproof explain`: finds a run, streams its history twice, and lets the stories of the records in question be told. Whatever the
 * length of the run, only the lines about these records and the rare ones are in memory.
 */
import { historyText, InputError, openArchive, pickLines } from '../ledger/index.ts'
import { UsageError } from '../model/errors.ts'
import type { Finding, Judgement } from '../model/judgement.ts'
import { printable } from '../model/printable.ts'
import type { RunReport } from '../model/report.ts'
import type { Explain, ExplainOptions, NamedIn, Story } from '../model/story.ts'
import { firstReading, isKnown, secondReading, tellStory } from '../story/index.ts'
import { findRun, type FoundRun } from './find-run.ts'
import { judgeHistory } from './judge-history.ts'
import { nearestIds } from './nearest-ids.ts'
import { readReport } from './report-file.ts'

const witnessesToldOfEachFinding = 3
const mostStories = 18

export const explain: Explain = {
  record: (run, id, options) => inWords(run, async () => {
    const found = findRun(run, options)
    const report = reportOf(found)
    const story = (await storiesOf(found, [id], report?.judgement.findings ?? [])).get(id)
    if (story === undefined) throw await unknownRecord(found, id, options)

    return { source: found.source, startedAt: report?.startedAt ?? null, story }
  }),
  run: (run, options) => inWords(run, async () => {
    const found = findRun(run, options)
    const report = reportOf(found)
    const judgement = report?.judgement ?? await judged(found)
    const hasEvidence = found.history !== null || found.ledger !== null

    return {
      source: found.source,
      startedAt: report?.startedAt ?? null,
      experiment: report?.experiment ?? null,
      claim: report?.claim ?? null,
      control: report?.control ?? false,
      verdict: report?.verdict ?? judgement.verdict,
      reasons: report?.reasons ?? [],
      judgement,
      stories: hasEvidence ? await storiesOf(found, firstWitnesses(judgement), judgement.findings) : new Map()
    }
  })
}

/** What is wrong with the files is the person's to know, not a bug. */
const inWords = async <T>(run: string, tell: () => Promise<T>): Promise<T> => {
  try {
    return await tell()
  } catch (error) {
    if (error instanceof InputError) throw new UsageError({ happened: error.message, cause: error })
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
      throw new UsageError({ happened: 'This user may not read it.', where: printable(run), next: 'Give yourself the right to read it, or copy it.', cause: error })
    }
    throw error
  }
}

const reportOf = ({ report, source }: FoundRun): RunReport | null => report === null ? null : readReport(report, source)

/** The judgement of a history that no report goes with. */
const judged = async ({ history, source }: FoundRun): Promise<Judgement> => {
  if (history === null) {
    throw new UsageError({
      happened: 'This run ended before it was judged: it left a ledger and nothing else.', where: printable(source), next: 'Name a record as well: `ackproof explain RUN ID`.'
    })
  }

  return (await judgeHistory(history, { witnesses: witnessesToldOfEachFinding })).judgement
}

/** The ids that the first witnesses of each kind of finding name. */
const firstWitnesses = ({ findings }: Judgement): readonly string[] => {
  const kinds = [...Map.groupBy(findings, ({ anomaly, level }) => `${level}/${anomaly}`).values()]
  const ids = kinds.flatMap(kind => [...new Set(kind.flatMap(({ witnesses }) => witnesses).flatMap(({ id }) => id ?? []))].slice(0, witnessesToldOfEachFinding))

  return [...new Set(ids)].slice(0, mostStories)
}

const bytesOf = ({ history, ledger, source }: FoundRun): AsyncIterable<Buffer> | Iterable<Buffer> => {
  if (history !== null) return openArchive(history)
  if (ledger !== null) return historyText(ledger)

  throw new UsageError({ happened: 'This run left no history, so that nothing is known of single records.', where: printable(source), next: 'Repeat the run; its report.md has the command.' })
}

const storiesOf = async (found: FoundRun, ids: readonly string[], findings: readonly Finding[]): Promise<ReadonlyMap<string, Story>> => {
  if (ids.length === 0) return new Map()

  const first = firstReading(ids)
  await pickLines({ bytes: bytesOf(found), file: found.source }, first)
  const known = new Map([...first.records].filter(([, record]) => isKnown(record)))
  if (known.size === 0) return new Map()

  const second = secondReading(known, first.surroundings)
  await pickLines({ bytes: bytesOf(found), file: found.source }, {
    mayMatter: second.mayMatter,
    line: line => {
      second.line(line)

      return false
    }
  })

  return new Map([...known].map(([id, record]) =>
    [id, tellStory({ record, surroundings: first.surroundings, around: second.around(id), named: namedIn(findings, id) })]))
}

const namedIn = (findings: readonly Finding[], id: string): readonly NamedIn[] =>
  findings.flatMap(finding => finding.witnesses.filter(witness => witness.id === id).slice(0, 1).map(witness => ({ finding, witness })))

const unknownRecord = async (found: FoundRun, id: string, { nearest }: ExplainOptions): Promise<UsageError> => {
  const near = await nearestIds({ bytes: bytesOf(found), file: found.source }, id, nearest)

  return new UsageError({
    happened: `No line of ${printable(found.source)} is about a record '${printable(id)}'.`,
    next: near.length === 0
      ? `\`ackproof explain ${printable(found.source)}\` names the records of its findings.`
      : `Did you mean ${near.map(printable).join(', ')}?`
  })
}
