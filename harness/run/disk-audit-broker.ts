/**
 * One broker's part of the audit of the disks: reads its segments of the run's topics and puts every record of this run on record
 * as that replica's. A batch whose checksum matches vouches for its records' bytes, so that their fingerprints are not checked again.
 */
import { codecs } from '../clients/codecs.ts'
import { fingerprintFlags, flags, kinds, noEpoch } from '../ledger/format.ts'
import type { LedgerWriter } from '../ledger/writer.ts'
import type { Disk, DiskFile } from '../model/disk.ts'
import { messageOf } from '../model/errors.ts'
import { claimOf, readRecord } from '../model/record.ts'
import type { TopicPartition } from '../model/recorder.ts'
import { followSequences, openLogReader, readLeaderEpochs, type EpochStart, type LogReader, type LogRead, type PartitionFiles, type SequenceBreak } from '../segments/index.ts'

/** The files of one replica's log. */
export interface ReplicaFiles extends TopicPartition, PartitionFiles<DiskFile> {
  readonly partition: number
}

/** What one replica's log came to. */
export interface ReplicaLog extends TopicPartition, LogRead {
  readonly broker: number
  /** Of this run. */
  readonly records: number
  readonly foreign: number
  readonly breaks: readonly SequenceBreak[]
  /** Where the records of each leader's epoch begin, as they lie in the log. */
  readonly epochsFound: readonly EpochStart[]
  /** Where its checkpoint says they begin; undefined: there is none, or it is damaged. */
  readonly epochsKept: readonly EpochStart[] | undefined
}

export interface BrokerReading {
  readonly broker: number
  readonly disk: Disk
  readonly replicas: readonly ReplicaFiles[]
  readonly ledger: LedgerWriter
  readonly topics: readonly string[]
  /** The mark of this run's records. */
  readonly run: Buffer
  readonly signal: AbortSignal
}

export const readBrokersDisk = async (reading: BrokerReading): Promise<readonly ReplicaLog[]> => {
  const { replicas, disk, signal } = reading
  const open = replicas.map(files => openReplica(reading, files))
  const byPath = new Map(open.flatMap(one => one.paths.map(path => [path, one] as const)))
  for await (const { path, bytes } of disk.read([...byPath.keys()])) {
    signal.throwIfAborted()
    byPath.get(path)?.piece(path, bytes)
  }

  return open.map(one => one.end())
}

interface OpenReplica {
  readonly paths: readonly string[]
  readonly piece: (path: string, bytes: Buffer) => void
  readonly end: () => ReplicaLog
}

const openReplica = ({ broker, ledger, topics, run }: BrokerReading, { topic, partition, segments, epochs, unsettled }: ReplicaFiles): OpenReplica => {
  const counts = { records: 0, foreign: 0 }
  const epochsFound: EpochStart[] = []
  const sequences = followSequences()
  const topicNumber = topics.indexOf(topic)
  const starts = new Map(segments.map(({ baseOffset, file }) => [file.path, baseOffset]))
  const begun = new Set<string>()
  let checkpoint = ''

  const log = containing(openLogReader({
    codecs,
    onBatch: batch => {
      if (epochsFound.at(-1)?.epoch !== batch.leaderEpoch) epochsFound.push({ epoch: batch.leaderEpoch, startOffset: batch.baseOffset })
      sequences.batch(batch)
    },
    onRecord: (offset, value, { leaderEpoch, intact }) => {
      const claim = claimOf(value, run)
      if (claim === undefined) {
        counts.foreign += 1

        return
      }
      counts.records += 1
      ledger.append({
        kind: kinds.logged, flags: intact ? flags.unchecked : checkedFlags(value, run), topic: topicNumber, partition,
        extra: leaderEpoch < 0 ? noEpoch : leaderEpoch, at: 0, attempt: claim.attempt, record: claim.record, value: offset
      })
    }
  }))

  return {
    paths: [...starts.keys(), ...epochs === undefined ? [] : [epochs.path]],
    piece: (path, bytes) => {
      const start = starts.get(path)
      begun.add(path)
      if (start === undefined) checkpoint += bytes.toString('utf8')
      else if (bytes.length === 0) log.segment(start)
      else log.piece(bytes)
    },
    end: () => ({
      ...wholeUnless(log.end(), unsettled ? 'its segments are just being compacted' : [...starts.keys()].every(path => begun.has(path)) ? undefined : 'a segment was gone when it was to be read'),
      ...counts, topic, partition, broker, epochsFound, breaks: sequences.breaks(), epochsKept: epochsIn(checkpoint)
    })
  }
}

const incomplete = (read: LogRead, reason: string): LogRead => ({ ...read, complete: false, reason })

const wholeUnless = (read: LogRead, reason: string | undefined): LogRead => (reason === undefined ? read : incomplete(read, reason))

/** A log that cannot be read is told as one, and the broker's other logs are read all the same. */
const containing = (reader: LogReader): LogReader => {
  let failure: string | undefined
  const unlessFailed = (work: () => void): void => {
    if (failure !== undefined) return
    try {
      work()
    } catch (error) {
      failure = messageOf(error)
    }
  }

  return {
    segment: baseOffset => { unlessFailed(() => { reader.segment(baseOffset) }) },
    piece: bytes => { unlessFailed(() => { reader.piece(bytes) }) },
    end: () => (failure === undefined ? reader.end() : incomplete(reader.end(), failure))
  }
}

const checkedFlags = (value: Buffer, run: Buffer): number => {
  const found = readRecord(value, run)

  return found.kind === 'own' ? fingerprintFlags(found.intact) : flags.torn
}

const epochsIn = (checkpoint: string): readonly EpochStart[] | undefined => {
  try {
    return readLeaderEpochs(checkpoint)
  } catch {
    // Damaged, or not there: then it proves nothing.
    return undefined
  }
}
