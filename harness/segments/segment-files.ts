/**
 * Which files of a partition's directory are its log. Each segment is named for the first offset that it may hold; beside it
 * lie indexes, snapshots of producers, and what a deletion or a compaction has not finished yet.
 */

/** A file as a listing tells it. */
export interface NamedFile {
  readonly path: string
}

export interface SegmentFile<File extends NamedFile> {
  readonly baseOffset: number
  readonly file: File
}

export interface PartitionFiles<File extends NamedFile> {
  readonly partition: number
  /** In the order of their offsets. */
  readonly segments: readonly SegmentFile<File>[]
  readonly epochs: File | undefined
  /** A compaction is just exchanging segments: they may be read twice, or not at all. */
  readonly unsettled: boolean
}

const epochsName = 'leader-epoch-checkpoint'

/** The directory of a partition, as Kafka names it. */
export const directoryOf = (topic: string, partition: number): string => `${topic}-${partition}`

/** The partitions of a topic that a broker's disk holds, by their number. Directories on their way out are none. */
export const partitionFiles = <File extends NamedFile>(topic: string, files: readonly File[]): readonly PartitionFiles<File>[] => {
  const byDirectory = Map.groupBy(files, ({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/'))))

  return [...byDirectory].flatMap(([directory, inside]) => {
    const partition = partitionIn(directory, topic)

    return partition === undefined ? [] : [filesOf(partition, inside)]
  }).sort((one, other) => one.partition - other.partition)
}

const partitionIn = (directory: string, topic: string): number | undefined => {
  const number = directory.slice(topic.length + 1)

  return directory.startsWith(`${topic}-`) && /^\d+$/.test(number) ? Number(number) : undefined
}

const filesOf = <File extends NamedFile>(partition: number, files: readonly File[]): PartitionFiles<File> => {
  const segments = files.flatMap(file => {
    const digits = /(?:^|\/)(\d{20})\.log$/.exec(file.path)?.[1]

    return digits === undefined ? [] : [{ baseOffset: Number(digits), file }]
  }).sort((one, other) => one.baseOffset - other.baseOffset)

  return {
    partition,
    segments,
    epochs: files.find(({ path }) => path === epochsName || path.endsWith(`/${epochsName}`)),
    unsettled: files.some(({ path }) => path.endsWith('.log.swap'))
  }
}
