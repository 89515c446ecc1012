/**
 * The input partitions that a transforming member owns and may take up. The order is all: first the writer is opened, which takes over
 * the partition's transactional id, fences whoever had it, and returns when what that one had under way is committed or aborted; only
 * then is asked how far the group has committed. An answer from before may be out of date the moment it is given.
 *
 * An id of the partition is taken over as soon as the partition is assigned, whether or not there is work for it yet: until then a former
 * owner that does not know better can go on.
 */
import { pause } from '../clients/waiting.ts'
import type { Delivery, MemberRecorder, TopicPartition } from '../model/recorder.ts'
import { openOutputWriter, type OutputSetting, type OutputWriter } from './output-writer.ts'

export interface OwningSetting extends OutputSetting {
  readonly recorder: Pick<MemberRecorder, 'assigned' | 'sought'>
  readonly committedOffset: (partition: TopicPartition) => Promise<number | undefined>
}

export interface OwnedInput {
  readonly writer: OutputWriter
  /** The next offset to take up; undefined: the group has committed none, and the first that comes is next. */
  next: number | undefined
}

/** What it takes to wait within an assignment. */
export interface Waiting {
  readonly mayGoOn: () => boolean
  readonly heartbeat: () => Promise<void>
}

export interface OwnedInputs {
  readonly assigned: (partitions: readonly TopicPartition[]) => void
  /** Tried until it succeeds, for a fault may be in force; undefined: it is not to go on. */
  readonly take: (where: TopicPartition, waiting: Waiting) => Promise<OwnedInput | undefined>
  readonly holds: (where: TopicPartition, input: OwnedInput) => boolean
  readonly delivered: (piece: readonly Delivery[]) => void
  /** With all that its writer writes for. */
  readonly giveUp: (input: OwnedInput) => void
  readonly giveUpAll: () => Promise<void>
}

interface Owning {
  readonly setting: OwningSetting
  readonly inputs: Map<number, OwnedInput>
  /** What was begun when the partition was assigned. */
  readonly opening: Map<number, Promise<OwnedInput | undefined>>
  /** One past the last delivery of the assignment, by partition. */
  readonly delivered: Map<number, number>
  readonly closing: Set<Promise<void>>
  assignedAt: number
}

const againMs = 200
const aliveEveryMs = 200

export const ownInputs = (setting: OwningSetting): OwnedInputs => {
  const owning: Owning = { setting, inputs: new Map(), opening: new Map(), delivered: new Map(), closing: new Set(), assignedAt: 0 }
  const { inputs, delivered } = owning

  return {
    assigned: partitions => {
      void Promise.all(abandon(owning))
      delivered.clear()
      owning.assignedAt = setting.now()
      for (const where of partitions) {
        setting.recorder.assigned({ ...where, at: owning.assignedAt })
        if (setting.plan.transform.transactionalIds === 'per-partition') owning.opening.set(where.partition, openOnce(owning, where))
      }
    },
    take: async (where, waiting) => inputs.get(where.partition) ?? take(owning, { topic: where.topic, partition: where.partition }, waiting),
    holds: ({ partition }, input) => inputs.get(partition) === input,
    delivered: piece => { for (const { partition, offset } of piece) delivered.set(partition, offset + 1) },
    giveUp: input => { giveUp(owning, input) },
    giveUpAll: async () => {
      await Promise.all(abandon(owning))
      await Promise.all(owning.closing)
    }
  }
}

const giveUp = ({ inputs, closing }: Owning, { writer }: OwnedInput): void => {
  for (const [partition, other] of inputs) if (other.writer === writer) inputs.delete(partition)
  const closed = writer.close().finally(() => closing.delete(closed))
  closing.add(closed)
}

/** All that is open, and all that is being opened, whenever that comes. */
const abandon = (owning: Owning): readonly Promise<void>[] => {
  const late = [...owning.opening.values()].map(opening => giveUpLate(owning, opening))
  owning.opening.clear()
  for (const input of owning.inputs.values()) giveUp(owning, input)

  return late
}

const giveUpLate = async (owning: Owning, opening: Promise<OwnedInput | undefined>): Promise<void> => {
  const late = await opening
  if (late !== undefined) giveUp(owning, late)
}

const take = async (owning: Owning, where: TopicPartition, waiting: Waiting): Promise<OwnedInput | undefined> => {
  while (waiting.mayGoOn()) {
    const opening = owning.opening.get(where.partition) ?? openOnce(owning, where)
    const opened = await unlessOver(opening, waiting)
    if (owning.opening.get(where.partition) === opening) owning.opening.delete(where.partition)
    if (opened === 'over' || !waiting.mayGoOn()) {
      // It may come all the same, and must not be left with what it has opened.
      void giveUpLate(owning, opening)

      return undefined
    }
    if (opened !== undefined) {
      owning.inputs.set(where.partition, opened)
      tellPosition(owning, where, opened)

      return opened
    }
    await pause(againMs)
  }

  return undefined
}

/** Undefined: no broker was ready for it. Nothing was sent, so nothing is to be recorded. */
const openOnce = async ({ setting, inputs }: Owning, where: TopicPartition): Promise<OwnedInput | undefined> => {
  const shared = setting.plan.transform.transactionalIds === 'per-member' ? [...inputs.values()][0]?.writer : undefined
  const writer = shared ?? await openOutputWriter(setting, where.partition)
  if (writer === undefined) return undefined
  try {
    return { writer, next: await setting.committedOffset(where) }
  } catch {
    // Nobody said how far the group has come; to begin anywhere would be a guess.
    if (shared === undefined) await writer.close()

    return undefined
  }
}

const unlessOver = async <Value>(work: Promise<Value>, { mayGoOn, heartbeat }: Waiting): Promise<Value | 'over'> => {
  const worked = work.then(value => ({ value }))
  for (;;) {
    const done = await Promise.race([worked, pause(aliveEveryMs).then(() => undefined)])
    if (done !== undefined) return done.value
    await heartbeat()
    if (!mayGoOn()) return 'over'
  }
}

/** The first time in an assignment that is its position; later it is a move of its own, for which nothing is excused. */
const tellPosition = ({ setting: { recorder, now }, delivered, assignedAt }: Owning, where: TopicPartition, { next }: OwnedInput): void => {
  const before = delivered.get(where.partition)
  if (before === undefined && next !== undefined) recorder.assigned({ ...where, at: assignedAt, position: next })
  if (before !== undefined && next !== before) recorder.sought({ ...where, at: now(), offset: next ?? 0 })
}
