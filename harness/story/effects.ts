/** What the application and its transactions made of the record: effects in its store, and reads that isolation forbids. */
import { moment, type Remark } from '../model/story.ts'
import { byTime, type LineOf } from './lines.ts'
import { memberLine, type Telling } from './telling.ts'
import { listed, times } from './words.ts'

export const effectRemarks = (telling: Telling): readonly Remark[] => [...unfounded(telling), ...forbiddenReads(telling), ...effects(telling)]

/** `unfounded`: the application went on as if it were written. */
const unfounded = ({ record: { beliefs }, attempts, logs }: Telling): readonly Remark[] => {
  const [belief] = beliefs
  if (belief === undefined || attempts.some(({ outcome }) => outcome === 'acknowledged') || logs.copies.some(({ visibility }) => visibility !== 'invisible')) return []
  const said = attempts.map(({ outcome, error, outcomeAt }) => ({
    acknowledged: 'it was acknowledged',
    rejected: `the client had said that it was not written${error === null ? '' : ` (${error})`}${outcomeAt === null ? '' : ` at ${moment(outcomeAt)}`}`,
    indeterminate: `the client had said that it did not know${error === null ? '' : ` (${error})`}${outcomeAt === null ? '' : ` at ${moment(outcomeAt)}`}`,
    silent: 'the client never said anything about it'
  })[outcome])

  return [{
    anomaly: 'unfounded', where: 'before the broker', title: 'believed written, and never acknowledged',
    sentence: `believed written, and never acknowledged: the application went on at ${moment(belief.at)} as if it were written, though ${said.length === 0 ? 'no send of it is known' : listed(said)}; no log had it in the end.`,
    why: 'No broker promised anything: the application did not wait for the outcome, or ignored it.'
  }]
}

const forbiddenReads = (telling: Telling): readonly Remark[] => {
  const { record, attempts, around } = telling
  const [transaction, ...others] = [...new Set(attempts.map(attempt => attempt.transaction))]
  if (transaction === undefined || transaction === null || others.length > 0) return []

  const lines = byTime(around.transactions.filter(line => line.transaction === transaction))
  const read = byTime(record.deliveries).find(delivery => memberLine(telling, delivery)?.isolation === 'read_committed')
  if (read === undefined || lines.length === 0) return []
  const received = `${read.member} of group ${read.group} reads committed records only, and received it at ${moment(read.at)}`

  if (around.stateOf(transaction) === 'aborted') {
    const aborted = lines.find(({ phase }) => phase === 'aborted')

    return [forbidden('aborted-read', `${received}, though transaction ${transaction} was aborted${aborted === undefined ? '' : ` at ${moment(aborted.at)}`}`)]
  }
  const commit = lines.find(({ phase }) => phase === 'committing') ?? lines.find(({ phase }) => phase === 'committed')
  if (commit !== undefined && commit.at <= read.at) return []

  return [forbidden('dirty-read', `${received}, ${commit === undefined ? `and no line commits transaction ${transaction}` : `before transaction ${transaction} began to commit at ${moment(commit.at)}`}`)]
}

const forbidden = (anomaly: 'aborted-read' | 'dirty-read', told: string): Remark => {
  const title = anomaly === 'aborted-read' ? 'read though aborted' : 'read before its commit'

  return { anomaly, where: 'after the broker', title, sentence: `${title}: ${told}.`, why: 'Isolation read_committed promises that this cannot happen.' }
}

const effects = ({ record }: Telling): readonly Remark[] => record.effects.flatMap(line => {
  const whose = line.group === undefined ? 'the application' : `group ${line.group}`
  const work = byTime(record.processed.filter(({ group }) => line.group === undefined || group === line.group))
  if (line.times > 1) return [repeated(line, whose, work)]
  // Without any work there is nobody who owed the effect.
  if (line.times === 1 || work.length === 0 || work.some(({ effect }) => effect === 'dead-lettered')) return []

  return [{
    anomaly: 'effect-missing', where: 'after the broker', title: 'without effect', why: null,
    sentence: `without effect: it is not in the store of ${whose}; ${workWords(work)}.`
  } satisfies Remark]
})

const repeated = ({ times: count }: LineOf<'effect'>, whose: string, work: readonly LineOf<'processed'>[]): Remark => ({
  anomaly: 'effect-repeated', where: 'after the broker', title: 'took effect more than once', why: null,
  sentence: `took effect more than once: it is ${times(count)} in the store of ${whose}; ${workWords(work)}.`
})

const workWords = (work: readonly LineOf<'processed'>[]): string =>
  work.length === 0
    ? 'no line tells of the work on it'
    : `its work: ${listed(work.slice(0, 5).map(({ effect, member, at }) => `${effect} by ${member} at ${moment(at)}`))}`
