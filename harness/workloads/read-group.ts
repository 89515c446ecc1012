/**
 * What a group member's process does. A delivery is on record before the work on it begins, the work is simulated, and
 * commits go as the plan says:
 *
 *   after-work    work, then commit: every `commitEvery` records and at the end of a fetched batch (`commits.ts`: which answers it waits for)
 *   before-work   commit, and once that has returned, deliver and work: what a kill cuts off is skipped
 *   automatic     the library commits what the behaviour has let go of; `handed-on`, that is before the work is done
 *
 * A batch is over when its assignment ends: whoever owns the partition then starts from the last commit. A rebalance that
 * the client hears of in mid-work waits until the records of one commit are done, and so does a reader that is told to leave:
 * only a death cuts work off.
 */
import type { BatchControl, DeliveredBatch, DeliveredRecord, Driver, MemberListener } from '../clients/driver.ts'
import type { EffectStore, EffectWork } from '../model/effect.ts'
import type { ProcessedEffect } from '../model/history.ts'
import { recordTags } from '../model/record.ts'
import type { Delivery, MemberRecorder, TopicPartition } from '../model/recorder.ts'
import type { MemberPlan } from '../model/workload.ts'
import { pause } from '../clients/waiting.ts'
import type { DeadLetters } from './dead-letters.ts'
import { commitsBy, type Commits } from './commits.ts'
import { deliveryOf } from './found-records.ts'
import { createHandOver, type HandOver } from './hand-over.ts'
import { memberOptions } from './member-options.ts'
import { replaysBy, type Replays } from './replays.ts'
import { simulateWork, type Work } from './work.ts'

export interface ReadSetting {
  readonly plan: MemberPlan
  readonly run: string
  readonly driver: Driver
  readonly bootstrap: readonly string[]
  /** Microseconds since the run began. */
  readonly now: () => number
  readonly recorder: MemberRecorder
  /** Where effects go; undefined: the work has none. */
  readonly store?: EffectStore
  /** Where records go that cannot be processed, if the plan says so. */
  readonly deadLetters?: DeadLetters
  /** A passing trouble of the client, for the process's log. */
  readonly onTrouble: (error: string) => void
  /** How long the work that was begun may take when the reader is to leave. */
  readonly finishingMs?: number
}

export interface GroupReader {
  /** Does all that it has committed, and leaves the group. Rejects if that work did not come to its end: some of it is cut off. */
  readonly close: () => Promise<void>
}

interface Reader {
  readonly setting: ReadSetting
  readonly runTag: Buffer
  readonly work: Work
  readonly handOver: HandOver
  readonly commits: Commits
  readonly replays: Replays
  /** Batches that are being worked on. */
  underWay: number
  /** Nothing new is begun. */
  leaving: boolean
}

/** More than the work on one commit takes. */
const finishingMs = 8000

/** Joins the group; resolves when the first join has been tried. */
export const openGroupReader = async (setting: ReadSetting): Promise<GroupReader> => {
  const { plan, driver, bootstrap, recorder } = setting
  const work = simulateWork(plan.workMicroseconds)
  const reader: Reader = {
    setting, work, runTag: recordTags(setting.run, '').run, underWay: 0, leaving: false, commits: commitsBy({ calls: plan.commitCalls ?? 'sync', recorder, now: setting.now }),
    replays: replaysBy(plan.replays), handOver: createHandOver(async delivery => { await workOn(reader, delivery) })
  }
  const client = await driver.openMember(memberOptions(plan, bootstrap), listenerOf(reader))

  return {
    close: async () => {
      try {
        await finish(reader, setting.finishingMs ?? finishingMs)
      } finally {
        await client.close()
        reader.handOver.drop()
        recorder.flush()
      }
    }
  }
}

/** The client is still in the group meanwhile, so that what is under way can go on, and commit, as ever. */
const finish = async (reader: Reader, milliseconds: number): Promise<void> => {
  const until = performance.now() + milliseconds
  reader.leaving = true
  while (reader.underWay > 0 || !reader.handOver.idle() || reader.commits.underWay() > 0) {
    if (performance.now() > until) throw new Error(`Waited ${milliseconds} ms for the work that was begun to end.`)
    await pause(5)
  }
}

const listenerOf = (reader: Reader): MemberListener => {
  const { setting: { recorder, now, onTrouble }, handOver } = reader
  let assignedAt = 0

  return {
    assigned: partitions => {
      assignedAt = now()
      reader.replays.assigned(partitions)
      for (const partition of partitions) recorder.assigned({ ...partition, at: assignedAt })
    },
    // Said again with the position, at the time of the first line: the later line of the two counts.
    positioned: (partition, position) => { recorder.assigned({ ...partition, at: assignedAt, position }) },
    revoked: partitions => {
      handOver.drop()
      for (const partition of partitions) recorder.revoked({ ...partition, at: now() })
    },
    sought: (partition, offset) => { recorder.sought({ ...partition, offset, at: now(), reason: 'out-of-range' }) },
    committed: ({ beganMsAgo, ...commit }) => {
      const until = now()
      recorder.committed({ ...commit, at: Math.max(0, until - Math.ceil(beganMsAgo * 1000)), until })
    },
    failed: onTrouble,
    batch: async (batch, control) => {
      reader.underWay += 1
      try {
        await workThrough(reader, batch, control)
      } finally {
        reader.underWay -= 1
        recorder.flush()
      }
    }
  }
}

const workThrough = async (reader: Reader, batch: DeliveredBatch, control: BatchControl): Promise<void> => {
  const { setting: { plan: { commits: mode, work, commitEvery } }, commits } = reader
  if (reader.leaving) return
  if (mode === 'automatic' && work === 'handed-on') return handOn(reader, batch, control)

  let done: readonly DeliveredRecord[] = []
  let target: number | undefined
  for (let start = 0; start < batch.records.length && mayGoOn(reader, control); start += commitEvery) {
    const records = batch.records.slice(start, start + commitEvery)
    if (mode === 'before-work' && !(await commits.upTo(batch, records, control))) return

    if (!(await deliver(reader, batch, records, control))) break
    done = records
    target = reader.replays.worked(batch, records)
    if (mode === 'after-work' && control.current()) await commits.afterWork(batch, records, control)
    if (mode === 'automatic') await control.commitIfDue()
    await control.heartbeat()
    if (target !== undefined) break
  }
  if (mode === 'after-work') await commits.afterBatch(batch, done, control)
  if (target !== undefined && mayGoOn(reader, control)) goBack(reader, batch, target, control)
}

const goBack = ({ setting: { recorder, now } }: Reader, { topic, partition }: TopicPartition, offset: number, control: BatchControl): void => {
  recorder.sought({ topic, partition, offset, at: now(), reason: 'application' })
  control.done(offset - 1)
}

const mayGoOn = ({ leaving }: Reader, control: BatchControl): boolean => !leaving && control.current() && !control.failing()

/** False: not all of them are done with, and nothing beyond them may be committed. */
const deliver = async (reader: Reader, where: TopicPartition, records: readonly DeliveredRecord[], control: BatchControl): Promise<boolean> => {
  const deliveries = records.flatMap(record => deliveryOf(foundBy(reader), where, record) ?? [])
  if (reader.work.none && reader.setting.store === undefined && deliveries.every(({ poison }) => poison !== true)) {
    deliverAtOnce(reader, deliveries)
    doneWith(records, control)

    return true
  }
  for (const delivery of deliveries) {
    if (!control.current()) return false
    if (!(await workOn(reader, delivery, control))) {
      giveBack(reader, delivery, control)

      return false
    }
    control.done(delivery.offset)
    await control.heartbeat()
  }
  doneWith(records, control)

  return true
}

/** While the assignment lasts the record comes once more, and that is this application's own doing. */
const giveBack = ({ setting: { recorder, now } }: Reader, { topic, partition, offset }: Delivery, control: BatchControl): void => {
  if (control.current()) recorder.sought({ topic, partition, offset, at: now(), reason: 'application' })
}

const doneWith = (records: readonly DeliveredRecord[], control: BatchControl): void => {
  const last = records.at(-1)
  if (last !== undefined) control.done(last.offset)
}

/** Without work there is nothing to interrupt: one write to the ledger covers all of them. */
const deliverAtOnce = ({ setting: { recorder, now } }: Reader, deliveries: readonly Delivery[]): void => {
  const at = now()

  for (const delivery of deliveries) recorder.delivered(delivery, at)
  recorder.flush()
  const done = now()
  for (const delivery of deliveries) recorder.processed(delivery, 'applied', done)
}

/** False: it is not done with, and what comes after it has to wait. */
const workOn = async (reader: Reader, delivery: Delivery, control?: BatchControl): Promise<boolean> => {
  const { setting: { recorder, now }, work } = reader
  recorder.delivered(delivery, now())
  recorder.flush()
  if (delivery.poison === true) return meetPoison(reader, delivery, control)

  recorder.processed(delivery, await applied(reader, delivery, { work: work.do, wait: waiting(control) }), now())

  return true
}

const applied = async ({ setting: { store } }: Reader, delivery: Delivery, application: EffectWork): Promise<ProcessedEffect> => {
  if (store !== undefined) return store.apply(delivery, application)
  await application.work()

  return 'applied'
}

/** Waits, and keeps the membership meanwhile. */
const waiting = (control: BatchControl | undefined) => async (milliseconds: number): Promise<void> => {
  await pause(milliseconds)
  await control?.heartbeat()
}

const tryAgainMs = 500

/** As `workOn`. Who hands work on has nobody left to stop: there a record that cannot be processed is left out. */
const meetPoison = async (reader: Reader, delivery: Delivery, control: BatchControl | undefined): Promise<boolean> => {
  const { plan: { onPoison = { kind: 'stop' } }, recorder, now } = reader.setting
  const tries = control !== undefined && onPoison.kind !== 'skip'
  do {
    const buried = onPoison.kind === 'dead-letter' && control !== undefined && await buriedBy(reader, delivery, control)
    recorder.processed(delivery, buried ? 'dead-lettered' : 'failed', now())
    recorder.flush()
    if (buried || !tries) return true
    await waiting(control)(tryAgainMs)
  } while (mayGoOn(reader, control))

  return false
}

const aliveEveryMs = 200

const buriedBy = async ({ setting: { deadLetters } }: Reader, { partition }: Delivery, control: BatchControl): Promise<boolean> => {
  let written: boolean | undefined
  const writing = deadLetters?.put({ partition }) ?? Promise.resolve(false)
  while (written === undefined) {
    written = await Promise.race([writing, pause(aliveEveryMs).then(() => undefined)])
    await control.heartbeat()
  }

  return written
}

const handedOnAtOnce = 100

/** Lets the library commit what the other task has not worked on yet: that is the experiment. */
const handOn = async (reader: Reader, batch: DeliveredBatch, control: BatchControl): Promise<void> => {
  for (let start = 0; start < batch.records.length && mayGoOn(reader, control); start += handedOnAtOnce) {
    const records = batch.records.slice(start, start + handedOnAtOnce)
    reader.handOver.take(records.flatMap(record => deliveryOf(foundBy(reader), batch, record) ?? []))
    doneWith(records, control)

    while (reader.handOver.full() && mayGoOn(reader, control)) {
      await reader.handOver.breathe()
      await control.heartbeat()
    }
  }
}

const foundBy = ({ runTag, setting: { recorder } }: Reader) => ({ runTag, recorder })
