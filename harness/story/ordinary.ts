/** A record to which nothing happened that ought not to, in one sentence: the usual case, and those of which a client knew nothing. */
import { moment, type Remark, span } from '../model/story.ts'
import type { Attempt } from './attempts.ts'
import { groupViews } from './groups.ts'
import { byTime, isAt, placeName } from './lines.ts'
import { absenceAt, isCompacted } from './logs.ts'
import { aroundAt, placeOf, type Telling } from './telling.ts'
import { acknowledgementWords, clientWords, figure, listed, times } from './words.ts'

export const ordinaryRemark = (telling: Telling): Remark => {
  const { attempts, logs: { visible, copies } } = telling
  const acknowledged = attempts.find(({ outcome }) => outcome === 'acknowledged')
  const last = attempts.at(-1)
  if (last === undefined) return remark('not known', 'the history has only these lines of it, and no send')
  if (visible.length === 0) {
    if (copies.some(({ visibility }) => visibility === 'not known')) return remark('not known', 'it is in the log, but whether its transaction was committed is not known')

    return withoutCopy(telling, acknowledged ?? last)
  }
  if (acknowledged === undefined) return landed(telling, last)

  return remark('nothing happened to it', [
    acknowledgementWords(acknowledged), `${times(visible.length)} in the log${attempts.length > 1 ? ` after ${figure(attempts.length)} sends` : ''}`, ...receipts(telling)
  ].join(', '))
}

const remark = (title: string, told: string): Remark => ({ anomaly: null, where: null, title, sentence: `${title}: ${told}.`, why: null })

const landed = (telling: Telling, attempt: Attempt): Remark => {
  const [copy] = telling.logs.visible
  const where = copy === undefined ? '' : ` in ${placeName(copy)} at offset ${figure(copy.offset)}`

  return remark('written, and its client does not know', [`${unanswered(attempt)}; the log has it${where}`, ...receipts(telling)].join(', '))
}

/** `the client gave up at 0:38.349 (KafkaJSConnectionClosedError)`. */
const unanswered = (attempt: Attempt): string => {
  const { outcome, outcomeAt, error, send } = attempt
  if (outcome === 'silent' || outcomeAt === null) return `sent at ${moment(send.at)}, and the client never said what became of it${clientWords(attempt)}`
  const why = error === null ? '' : ` (${error})`

  return outcome === 'rejected'
    ? `sent at ${moment(send.at)}, and definitely not written by the client's word at ${moment(outcomeAt)}${why}`
    : `sent at ${moment(send.at)}; at ${moment(outcomeAt)} the client did not know what became of it${why}`
}

const withoutCopy = (telling: Telling, attempt: Attempt): Remark => {
  const place = placeOf(attempt)
  const absence = place === null ? 'not audited' : absenceAt(place, attempt.offset, telling.surroundings)
  const state = attempt.transaction === null ? undefined : telling.around.stateOf(attempt.transaction)
  if (attempt.transaction !== null && state === 'aborted') return remark('aborted', `transaction ${attempt.transaction} was aborted, and no committed copy is in the log: as it should be`)
  if (absence === 'proven' && !isCompacted(attempt.topic, telling.surroundings)) return withoutCopyForSure(telling, attempt)

  const why = {
    'proven': `${attempt.topic} is compacted: a later record of its key may have replaced it`,
    'not audited': place === null ? 'the client never said which partition it chose' : `${placeName(place)} was not audited`,
    'audit incomplete': `the audit of ${place === null ? attempt.topic : placeName(place)} did not read all of it`,
    'before log start': 'the log begins above where it was, or may have been: it may have been deleted by retention',
    'behind last stable': 'it may lie behind the last stable offset, where the audit did not read'
  }[absence]

  return remark('not known', `${attempt.outcome === 'acknowledged' ? acknowledgementWords(attempt) : unanswered(attempt)}; no copy was found, and that proves nothing: ${why}`)
}

const withoutCopyForSure = (telling: Telling, attempt: Attempt): Remark => {
  if (attempt.outcome === 'acknowledged') {
    const why = attempt.transaction === null ? 'another attempt may have been written where nobody looked' : `it is not known that transaction ${attempt.transaction} was committed`

    return remark('not known', `${acknowledgementWords(attempt)}, and no copy is in the log; ${why}`)
  }
  const never = telling.record.deliveries.length === 0 ? 'no log had it in the end, and nobody received it' : 'no log had it in the end'

  return attempt.outcome === 'rejected'
    ? remark('nothing happened to it', `${unanswered(attempt)}, and ${never}`)
    : remark('not written, and its client does not know', `${unanswered(attempt)}; ${never}`)
}

/** Who received it, and how long after it was sent. */
const receipts = (telling: Telling): readonly string[] => {
  const sentAt = telling.attempts[0]?.send.at ?? 0
  const byGroup = [...Map.groupBy(byTime(telling.record.deliveries), ({ group }) => group)]
  const received = byGroup.map(([group, [first]]) =>
    first === undefined ? '' : `received by ${first.member} of group ${group} ${first.at >= sentAt ? `${span(first.at - sentAt)} after it was sent` : `at ${moment(first.at)}`}`)
  const known = new Set(byGroup.map(([group]) => group))
  const missing = telling.logs.visible.flatMap(copy => {
    const entry = aroundAt(telling, copy)

    return entry === undefined ? [] : groupViews(telling, entry).map(({ group }) => group).filter(group => !known.has(group))
  })
  const nobody = byGroup.length === 0 && missing.length === 0 && telling.logs.visible.some(copy => !telling.surroundings.moves.some(isAt(copy)))

  return [
    ...received,
    ...missing.length === 0 ? [] : [`not received by group ${listed([...new Set(missing)])}, which cannot be shown to have owed it work`],
    ...nobody ? ['read by no group'] : []
  ]
}
