/** What the log holds of a record beyond once and in its place: copies too many, in the wrong place, of nobody, or damaged. */
import { moment, type Remark } from '../model/story.ts'
import type { Attempt } from './attempts.ts'
import { faultName, isInForce } from './faults.ts'
import { type LineOf, placeName } from './lines.ts'
import type { Telling } from './telling.ts'
import { acknowledgementWords, clientWords, figure, listed, times } from './words.ts'

export const copyRemarks = (telling: Telling): readonly Remark[] =>
  [phantom, resurrected, corrupted, misplaced, duplicated, offsetConflict].flatMap(tell => tell(telling))

const phantom = ({ record, logs }: Telling): readonly Remark[] => {
  const { sends, deliveries } = record
  if (sends.length > 0 || (logs.copies.length === 0 && deliveries.length === 0)) return []

  const seen = [
    ...logs.copies.map(({ line }) => `in ${placeName(line)} at offset ${figure(line.offset)}`),
    ...deliveries.map(({ at, member, group }) => `delivered to ${member} of group ${group} at ${moment(at)}`)
  ]

  return [{
    anomaly: 'phantom', where: null, title: 'phantom', why: null,
    sentence: `phantom: no line of the history sends it, and yet it was ${listed(seen.slice(0, 4))}; who wrote it is not known.`
  }]
}

const resurrected = ({ attempts, logs: { visible } }: Telling): readonly Remark[] => {
  const [copy] = visible
  const [first] = attempts
  if (copy === undefined || first === undefined || !attempts.every(({ outcome }) => outcome === 'rejected')) return []

  return [{
    anomaly: 'resurrected', where: 'before the broker', title: 'written though rejected', why: null,
    sentence: `written though rejected: the client said at ${moment(first.outcomeAt ?? first.send.at)} that it was definitely not written${errorWords(first)}${clientWords(first)}, `
      + `and ${placeName(copy)} has it at offset ${figure(copy.offset)}: some try had landed.`
  }]
}

const corrupted = ({ record, logs }: Telling): readonly Remark[] => {
  const damaged = [
    ...logs.copies.filter(({ line }) => line.intact === false).map(({ line }) => `the audit read it so from ${placeName(line)} at offset ${figure(line.offset)}`),
    ...logs.onDisks.filter(({ intact }) => intact === false).map(({ replica, offset }) => `the disk of broker ${replica} has it so at offset ${figure(offset)}`),
    ...record.deliveries.filter(({ intact }) => intact === false).map(({ at, member, offset }) => `${member} received it so at ${moment(at)} (offset ${figure(offset)})`)
  ]
  if (damaged.length === 0) return []
  const whole = [...logs.copies.map(({ line }) => line), ...record.deliveries].filter(({ intact }) => intact === true).length

  return [{
    anomaly: 'corrupted', where: null, title: 'corrupted', why: null,
    sentence: `corrupted: its bytes are not those that were sent: ${listed([...new Set(damaged)].slice(0, 4))}; `
      + `${whole === 0 ? 'nobody is known to have read it whole' : `${figure(whole)} other ${whole === 1 ? 'reading' : 'readings'} of it ${whole === 1 ? 'was' : 'were'} whole`}.`
  }]
}

const misplaced = ({ attempts, logs: { visible } }: Telling): readonly Remark[] => {
  const told = attempts.filter(({ partition }) => partition !== null)
  if (visible.length === 0 || attempts.length === 0 || told.length < attempts.length) return []
  const elsewhere = visible.find(copy => !attempts.some(({ send, partition }) => copy.topic === send.topic && copy.partition === (send.partition ?? partition)))
  if (elsewhere !== undefined) return [misplacedRemark(`it is in ${placeName(elsewhere)} at offset ${figure(elsewhere.offset)}, and was sent to ${listed([...new Set(attempts.map(sentTo))])}`)]

  const moved = attempts.find(({ outcome, topic, partition, offset, transaction }) => outcome === 'acknowledged' && transaction === null && offset !== null
    && !visible.some(copy => copy.topic === topic && copy.partition === partition && copy.offset === offset))
  const [copy] = visible
  if (moved === undefined || copy === undefined) return []

  return [misplacedRemark(`it was ${acknowledgementWords(moved)}, and lies in ${placeName(copy)} at offset ${figure(copy.offset)} instead`)]
}

const misplacedRemark = (told: string): Remark => ({ anomaly: 'misplaced', where: 'in the cluster', title: 'misplaced', sentence: `misplaced: ${told}.`, why: null })

const sentTo = ({ send, partition }: Attempt): string => placeName({ topic: send.topic, partition: send.partition ?? partition ?? 0 })

const duplicated = (telling: Telling): readonly Remark[] => {
  const { attempts, logs: { visible }, faults } = telling
  const mayBeWritten = attempts.filter(({ outcome }) => outcome !== 'rejected')
  const [first] = mayBeWritten
  if (first === undefined || visible.length === 0) return []
  const [fullest] = [...Map.groupBy(visible, placeName)].toSorted(([, one], [, other]) => other.length - one.length)
  const [place, copies] = fullest ?? ['', []]
  const sent = mayBeWritten.filter(({ partition, topic }) => partition === null || placeName({ topic, partition }) === place)
  if (copies.length <= sent.length || sent.length === 0) return []

  const from = Math.min(...sent.map(({ send }) => send.at))
  const to = Math.max(...sent.map(({ outcomeAt }) => outcomeAt ?? Infinity))
  const inForce = faults.filter(fault => isInForce(fault, { from, to })).map(faultName)
  const { idempotent } = first.producer

  return [{
    anomaly: 'duplicated',
    where: 'before the broker',
    title: 'duplicated',
    sentence: `duplicated: the application sent it ${times(sent.length)}, and ${place} has it ${times(copies.length)}, at offsets ${listed(shown(copies))}; `
      + `the surplus came from below the application${clientWords(first)}, whose own retries no line tells`
      + `${inForce.length === 0 ? '; no fault is known to have been in force until its outcome' : `; ${listed(inForce)} ${inForce.length === 1 ? 'was' : 'were'} striking or in force while its client waited`}.`,
    why: idempotent
      ? 'An idempotent producer promised that this cannot happen.'
      : 'Without idempotence a retry whose first try had been written writes the record again.'
  }]
}

const shown = (copies: readonly LineOf<'logged'>[]): readonly string[] => {
  const offsets = copies.map(({ offset }) => figure(offset))

  return offsets.length <= 6 ? offsets : [...offsets.slice(0, 5), `${figure(offsets.length - 5)} more`]
}

/** Another id at one of its offsets matters by itself only where the record is not simply lost: a loss tells it already. */
const offsetConflict = ({ around, logs, record }: Telling): readonly Remark[] => {
  const known = [...logs.visible, ...record.deliveries]
  const conflict = around.offsets.flatMap(each => each.others.filter(({ replica }) => replica === null).map(other => ({ each, other })))
    .find(({ each }) => known.some(line => line.topic === each.topic && line.partition === each.partition && line.offset === each.offset))
  if (conflict === undefined) return []
  const { each, other } = conflict

  return [{
    anomaly: 'offset-conflict', where: 'in the cluster', title: 'shares its offset', why: null,
    sentence: `shares its offset: ${placeName(each)} at offset ${figure(each.offset)} stood for ${other.id} too, which was ${other.seen === 'logged' ? 'found there in the end' : other.seen}`
      + `${other.at === null ? '' : ` there at ${moment(other.at)}`}; one log cannot hold both.`
  }]
}

const errorWords = ({ error }: Attempt): string => (error === null ? '' : ` (${error})`)
