/**
 * A group member in anybody's program. It tells what it owns and hands one batch over at a time; the harness says when the batch is
 * done, and asks for the commits. A batch that comes while another is worked on, or of a partition that it does not own, is a breach
 * that ends the program: nobody could say any more what was delivered when.
 */
import { UsageError } from '../../model/errors.ts'
import type { TopicPartition } from '../../model/recorder.ts'
import type { BatchControl, CommitResult, DeliveredBatch, DeliveredRecord, MemberClient, MemberListener, MemberOptions } from '../driver.ts'
import { partitionKey } from '../partition-key.ts'
import { type Fields, isCount, reasonIn } from './channel.ts'
import { converse, type Conversation } from './conversation.ts'
import type { ProgramSetting } from './producer.ts'

const opensWithinMs = 30_000
const commitsWithinMs = 30_000

interface Owned extends TopicPartition {
  active: boolean
  positioned: boolean
}

interface Member {
  readonly listener: MemberListener
  readonly owned: Map<string, Owned>
  readonly breach: (what: string) => void
  program: Conversation | undefined
  busy: boolean
}

export const openProgramMember = async (setting: ProgramSetting, options: MemberOptions, listener: MemberListener): Promise<MemberClient> => {
  const member: Member = { listener, owned: new Map(), program: undefined, busy: false, breach: what => {
    void member.program?.channel.kill()
    setting.failed(`the program broke the protocol, and was ended: ${what}`)
  } }
  const program = converse({ ...setting, told: line => heard(member, line) })
  member.program = program
  try {
    const { error } = await program.ask({ open: 'member', ...options, reset: options.reset ?? 'earliest', autoCommitIntervalMs: options.autoCommitIntervalMs ?? null }, { milliseconds: opensWithinMs })
    if (error !== undefined) throw new UsageError({ happened: `The program could not open a member: ${reasonIn(error)}` })
  } catch (error) {
    await program.channel.kill()
    throw error
  }

  return {
    close: async () => {
      await program.channel.end({ milliseconds: 5000 })
      revoke(member, [...member.owned.values()])
    }
  }
}

const heard = (member: Member, line: Fields): boolean => {
  const { assigned, revoked, batch, committed, seek } = line
  if (assigned !== undefined) return assign(member, assigned)
  if (revoked !== undefined) {
    const partitions = partitionsIn(revoked)
    if (partitions !== undefined) revoke(member, partitions)

    return partitions !== undefined
  }
  if (committed !== undefined) return hearCommit(member, committed)
  if (seek !== undefined) return hearSeek(member, seek)
  if (batch === undefined) return false
  const read = readBatch(batch)
  if (read === undefined) return false

  void workOn(member, read)

  return true
}

const assign = ({ owned, listener }: Member, assigned: unknown): boolean => {
  const partitions = partitionsIn(assigned)
  if (partitions === undefined) return false

  for (const partition of partitions) owned.set(partitionKey(partition), { topic: partition.topic, partition: partition.partition, active: true, positioned: false })
  listener.assigned(partitions.map(({ topic, partition }) => ({ topic, partition })))
  for (const { position, topic, partition } of partitions) {
    if (position === undefined) continue
    listener.positioned({ topic, partition }, position)
    const own = owned.get(partitionKey({ topic, partition }))
    if (own) own.positioned = true
  }

  return true
}

const revoke = ({ owned, listener }: Member, partitions: readonly TopicPartition[]): void => {
  const given = partitions.flatMap(partition => owned.get(partitionKey(partition)) ?? [])
  for (const one of given) {
    one.active = false
    owned.delete(partitionKey(one))
  }
  if (given.length > 0) listener.revoked(given.map(({ topic, partition }) => ({ topic, partition })))
}

const hearCommit = ({ listener }: Member, committed: unknown): boolean => {
  if (!isFields(committed)) return false
  const { topic, partition, offset, beganMsAgo, outcome } = committed
  if (typeof topic !== 'string' || !isCount(partition) || !isCount(offset) || typeof beganMsAgo !== 'number' || beganMsAgo < 0 || !isCommitOutcome(outcome)) return false

  listener.committed({ topic, partition, offset, beganMsAgo, outcome })

  return true
}

const hearSeek = ({ listener, owned }: Member, seek: unknown): boolean => {
  if (!isFields(seek)) return false
  const { topic, partition, offset } = seek
  if (typeof topic !== 'string' || !isCount(partition) || !isCount(offset)) return false
  const own = owned.get(partitionKey({ topic, partition }))
  if (own === undefined) return false

  // The first position of an assignment is where it begins, however its client came by it.
  if (own.positioned) listener.sought({ topic, partition }, offset)
  else listener.positioned({ topic, partition }, offset)
  own.positioned = true

  return true
}

const workOn = async (member: Member, batch: DeliveredBatch): Promise<void> => {
  const own = member.owned.get(partitionKey(batch))
  if (own === undefined || member.busy) {
    member.breach(own === undefined ? `it handed over records of ${partitionKey(batch)}, which it does not own` : 'it handed a batch over before the last one was done')

    return
  }
  member.busy = true
  const first = batch.records[0]
  if (!own.positioned && first !== undefined) member.listener.positioned({ topic: own.topic, partition: own.partition }, first.offset)
  own.positioned = true
  let next = first?.offset ?? 0
  const control = controlBatch(member, own, offset => { next = offset + 1 })
  await member.listener.batch(batch, control)
  member.busy = false
  // Where it is to go on: below the batch's end if the work broke off.
  member.program?.say({ done: { topic: own.topic, partition: own.partition, next } })
}

const controlBatch = ({ program }: Member, own: Owned, done: (offset: number) => void): BatchControl => {
  let failing = false

  return {
    current: () => own.active && program?.over() === false,
    failing: () => failing,
    done,
    heartbeat: async () => undefined,
    commitIfDue: async () => undefined,
    commit: async offset => {
      if (!own.active || program === undefined) return { outcome: 'rejected', error: 'NOT_SENT_ASSIGNMENT_ENDED' }
      const result = await program.ask({ commit: { topic: own.topic, partition: own.partition, offset } }, { milliseconds: commitsWithinMs })
        .then(resultOf, (): CommitResult => ({ outcome: 'indeterminate', error: 'NO_ANSWER_FROM_PROGRAM' }))
      failing ||= result.outcome !== 'acknowledged'

      return result
    }
  }
}

const resultOf = ({ outcome, error }: Fields): CommitResult =>
  isCommitOutcome(outcome) ? { outcome, ...typeof error === 'string' && { error } } : { outcome: 'indeterminate', error: 'NO_OUTCOME_IN_THE_ANSWER' }

const isCommitOutcome = (outcome: unknown): outcome is CommitResult['outcome'] => outcome === 'acknowledged' || outcome === 'rejected' || outcome === 'indeterminate'
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

type Positioned = TopicPartition & { readonly position: number | undefined }

const partitionsIn = (list: unknown): readonly Positioned[] | undefined => {
  if (!Array.isArray(list)) return undefined
  const read = (list as readonly unknown[]).flatMap((one): readonly Positioned[] => isFields(one) && typeof one['topic'] === 'string' && isCount(one['partition'])
    ? [{ topic: one['topic'], partition: one['partition'], position: isCount(one['position']) ? one['position'] : undefined }]
    : [])

  return read.length === list.length ? read : undefined
}

const readBatch = (batch: unknown): DeliveredBatch | undefined => {
  if (!isFields(batch)) return undefined
  const { topic, partition, records } = batch
  if (typeof topic !== 'string' || !isCount(partition) || !Array.isArray(records)) return undefined
  const read = (records as readonly unknown[]).flatMap(recordIn)

  return read.length === records.length && read.length > 0 ? { topic, partition, records: read } : undefined
}

const recordIn = (record: unknown): readonly DeliveredRecord[] => isFields(record) && isCount(record['offset']) && typeof record['value'] === 'string'
  ? [{ offset: record['offset'], leaderEpoch: isCount(record['leaderEpoch']) ? record['leaderEpoch'] : undefined, value: Buffer.from(record['value'], 'base64') }]
  : []
