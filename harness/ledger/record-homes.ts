/**
 * In which bundle of partitions each record of a run is at home: one byte a record, in pages of neighbouring numbers. A record is at
 * home where it was first met. Beside it stands whether its first attempt was sent, which tells outcomes that count from those
 * that do not.
 */
import { notKnown } from '../model/evidence.ts'

export const bundles = 127
/** Not met in any partition. */
export const homeless = 0

/** Partitions beyond the number of bundles share one. Bundles are numbered from 1 on. */
export const bundleOf = (partition: number): number => partition % (bundles - 1) + 1

const sentBit = 0x80
const homeBits = 0x7f
const firstAttempt = 1
const pageSize = 256

export interface RecordHomes {
  /** The bundle, or `homeless`. */
  readonly homeOf: (number: number) => number
  /** Answers where the record is at home from now on: there, unless it was elsewhere before. */
  readonly place: (number: number, bundle: number) => number
  /** False: a neighbouring record was sent by another producer. */
  readonly sent: (number: number, attempt: number, producer: number) => boolean
  /** The producer that sent an attempt, or `notKnown`. */
  readonly senderOf: (number: number, attempt: number) => number
}

export const recordHomes = (): RecordHomes => {
  const pages = new Map<number, number>()
  // Of the few attempts that are not the first.
  const retried = new Map<number, Set<number>>()
  let bytes = new Uint8Array(pageSize * 16)
  // By page: one more than the producer.
  const senders: number[] = []
  let lastPage = -1
  let page = 0

  const turnTo = (wanted: number): void => {
    lastPage = wanted
    const known = pages.get(wanted)
    page = known ?? pages.size
    if (known !== undefined) return

    pages.set(wanted, page)
    senders.push(0)
    if ((page + 1) * pageSize > bytes.length) bytes = new Uint8Array(bytes.buffer.transfer(bytes.length * 2))
  }

  const slotOf = (number: number): number => {
    const wanted = Math.floor(number / pageSize)
    if (wanted !== lastPage) turnTo(wanted)

    return page * pageSize + (number - wanted * pageSize)
  }

  return {
    homeOf: number => bytes[slotOf(number)]! & homeBits,
    place: (number, bundle) => {
      const slot = slotOf(number)
      const byte = bytes[slot]!
      if ((byte & homeBits) !== homeless) return byte & homeBits
      bytes[slot] = byte | bundle

      return bundle
    },
    sent: (number, attempt, producer) => {
      const slot = slotOf(number)
      if (attempt === firstAttempt) bytes[slot]! |= sentBit
      else retried.set(number, (retried.get(number) ?? new Set()).add(attempt))
      senders[page] ||= producer + 1

      return senders[page] === producer + 1
    },
    senderOf: (number, attempt) => {
      const wasSent = attempt === firstAttempt ? (bytes[slotOf(number)]! & sentBit) !== 0 : retried.get(number)?.has(attempt) === true
      if (!wasSent) return notKnown
      slotOf(number)

      return senders[page]! - 1
    }
  }
}
