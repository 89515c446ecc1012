/**
 * Looks for acknowledged records that a change of leader cut off. The new leader is asked where its log of the earlier epochs ends, and
 * asked on until every replica in sync has followed it past that end, since one that has not could still lead and bring them back. A
 * leader that refuses, does not answer in time, or has been followed by another, says nothing.
 */
import type { CutOff, Reign } from '../checkers/live/certain-losses.ts'
import type { Beyond } from '../ledger/acknowledged-beyond.ts'
import type { LedgerTail } from '../ledger/tail.ts'
import type { EpochEnd, EpochQuestion, Metadata, PartitionState } from '../model/metadata.ts'
import { witnessesOf } from './live-witnesses.ts'
import { pause } from './waiting.ts'
import type { Agreement } from './watch-leaders.ts'

export interface TruncationWatch {
  readonly changed: (now: PartitionState, agreed: Agreement | undefined) => void
  /** Gives up what is still asked. */
  readonly stop: () => Promise<void>
}

export interface TruncationSetting {
  readonly metadata: Pick<Metadata, 'epochEnd'>
  readonly tail: Pick<LedgerTail, 'poll' | 'acknowledgedBeyond' | 'hasTransactions'>
  readonly found: (cut: CutOff, topic: string) => void
  readonly failed: (error: unknown) => void
  readonly waiting?: { readonly everyMs: number, readonly deadlineMs: number } | undefined
}

/** A change of leader, with all that is known of it. */
interface Change extends EpochQuestion {
  readonly agreed: Agreement
}

export const watchTruncation = (setting: TruncationSetting): TruncationWatch => {
  const stopping = new AbortController()
  const newest = new Map<string, number>()
  const cuts = new Map<string, Beyond[]>()
  const asking = new Set<Promise<void>>()

  const look = async (change: Change): Promise<void> => {
    const name = `${change.topic}-${change.partition}`
    const end = await untilFollowed(setting, change, () => !stopping.signal.aborted && newest.get(name) === change.leaderEpoch, stopping.signal)
    if (end === undefined) return

    const known = cuts.get(name) ?? []
    cuts.set(name, [...known, { offset: end, until: change.agreed.at }])
    report(setting, change, { end, except: known })
  }

  return {
    changed: ({ topic, partition, leader, leaderEpoch }, agreed) => {
      if (leaderEpoch === undefined || agreed === undefined || agreed.epoch >= leaderEpoch) return
      newest.set(`${topic}-${partition}`, leaderEpoch)
      if (leader === undefined) return

      const done = look({ topic, partition, leader, leaderEpoch, epoch: agreed.epoch, agreed }).catch(setting.failed).finally(() => asking.delete(done))
      asking.add(done)
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(asking)
    }
  }
}

/** Where the earlier epochs end in the new leader's log, once every replica in sync has followed it past there. */
const untilFollowed = async ({ metadata, waiting = usual }: TruncationSetting, change: Change, isNewest: () => boolean, signal: AbortSignal): Promise<number | undefined> => {
  const { agreed: _, ...question } = change
  const deadline = performance.now() + waiting.deadlineMs
  while (isNewest() && performance.now() < deadline) {
    const answer: EpochEnd | undefined = await metadata.epochEnd(question).catch(() => undefined)
    if (answer !== undefined && answer.highWatermark > answer.end) return isNewest() ? answer.end : undefined
    await pause(waiting.everyMs, signal).catch(() => undefined)
  }

  return undefined
}

const usual = { everyMs: 250, deadlineMs: 30_000 }

interface Cut {
  readonly end: number
  /** What was counted at earlier changes. */
  readonly except: readonly Beyond[]
}

const report = ({ tail, found }: TruncationSetting, { topic, partition, leader, leaderEpoch, agreed }: Change, { end, except }: Cut): void => {
  // What was acknowledged may not have been read yet.
  tail.poll()
  const { highest, byProducer, witnesses } = tail.acknowledgedBeyond({ topic, partition, offset: end, until: agreed.at, except })
  if (byProducer.size === 0) return

  const name = `${topic}-${partition}`
  const now: Reign = { leader, epoch: leaderEpoch }
  found({ partition: name, before: agreed, now, end, highest, byProducer, witnesses: witnessesOf(witnesses), transactions: tail.hasTransactions(name) }, topic)
}
