/**
 * `effect-missing` and `effect-repeated`: what the application's store holds in the end, against what it was given. Only in
 * histories that tell the final state of that store.
 *
 * Guilty: p1:0 acknowledged, visible, received, and its effect is 0 times in the store. Guilty: it is there twice, in a group that
 * recognises duplicates. Innocent: it was dead-lettered.
 */
import { outcomes, type Consumption, type Processed } from '../model/evidence.ts'
import { processedEffects } from '../model/history.ts'
import { sendsOf } from './attempts.ts'
import { because, permittedOr, placeOfRecord, type Checker } from './checker.ts'
import { judgePassing, type Standing } from './commit-modes.ts'
import type { Facts } from './facts.ts'
import { visibilities } from './partition-log.ts'
import { nowhere, type Tally } from './tally.ts'
import { rewriting } from './written-by.ts'

export const effects: Checker = {
  name: 'effects',
  check: (facts, tally) => {
    const { evidence } = facts
    if (evidence.effects.length === 0) return
    const timesOf = effectTimes(facts)
    for (const processed of evidence.processed) {
      const done = workDone(processed, evidence.recordCount)
      const reported = new Uint8Array(evidence.recordCount)
      const consumed = evidence.consumption.filter(({ group }) => group === processed.group)
      // A record may be due in several places, and one that excuses nothing speaks for all.
      for (const level of ['violation', 'permitted'] as const) {
        for (const consumption of consumed) checkMissing({ facts, tally, consumption, timesOf, done, reported }, level)
      }
    }
    checkRepeated(facts, tally)
  }
}

const failed = processedEffects.indexOf('failed')
const recognised = processedEffects.indexOf('recognised')
const deadLettered = processedEffects.indexOf('dead-lettered')

/** By group and record: how often the effect is in the store; a line for the group comes before one for all. */
const effectTimes = ({ evidence }: Facts): ((group: number, record: number) => number) => {
  const forAll = new Map<number, number>()
  const forGroup = evidence.groups.map(() => new Map<number, number>())
  for (const { record, times, group } of evidence.effects) (group === null ? forAll : forGroup[group]!).set(record, times)

  return (group, record) => forGroup[group]!.get(record) ?? forAll.get(record) ?? 0
}

/** By record: what the group did with it last, plus one; 0: nothing. */
interface WorkDone {
  readonly last: Uint8Array
  readonly deadLettered: Uint8Array
}

const workDone = ({ record, effect }: Processed, recordCount: number): WorkDone => {
  const last = new Uint8Array(recordCount)
  const dead = new Uint8Array(recordCount)
  for (let row = 0; row < record.length; row++) {
    last[record[row]!] = effect[row]! + 1
    if (effect[row] === deadLettered) dead[record[row]!] = 1
  }

  return { last, deadLettered: dead }
}

interface Missing {
  readonly facts: Facts
  readonly tally: Tally
  readonly consumption: Consumption
  readonly timesOf: (group: number, record: number) => number
  readonly done: WorkDone
  readonly reported: Uint8Array
}

const checkMissing = ({ facts, tally, consumption, timesOf, done, reported }: Missing, level: 'violation' | 'permitted'): void => {
  const { evidence, members, promises } = facts
  const { partition, group } = consumption
  if (facts.ownership(consumption).assignments.length === 0) return
  const { rows, visibility } = facts.logs[partition]!
  const { receivedAt, isOwed, passed } = facts.progress(consumption)
  const { isProvenPassed } = rewriting(facts, consumption)

  for (let row = 0; row < rows.length; row++) {
    const record = rows.record[row]!
    if (visibility[row] !== visibilities.visible || done.deadLettered[record] === 1 || reported[record] === 1) continue
    const hasFailed = done.last[record] === failed + 1
    if (!hasFailed && timesOf(group, record) > 0) continue
    const isReceived = receivedAt[row] !== Infinity
    if (!isReceived && !(isOwed(row) && rows.offset[row]! < passed)) continue
    if (!isAcknowledged(facts, record)) continue
    const judged = judgePassing(promises, {
      partition,
      members: members[group]!,
      sentence: 'the effect of an acknowledged record is not in the store',
      standing: () => standingOf(isReceived, () => isProvenPassed(row))
    })
    if (judged.level !== level) continue

    reported[record] = 1
    tally.add({
      anomaly: 'effect-missing',
      ...judged,
      partition,
      group,
      witness: () => ({
        id: evidence.recordName(record),
        offset: rows.offset[row]!,
        at: isReceived ? receivedAt[row]! : null,
        note: hasFailed ? 'the last attempt to process it failed' : 'its effect is absent'
      })
    })
  }
}

/** That a log was cut off excuses nobody from the effect of what was received. */
const standingOf = (isReceived: boolean, isProvenPassed: () => boolean): Standing => {
  if (isReceived) return 'received'

  return isProvenPassed() ? 'there before' : 'perhaps later'
}

const isAcknowledged = ({ evidence }: Facts, record: number): boolean =>
  sendsOf(evidence, record).some(send => evidence.sends.outcome[send] === outcomes.acknowledged)

const checkRepeated = (facts: Facts, tally: Tally): void => {
  const { evidence } = facts
  const working = evidence.processed.map(({ group }) => group)
  const promising = evidence.groups.map((_, group) => promisesOnce(facts, group))
  const told = new Set(evidence.effects.map(({ record, group }) => `${group}|${record}`))
  const placeOf = placesOfDelivery(facts)
  for (const { record, times, group } of evidence.effects) {
    if (times <= 1) continue
    // A line without a group speaks for each group that works, unless that has a line of its own.
    const groups = group === null ? working.filter(one => !told.has(`${one}|${record}`)) : [group]
    for (const one of group === null && working.length === 0 ? [nowhere] : groups) {
      const promised = promising[one] ?? false
      tally.add({
        anomaly: 'effect-repeated',
        level: permittedOr(!promised),
        partition: placeOfRecord(evidence, record, placeOf(record, one)),
        group: one,
        count: times - 1,
        reason: because(promised
          ? 'the group applies each record once (it commits transactionally, or recognises duplicates), and an effect is in the store more often'
          : 'nothing in the group keeps a redelivered record from being applied again'),
        witness: () => ({ id: evidence.recordName(record), offset: null, at: null, note: `${times} times` })
      })
    }
  }
}

/** All its members commit transactionally, or it has shown that it recognises duplicates. */
const promisesOnce = ({ evidence, members }: Facts, group: number): boolean => {
  const ofGroup = members[group]!
  if (ofGroup.length > 0 && ofGroup.every(({ commits }) => commits === 'transactional')) return true
  const processed = evidence.processed.find(one => one.group === group)

  return processed?.effect.includes(recognised) ?? false
}

/** Where a record that was never sent was delivered to a group, or `nowhere`. */
const placesOfDelivery = ({ evidence }: Facts): ((record: number, group: number) => number) => {
  const { sends, consumption } = evidence
  const places = new Map<string, number>()
  for (const { group, partition, deliveries: { record } } of consumption) {
    for (const one of record) if (sends.firstOf[one] === -1) places.set(`${group}|${one}`, partition)
  }

  return (record, group) => places.get(`${group}|${record}`) ?? nowhere
}
