/**
 * `lost` and `vanished`: what became of a record that was acknowledged, or delivered, and is gone. Where it was lost follows from
 * what was seen of it: an offset that was given, a delivery, a copy on a disk, another record in its place.
 */
import { moment, type Remark, span, type Whereabouts } from '../model/story.ts'
import type { Attempt } from './attempts.ts'
import { faultName, isInForce, lastFaultOn, maySpoilLogs, overlaps } from './faults.ts'
import { isAt, type LineOf, type Place, placeName } from './lines.ts'
import { absenceAt, isCompacted } from './logs.ts'
import { aroundAt, leaderAt, leaderChangeAfter, placeOf, type Telling } from './telling.ts'
import { acknowledgementWords, acksWords, clientWords, epochWords, figure, listed, promiseWords } from './words.ts'

export const lossRemarks = (telling: Telling): readonly Remark[] => {
  const { logs, attempts, record, surroundings } = telling
  if (logs.copies.some(({ visibility }) => visibility !== 'invisible')) return []

  const lost = attempts.filter(attempt => attempt.outcome === 'acknowledged' && isLost(attempt, telling)).at(-1)
  if (lost !== undefined) return othersAreSettled(telling, lost) ? [lostRemark(telling, lost)] : []

  const gone = record.deliveries.find(({ topic, partition, offset }) =>
    absenceAt({ topic, partition }, offset, surroundings) === 'proven' && !isCompacted(topic, surroundings) && !attempts.some(({ transaction }) => transaction !== null))

  return gone === undefined ? [] : [vanishedRemark(telling, gone)]
}

/** As the history format defines it; of a compacted topic only a judge who knows all keys can tell. */
const isLost = (attempt: Attempt, { surroundings, around, named }: Telling): boolean => {
  const { transaction, topic, offset } = attempt
  if (transaction !== null && around.stateOf(transaction) !== 'committed') return false
  if (isCompacted(topic, surroundings)) return named.some(({ finding }) => finding.anomaly === 'lost')

  const place = placeOf(attempt)

  return place !== null && absenceAt(place, offset, surroundings) === 'proven'
}

/** Every other attempt that may have been written would have been seen. */
const othersAreSettled = ({ attempts, surroundings }: Telling, lost: Attempt): boolean =>
  attempts.every(attempt => {
    if (attempt === lost || attempt.outcome === 'rejected') return true
    const place = placeOf(attempt)
    const absence = place === null ? 'not audited' : absenceAt(place, attempt.offset, surroundings)

    return absence === 'proven' || (attempt.offset !== null && absence === 'before log start')
  })

const lostRemark = (telling: Telling, attempt: Attempt): Remark => {
  const where = whereLost(telling, attempt)
  const place = placeOf(attempt)

  return {
    anomaly: 'lost',
    where,
    title: where === 'not known' ? 'lost' : `lost ${where}`,
    sentence: `${place === null || where === 'before the broker' || attempt.offset === null ? lostWithoutTrace(telling, attempt, where) : lostInCluster(telling, { attempt, place, where })}.`,
    why: promiseWords(attempt, telling.surroundings, telling.faults)
  }
}

/** Only a broker can have delivered it, or hold it, or give its offset to another one; an offset alone is the client's word. */
const whereLost = (telling: Telling, attempt: Attempt): Whereabouts => {
  const { record, logs } = telling
  const place = placeOf(attempt)
  if (record.deliveries.length > 0 || logs.onDisks.length > 0) return 'in the cluster'
  if (place === null || attempt.outcomeAt === null) return 'not known'

  const changed = leaderChangeAfter(telling, place, attempt.offset === null ? attempt.send.at : attempt.outcomeAt) !== undefined
  if (attempt.offset !== null) return changed ? 'in the cluster' : 'not known'

  return changed || !isLogUndisturbed(telling, place, attempt) ? 'not known' : 'before the broker'
}

/** One leader was seen before the send and ever after, and no fault touched a broker's log. */
const isLogUndisturbed = (telling: Telling, place: Place, { send }: Attempt): boolean =>
  leaderAt(telling, place, send.at) !== undefined && !telling.faults.some(fault => maySpoilLogs(fault) && overlaps(fault, { from: send.at, to: Infinity }))

const lostWithoutTrace = (telling: Telling, attempt: Attempt, where: Whereabouts): string => {
  const said = `the client reported success at ${moment(attempt.outcomeAt ?? attempt.send.at)} with ${acksWords(attempt)} and no offset${clientWords(attempt)}`
  const start = `${said}${meanwhile(telling, attempt, ', while')}`
  if (where === 'in the cluster') return `lost in the cluster: ${start}; ${tracesOf(telling).join('; ')}, and the final log does not have it`
  if (where === 'before the broker') {
    return `lost before the broker: ${start}, but no log had it in the end and nobody received it, and neither a change of leaders nor a fault could have removed it from one`
  }

  return `lost, before the broker or in it: ${start}, but no log had it in the end and nobody received it; whether a broker ever had it is not known`
}

interface Acknowledged {
  readonly attempt: Attempt
  readonly place: Place
  readonly where: Whereabouts
}

const lostInCluster = (telling: Telling, { attempt, place, where }: Acknowledged): string => {
  const leader = leaderAt(telling, place, attempt.outcomeAt ?? attempt.send.at)
  const by = leader === undefined ? 'a broker that the history does not name' : `broker ${leader.leader}${epochWords(leader)}`
  const change = leaderChangeAfter(telling, place, attempt.outcomeAt ?? attempt.send.at)

  return [
    `${where === 'not known' ? 'lost' : 'lost in the cluster'}: ${acknowledgementWords(attempt)} with ${acksWords(attempt)} while ${by} led${meanwhile(telling, attempt, ' and')}`,
    ...tracesOf(telling),
    change === undefined
      ? withoutChange(telling, { place, attempt, where })
      : `${newLeader(telling, place, change)}, and the final log does not have it`,
    ...inItsPlace(telling, place, attempt.offset)
  ].join('; ')
}

const withoutChange = (telling: Telling, { place, attempt, where }: Acknowledged): string => {
  if (leaderAt(telling, place, attempt.outcomeAt ?? attempt.send.at) === undefined) return 'the final log does not have it, and whether the leader changed is not known'
  const seen = 'the final log does not have it, though no other leader was seen after that'
  const spoiled = telling.faults.filter(fault => maySpoilLogs(fault) && overlaps(fault, { from: attempt.send.at, to: Infinity })).map(faultName)

  return [
    seen,
    ...spoiled.length === 0 ? [] : [`${listed(spoiled)} came after it was sent`],
    ...where === 'not known' ? ['whether a broker ever had it is not known: the offset is the client\'s word'] : []
  ].join('; ')
}

/** Who was seen to lead next, how long after which fault, and whether it had been seen in sync. */
const newLeader = (telling: Telling, place: Place, change: LineOf<'leader'>): string => {
  const before = leaderAt(telling, place, change.at - 1)
  const fault = before === undefined
    ? undefined
    : lastFaultOn(telling.faults.filter(maySpoilLogs), before.leader, change.at)
    ?? lastFaultOn(telling.faults, before.leader, change.at)
  const after = fault === undefined ? '' : `, ${span(change.at - fault.from)} after ${faultName(fault)} began`
  const outOfSync = before?.isr !== undefined && !before.isr.includes(change.leader)
  const unclean = outOfSync ? `; it was not in the ISR that had been seen last (${before.isr.join(', ')})` : ''

  return `broker ${change.leader} was seen to lead from ${moment(change.at)}${epochWords(change)}${after}${unclean}`
}

/** What proves that the cluster had it. */
const tracesOf = ({ record, logs }: Telling): readonly string[] => {
  const [first] = record.deliveries.toSorted((one, other) => one.at - other.at)
  const disks = logs.onDisks.map(({ replica, offset }) => `broker ${replica} at offset ${figure(offset)}`)

  return [
    ...first === undefined ? [] : [`it was there at ${moment(first.at)}, when ${first.member} of group ${first.group} received it at offset ${figure(first.offset)}`],
    ...disks.length === 0 ? [] : [`the disk of ${listed(disks)} still holds it`]
  ]
}

/** Who has its offset now. */
const inItsPlace = (telling: Telling, place: Place, offset: number | null): readonly string[] => {
  if (offset === null) return []
  const other = aroundAt(telling, { ...place, offset })?.others.find(({ seen, replica }) => seen === 'logged' && replica === null)
  const disks = telling.surroundings.audits.filter(isAt(place)).filter(({ replica, complete }) => replica !== undefined && complete)
  const ends = disks.filter(({ logEnd }) => logEnd <= offset)
  const holders = new Set(telling.logs.onDisks.map(({ replica }) => replica))
  const without = disks.filter(({ replica, logEnd }) => logEnd > offset && !holders.has(replica)).map(({ replica }) => `broker ${replica}`)

  return [
    ...other === undefined ? [] : [`offset ${figure(offset)} now holds ${other.id}${other.epoch === null ? '' : ` (epoch ${other.epoch})`}`],
    ...without.length === 0 ? [] : [`the ${without.length === 1 ? 'disk' : 'disks'} of ${listed(without)} ${without.length === 1 ? 'does' : 'do'} not have it`],
    ...ends.map(({ replica, logEnd }) => `the log on broker ${replica} ends at ${figure(logEnd)}`)
  ]
}

const meanwhile = (telling: Telling, attempt: Attempt, joint: string): string => {
  const inForce = faultsDuring(telling, attempt)

  return inForce.length === 0 ? '' : `${joint} ${listed(inForce)} ${inForce.length === 1 ? 'was' : 'were'} striking or in force`
}

/** What was in force between the send and its acknowledgement. */
const faultsDuring = ({ faults }: Telling, { send, outcomeAt }: Attempt): readonly string[] =>
  faults.filter(fault => isInForce(fault, { from: send.at, to: outcomeAt ?? send.at })).map(faultName)

const vanishedRemark = (telling: Telling, { topic, partition, offset, member, group, at }: LineOf<'delivered'>): Remark => {
  const place = { topic, partition }
  const change = leaderChangeAfter(telling, place, at)
  const last = telling.attempts.at(-1)
  const unchanged = leaderAt(telling, place, at) === undefined ? 'whether the leader changed is not known' : 'no other leader was seen after that'
  const next = change === undefined ? unchanged : newLeader(telling, place, change)

  return {
    anomaly: 'vanished',
    where: 'in the cluster',
    title: 'vanished in the cluster',
    sentence: `vanished in the cluster: ${member} of group ${group} received it at ${moment(at)} from ${placeName(place)} at offset ${figure(offset)}, and the final log does not have it; `
      + `${last === undefined ? 'nobody sent it' : outcomeOf(last)}; ${[next, ...inItsPlace(telling, place, offset)].join('; ')}.`,
    why: last === undefined ? null : promiseWords(last, telling.surroundings, telling.faults)
  }
}

const outcomeOf = ({ outcome }: Attempt): string => ({
  acknowledged: 'it was acknowledged', rejected: 'its send was rejected', indeterminate: 'its client does not know whether it was written',
  silent: 'its client said nothing about it'
})[outcome]
