/** A group member's process on record: deliveries and work as entries, assignments and commits as lines. */
import { effects, fingerprintFlags, kinds } from '../ledger/format.ts'
import { openLedger } from '../ledger/writer.ts'
import type { Delivery, MemberRecorder, TopicPartition } from '../model/recorder.ts'
import { clientName, type MemberPlan } from '../model/workload.ts'
import { memberFile, nextIncarnation } from './incarnations.ts'
import { writeOpenCommit } from './open-commits.ts'

export interface MemberRecorderSetting {
  readonly folder: string
  readonly run: string
  readonly plan: MemberPlan
  readonly now: () => number
}

export const recordMember = ({ folder, run, plan, now }: MemberRecorderSetting): MemberRecorder & { readonly incarnation: number } => {
  const member = clientName(plan)
  const { group } = plan
  const topics = plan.topics.map(({ name }) => name)
  const incarnation = nextIncarnation(folder, member)
  const file = memberFile(member, incarnation)
  const ledger = openLedger(folder, { format: 1, run, process: file, topics, member, group })
  // A history has one `member` line of a member: its later processes are the same member.
  if (incarnation === 1) {
    ledger.event({ event: 'member', member, group, at: now(), isolation: plan.isolation, commits: plan.commits, reset: plan.reset ?? 'earliest' })
  }

  const line = (event: string, fields: TopicPartition & Readonly<Record<string, unknown>>): void => { ledger.event({ event, member, group, ...fields }) }
  const entryOf = ({ topic, partition, record, attempt }: Delivery, at: number) => ({ topic: topics.indexOf(topic), partition, at, record, attempt })

  return {
    incarnation,
    // Field by field: what else an object carries must not reach the history.
    assigned: ({ topic, partition, at, position }) => { line('assigned', { at, topic, partition, position }) },
    revoked: ({ topic, partition, at }) => { line('revoked', { at, topic, partition }) },
    sought: ({ topic, partition, at, offset, reason }) => { line('seek', { at, topic, partition, offset, reason }) },
    committing: ({ topic, partition, at, offset }) => { writeOpenCommit(folder, file, { at, group, topic, partition, offset }) },
    committed: ({ topic, partition, at, until, offset, outcome, error, transaction }) => {
      line('offset-commit', { at, until, topic, partition, offset, outcome, transaction })
      // The history has no place for a commit's error; the process's log has.
      if (error !== undefined) process.stderr.write(`${at} commit of ${topic}-${partition} at ${offset}: ${outcome}, ${error}\n`)
    },
    delivered: (delivery, at) => {
      ledger.append({ ...entryOf(delivery, at), kind: kinds.delivered, flags: fingerprintFlags(delivery.intact), ...epochOf(delivery), value: delivery.offset })
    },
    processed: (delivery, effect, at) => { ledger.append({ ...entryOf(delivery, at), kind: kinds.processed, extra: effects.indexOf(effect) }) },
    // The audit counts what is not of this run; a member only has to leave it out.
    foreign: () => undefined,
    flush: ledger.flush,
    close: ledger.close
  }
}

const epochOf = ({ leaderEpoch }: Delivery): { readonly extra?: number } => (leaderEpoch === undefined ? {} : { extra: leaderEpoch })
