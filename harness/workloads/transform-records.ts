/**
 * What the process of a transforming member does. Before it takes up a partition it opens the writer of its outputs, which fences whoever
 * owned the partition before (see `owned-inputs.ts`). Then, again and again: take up some inputs, work on them, write what came of them,
 * commit how far it has come, all in one transaction; or, without transactions, the commit last.
 *
 * A heartbeat goes out before each transaction and never in its midst: whoever lost its membership while it stood still finds out
 * then, or is fenced. After anything that went wrong the writer is given up, and another asks anew how far the group has come.
 */
import { fetchCommittedOffsets } from '../clients/committed-offsets.ts'
import type { BatchControl, CommitResult, DeliveredBatch, DeliveredRecord, MemberListener, TransactionEnd } from '../clients/driver.ts'
import { pause } from '../clients/waiting.ts'
import { recordTags } from '../model/record.ts'
import type { Delivery, TopicPartition } from '../model/recorder.ts'
import { deliveryOf } from './found-records.ts'
import { memberOptions } from './member-options.ts'
import { outputsAtOnce, type NamedTransaction, type OutputSetting } from './output-writer.ts'
import { ownInputs, type OwnedInput, type OwnedInputs } from './owned-inputs.ts'
import type { GroupReader, ReadSetting } from './read-group.ts'
import { simulateWork, type Work } from './work.ts'

export interface TransformSetting extends Omit<ReadSetting, 'plan' | 'store' | 'deadLetters'>, OutputSetting {
  /** How far the group has committed in a partition; undefined: not at all. Default: asks the brokers. */
  readonly committedOffset?: (partition: TopicPartition) => Promise<number | undefined>
}

interface Transformer {
  readonly setting: TransformSetting
  readonly runTag: Buffer
  readonly work: Work
  readonly inputs: OwnedInputs
  underWay: number
  leaving: boolean
}

/** More than the brokers take to end a transaction. */
const finishingMs = 10_000
const againMs = 200

/** Joins the group; resolves when the first join has been tried. */
export const openTransformer = async (setting: TransformSetting): Promise<GroupReader> => {
  const { plan, driver, bootstrap, recorder, committedOffset = askCommitted(setting) } = setting
  const transformer: Transformer = {
    setting, runTag: recordTags(setting.run, '').run, work: simulateWork(plan.workMicroseconds), inputs: ownInputs({ ...setting, committedOffset }), underWay: 0, leaving: false
  }
  const client = await driver.openMember(memberOptions(plan, bootstrap), listenerOf(transformer))

  return {
    close: async () => {
      try {
        await finish(transformer, setting.finishingMs ?? finishingMs)
      } finally {
        await client.close()
        await transformer.inputs.giveUpAll()
        recorder.flush()
      }
    }
  }
}

/** Not as long as a transaction may still change the answer. */
const askCommitted = ({ plan: { group, number }, bootstrap }: TransformSetting) => async (partition: TopicPartition): Promise<number | undefined> =>
  (await fetchCommittedOffsets({ bootstrap, clientId: `c${number}-position`, group, partitions: [partition], stable: true })).get(`${partition.topic}-${partition.partition}`)

const finish = async (transformer: Transformer, milliseconds: number): Promise<void> => {
  const until = performance.now() + milliseconds
  transformer.leaving = true
  while (transformer.underWay > 0) {
    if (performance.now() > until) throw new Error(`Waited ${milliseconds} ms for the transaction that was begun to end.`)
    await pause(5)
  }
}

const listenerOf = (transformer: Transformer): MemberListener => {
  const { setting: { recorder, now, onTrouble }, inputs } = transformer

  return {
    assigned: inputs.assigned,
    // What the library read of it may be out of date: where this member begins is asked once the former owner is fenced.
    positioned: () => undefined,
    revoked: partitions => { for (const partition of partitions) recorder.revoked({ ...partition, at: now() }) },
    sought: (partition, offset) => { recorder.sought({ ...partition, offset, at: now(), reason: 'out-of-range' }) },
    committed: () => undefined,
    failed: onTrouble,
    batch: async (batch, control) => {
      transformer.underWay += 1
      try {
        await transformBatch(transformer, batch, control)
      } finally {
        transformer.underWay -= 1
        recorder.flush()
      }
    }
  }
}

const transformBatch = async (transformer: Transformer, batch: DeliveredBatch, control: BatchControl): Promise<void> => {
  const { commitEvery } = transformer.setting.plan
  const mayGoOn = (): boolean => !transformer.leaving && control.current() && !control.failing()
  const input = await transformer.inputs.take(batch, { mayGoOn, heartbeat: control.heartbeat })
  if (input === undefined) return

  await input.writer.during(async () => {
    const { next = 0 } = input
    const records = batch.records.filter(({ offset }) => offset >= next)
    const passed = batch.records.findLast(({ offset }) => offset < next)
    if (passed !== undefined) control.done(passed.offset)
    for (let start = 0; start < records.length; start += commitEvery) {
      await control.heartbeat()
      if (!mayGoOn() || !transformer.inputs.holds(batch, input)) return
      const taken: Taken = { where: { topic: batch.topic, partition: batch.partition }, records: records.slice(start, start + commitEvery), input, control }
      if (!await transform(transformer, taken)) {
        transformer.inputs.giveUp(input)

        return pause(againMs)
      }
      input.next = offsetAfter(taken)
      control.done(input.next - 1)
    }
  })
}

/** What is done at once, or not at all. */
interface Taken {
  readonly where: TopicPartition
  readonly records: readonly DeliveredRecord[]
  readonly input: OwnedInput
  readonly control: BatchControl
}

const offsetAfter = ({ records }: Taken): number => (records.at(-1)?.offset ?? -1) + 1

/** False: it is not known to be done, for good, with all that belongs to it. */
const transform = async (transformer: Transformer, taken: Taken): Promise<boolean> => {
  const { begin } = taken.input.writer
  if (begin === undefined) return transformPlainly(transformer, taken)
  const within = await begin().catch(() => undefined)

  return within !== undefined && transformWithin(transformer, taken, within)
}

const transformPlainly = async (transformer: Transformer, taken: Taken): Promise<boolean> => {
  const { setting: { recorder, now } } = transformer
  const { where, control } = taken
  const written = await writeAll(transformer, taken, undefined)
  if (written === undefined || !control.current()) return false
  applied(transformer, written)
  const offset = offsetAfter(taken)
  const at = now()
  recorder.committing({ ...where, offset, at })
  const result = await control.commit(offset)
  recorder.committed({ ...where, offset, at, until: now(), ...result })

  return result.outcome === 'acknowledged'
}

const transformWithin = async (transformer: Transformer, taken: Taken, within: NamedTransaction): Promise<boolean> => {
  const { setting: { recorder, now, plan: { group } } } = transformer
  const { name, transaction } = within
  const { where, input: { writer }, control } = taken
  writer.recorder.transaction(name, 'begun', now())

  const written = await writeAll(transformer, taken, within)
  const offset = offsetAfter(taken)
  const at = now()
  const asks = written !== undefined && control.current()
  const added = asks ? await transaction.sendOffset?.({ ...where, group, offset, membership: control.membership }) : undefined
  const commits = added?.outcome === 'acknowledged'
  writer.recorder.transaction(name, commits ? 'committing' : 'aborting', now())
  const { phase } = await (commits ? transaction.commit() : transaction.abort())
  writer.recorder.transaction(name, phase, now())
  if (asks) {
    const outcome = outcomeOf(phase, added?.outcome)
    recorder.committed({ ...where, offset, at, until: now(), outcome, transaction: name, ...added?.error === undefined ? {} : { error: added.error } })
  }
  if (phase === 'committed') applied(transformer, written ?? [])

  return phase === 'committed'
}

/** Of a commit that was not itself refused the transaction's end decides, which has lines of its own. */
const outcomeOf = (phase: TransactionEnd['phase'], told: CommitResult['outcome'] | undefined): CommitResult['outcome'] =>
  phase === 'committed' ? 'acknowledged' : told === 'rejected' ? 'rejected' : 'indeterminate'

/** What was taken up; undefined: some of it was not written, or not for certain. */
const writeAll = async (
  transformer: Transformer, { where, records, input, control }: Taken, within: NamedTransaction | undefined
): Promise<readonly Delivery[] | undefined> => {
  const { setting: { recorder, now }, work, runTag } = transformer
  const deliveries = records.flatMap(record => deliveryOf({ runTag, recorder }, where, record) ?? [])
  for (let start = 0; start < deliveries.length; start += outputsAtOnce) {
    const piece = deliveries.slice(start, start + outputsAtOnce)
    const at = now()
    for (const delivery of piece) recorder.delivered(delivery, at)
    recorder.flush()
    transformer.inputs.delivered(piece)
    for (let done = 0; done < piece.length; done += 1) await work.do()
    if (!control.current()) return undefined
    const { kind } = await input.writer.write(piece, within)
    if (kind !== 'acknowledged') return undefined
  }

  return deliveries
}

const applied = ({ setting: { recorder, now } }: Transformer, deliveries: readonly Delivery[]): void => {
  const at = now()
  for (const delivery of deliveries) recorder.processed(delivery, 'applied', at)
}
