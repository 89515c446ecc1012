/** The reader of Kafka's log segments: bytes of a broker's files in; batches, records and what they tell of producers out. */
export { readLeaderEpochs, type EpochStart } from './leader-epochs.ts'
export { followSequences, type SequenceBreak } from './producer-sequences.ts'
export { openLogReader, type LogRead, type LogReader } from './read-log.ts'
export { directoryOf, partitionFiles, type PartitionFiles } from './segment-files.ts'
