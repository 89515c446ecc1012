/**
 * The value of a record whose client makes it itself, as Kafka's own VerifiableProducer does: text, PREFIX.N. The prefix is all that such
 * a client can be given, a positive integer of 31 bits; it names the run as well as it can, the producer and its incarnation, and N is
 * the client's own count from 0, the sequence:
 *
 *   prefix = mark * 2^21 + producer * 2^8 + incarnation    (mark: 1 to 1,023, from the run's tag)
 *
 * There is no fingerprint: whether each byte is still what was sent, nobody can say.
 */
import { recordNumber, type RecordIdentity } from './record-number.ts'

const marks = 1023
const identities = 2 ** 21
const incarnations = 2 ** 8
const longestBytes = 21
/** No leading zeros: one record has one text. */
const pattern = /^([1-9]\d{0,9})\.(0|[1-9]\d{0,9})$/

/** What the client is to write before each number. */
export const textPrefix = (run: Buffer, { producer, incarnation }: Pick<RecordIdentity, 'producer' | 'incarnation'>): number =>
  markOf(run) * identities + producer * incarnations + incarnation

/** The number of the record that has this text; undefined: it is none of this run's. */
export const textRecord = (value: Buffer, run: Buffer): number | undefined => {
  if (value.length > longestBytes) return undefined
  const [, prefix, sequence] = pattern.exec(value.toString('latin1')) ?? []
  if (prefix === undefined || sequence === undefined) return undefined

  return textRecordOf({ prefix: Number(prefix), sequence: Number(sequence) }, run)
}

const textRecordOf = ({ prefix, sequence }: { readonly prefix: number, readonly sequence: number }, run: Buffer): number | undefined => {
  const identity = prefix % identities
  const producer = Math.floor(identity / incarnations)
  const incarnation = identity % incarnations
  const isOurs = Math.floor(prefix / identities) === markOf(run) && producer > 0 && incarnation > 0 && sequence < 2 ** 32

  return isOurs ? recordNumber({ producer, incarnation, sequence }) : undefined
}

const markOf = (run: Buffer): number => run.readUInt16LE(0) % marks + 1
