/**
 * What Kafka's VerifiableConsumer prints (with --verbose): one JSON object a line, in the order in which things happened. Where a member
 * begins to read, and where it is moved to when what it asked for is not in the log, the tool itself does not say; two classes of the
 * consumer do in their log, which stands among these lines (`docker/run-client.sh`).
 */
import type { TopicPartition } from '../../model/recorder.ts'
import { type Fields, isCount, parseLine } from '../program/channel.ts'

export type MemberLine =
  | { readonly line: 'assigned' | 'revoked', readonly timestamp: number, readonly partitions: readonly TopicPartition[] }
  | { readonly line: 'record', readonly timestamp: number, readonly topic: string, readonly partition: number, readonly offset: number, /** Undefined: a tombstone. */ readonly value: string | undefined }
  /** A poll's records have all been told, and are committed next. */
  | { readonly line: 'consumed', readonly timestamp: number, readonly count: number, /** To be committed. */ readonly offsets: readonly CommittedOffset[] }
  | { readonly line: 'committed', readonly timestamp: number, readonly offsets: readonly CommittedOffset[], readonly error: string | undefined }
  /** Where it reads on. */
  | { readonly line: 'position', readonly timestamp: number, readonly topic: string, readonly partition: number, readonly offset: number }
  | { readonly line: 'started' }
  /** Java has ended; the script that started it says so, see `docker/run-client.sh`. */
  | { readonly line: 'ended', readonly exitCode: number }
  /** Nothing that is on record. */
  | { readonly line: 'other' }

type CommittedOffset = TopicPartition & { readonly offset: number }

const logged = 'org.apache.kafka.clients.consumer.internals'

/** Whose log has the positions. */
export const logsOfPositions: readonly string[] = [`${logged}.ConsumerUtils`, `${logged}.SubscriptionState`]

const others: ReadonlySet<unknown> = new Set(['shutdown_requested', 'shutdown_complete'])

/** Undefined: it is none of its lines. */
export const readMemberLine = (text: string): MemberLine | undefined => {
  const fields = parseLine(text)
  const { name, timestamp, exitCode } = fields ?? {}
  if (fields === undefined || others.has(name)) return fields && { line: 'other' }
  if (name === 'startup_complete') return { line: 'started' }
  if (name === 'ended') return isCount(exitCode) ? { line: 'ended', exitCode } : undefined

  return isCount(timestamp) ? readTimed(fields, timestamp) : undefined
}

const readTimed = (fields: Fields, timestamp: number): MemberLine | undefined => {
  switch (fields['name']) {
    case 'partitions_assigned': return partitionsLine('assigned', fields, timestamp)
    case 'partitions_revoked': return partitionsLine('revoked', fields, timestamp)
    case 'record_data': return recordLine(fields, timestamp)
    case 'records_consumed': return consumedLine(fields, timestamp)
    case 'offsets_committed': return committedLine(fields, timestamp)
    case 'log': return typeof fields['message'] === 'string' ? positionIn(fields['message'], timestamp) : undefined
    default: return undefined
  }
}

const partitionsLine = (line: 'assigned' | 'revoked', fields: Fields, timestamp: number): MemberLine | undefined => {
  const partitions = listOf(fields['partitions'], partitionIn)

  return partitions && { line, timestamp, partitions }
}

const recordLine = ({ topic, partition, offset, value }: Fields, timestamp: number): MemberLine | undefined =>
  typeof topic === 'string' && isCount(partition) && isCount(offset) && (typeof value === 'string' || value === null)
    ? { line: 'record', timestamp, topic, partition, offset, value: value ?? undefined }
    : undefined

const consumedLine = ({ count, partitions }: Fields, timestamp: number): MemberLine | undefined => {
  const offsets = listOf(partitions, fields => {
    const partition = partitionIn(fields)

    return partition && isCount(fields['maxOffset']) ? { ...partition, offset: fields['maxOffset'] + 1 } : undefined
  })

  return isCount(count) && offsets !== undefined ? { line: 'consumed', timestamp, count, offsets } : undefined
}

const committedLine = ({ offsets: list, success, error }: Fields, timestamp: number): MemberLine | undefined => {
  const offsets = listOf(list, fields => {
    const partition = partitionIn(fields)

    return partition && isCount(fields['offset']) ? { ...partition, offset: fields['offset'] } : undefined
  })
  if (offsets === undefined || typeof success !== 'boolean') return undefined

  return { line: 'committed', timestamp, offsets, error: success ? undefined : typeof error === 'string' ? error : 'it gave no reason' }
}

const partitionIn = ({ topic, partition }: Fields): TopicPartition | undefined => typeof topic === 'string' && isCount(partition) ? { topic, partition } : undefined

const listOf = <Read>(list: unknown, read: (fields: Fields) => Read | undefined): readonly Read[] | undefined => {
  if (!Array.isArray(list)) return undefined
  const all = (list as readonly unknown[]).flatMap(one => typeof one === 'object' && one !== null ? read(one as Fields) ?? [] : [])

  return all.length === list.length ? all : undefined
}

/** `FetchPosition{offset=3, offsetEpoch=Optional[0], currentLeader=...}`: the same in all three. */
const positions = [
  /Setting offset for partition (\S+)-(\d+) to the committed offset \w+\{offset=(\d+)/,
  /Resetting offset for partition (\S+)-(\d+) to position \w+\{offset=(\d+)/,
  /Truncation detected for partition (\S+)-(\d+) at offset .* to the first offset known to diverge \w+\{offset=(\d+)/
] as const

const positionIn = (message: string, timestamp: number): MemberLine => {
  for (const pattern of positions) {
    const [, topic, partition, offset] = pattern.exec(message) ?? []
    if (topic !== undefined) return { line: 'position', timestamp, topic, partition: Number(partition), offset: Number(offset) }
  }

  return { line: 'other' }
}
