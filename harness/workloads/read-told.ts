/**
 * What a group member's process does whose client works on records and commits them by itself, and tells of it (Kafka's
 * VerifiableConsumer, whose work is to print them). What it tells goes on record as of the time when it happened, never before what it
 * told earlier.
 */
import type { Driver, TellingMember, ToldByMember } from '../clients/driver.ts'
import { recordTags } from '../model/record.ts'
import type { MemberRecorder, TopicPartition } from '../model/recorder.ts'
import { clientName, type MemberPlan } from '../model/workload.ts'
import { deliveryOf } from './found-records.ts'
import { memberOptions } from './member-options.ts'

export interface ToldSetting {
  readonly plan: MemberPlan
  readonly run: string
  readonly openTelling: NonNullable<Driver['openTelling']>
  readonly bootstrap: readonly string[]
  /** Microseconds since the run began. */
  readonly now: () => number
  readonly recorder: MemberRecorder & { readonly incarnation: number }
}

export interface ToldReader {
  /** Leaves the group; all that it tells until then is on record. */
  readonly close: () => Promise<void>
  /** The client is killed in the middle of whatever it does; what it had said by then is on record when this resolves. */
  readonly kill: () => Promise<void>
}

/** Resolves when the member has joined, or that took too long. */
export const openToldReader = async ({ plan, run, openTelling, bootstrap, now, recorder }: ToldSetting): Promise<ToldReader> => {
  const onRecord = recordsTold({ recorder, runTag: recordTags(run, '').run })
  const client: TellingMember = await openTelling({
    ...memberOptions(plan, bootstrap), clientId: `${clientName(plan)}.${recorder.incarnation}`, now, commitEvery: plan.commitEvery
  }, {
    told: events => {
      for (const event of events) onRecord(event)
      recorder.flush()
    }
  })

  return {
    kill: client.kill,
    close: async () => {
      await client.stop()
      await client.close()
    }
  }
}

interface Ownership {
  readonly assignedAt: number
  positioned: boolean
}

const recordsTold = ({ recorder, runTag }: { readonly recorder: MemberRecorder, readonly runTag: Buffer }): ((event: ToldByMember) => void) => {
  const owned = new Map<string, Ownership>()
  let latest = 0
  /** Until then a commit was under way: nothing else happened meanwhile. */
  let busyUntil = 0

  return event => {
    const { topic, partition } = event
    const key = `${topic}-${partition}`
    const where: TopicPartition = { topic, partition }
    latest = Math.max(latest, Math.round(event.at), event.did === 'committed' ? 0 : busyUntil)
    const at = latest
    switch (event.did) {
      case 'assigned':
        owned.set(key, { assignedAt: at, positioned: false })
        recorder.assigned({ ...where, at })
        break
      case 'revoked':
        owned.delete(key)
        recorder.revoked({ ...where, at })
        break
      case 'position':
        takePosition(recorder, owned.get(key), { ...where, offset: event.offset, at })
        break
      case 'delivered': {
        const delivery = deliveryOf({ runTag, recorder }, where, event.record)
        if (delivery === undefined) break
        recorder.delivered(delivery, at)
        recorder.processed(delivery, 'applied', at)
        break
      }
      case 'committed': {
        const until = Math.max(at, Math.round(event.until))
        busyUntil = Math.max(busyUntil, until)
        recorder.committed({ ...where, offset: event.offset, at, until, outcome: event.outcome, ...event.error !== undefined && { error: event.error } })
        break
      }
    }
  }
}

type Position = TopicPartition & { readonly at: number, readonly offset: number }

/** The first of an assignment is where it begins; any other is a move that the client made by itself. */
const takePosition = (recorder: MemberRecorder, ownership: Ownership | undefined, { at, offset, ...where }: Position): void => {
  if (ownership === undefined) return
  // Said again with the position, at the time of the first line: the later line of the two counts.
  if (ownership.positioned) recorder.sought({ ...where, at, offset, reason: 'out-of-range' })
  else recorder.assigned({ ...where, at: ownership.assignedAt, position: offset })
  ownership.positioned = true
}
