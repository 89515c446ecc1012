/**
 * How far ahead of its word a VerifiableProducer can be: it announces no send, so each send is put on record before it can happen, and
 * this says how many can have happened of which nothing has been heard yet.
 *
 * - A record takes room in the producer's buffer (`buffer.memory`) from its send until its line has been printed; without room the next
 *   send waits. So many records are unanswered at most as their least size goes into the buffer.
 * - A printed line is in the pipe that Java prints into, or in the one block that was asked for and has not come yet
 *   (`docker/run-client.sh` copies a block only when it is asked). A full pipe stops the producer's sender until it is read.
 */
import { blockBytes } from './blocks.ts'

const usualBufferBytes = 16 * 1024
export const batchBytes = 2048

/** Length, attributes, timestamp and offset deltas, no key, the value's length, `2097408.0`, no headers: a byte each but for the value. */
const leastRecordBytes = 16
/** What one batch may hold: there is no smaller buffer. */
export const leastBufferRecords = batchBytes / leastRecordBytes
/** pipe(7): 16 pages. */
const pipeBytes = 64 * 1024
/** Java's own, should it hold any back. */
const printBytes = 8192

/** The shortest line there is for a record of this topic: of a success, at the first offset. */
const leastLineBytes = (topic: string): number =>
  JSON.stringify({ timestamp: 1_700_000_000_000, name: 'producer_send_success', topic, key: null, value: '2097408.0', partition: 0, offset: 0 }).length

/** `records`: the most that it is to hold; absent: as many as it likes. */
export const bufferBytes = (records?: number): number => records === undefined ? usualBufferBytes : records * leastRecordBytes

/** One more: the send that waits for room. */
export const mostUnheard = (topic: string, records?: number): number =>
  Math.ceil(bufferBytes(records) / leastRecordBytes) + Math.ceil((printBytes + pipeBytes + blockBytes) / leastLineBytes(topic)) + 1
