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

/** Records whose numbers follow one another. */
export interface NumberRange {
  readonly first: number
  readonly count: number
}

export interface RecordHomes {
  /** The bundle, or `homeless`. */
  readonly homeOf: (number: number) => number
  /** Each record is at home there from now on, unless it was elsewhere before: then the visitor is told where. */
  readonly place: (range: NumberRange, bundle: number, elsewhere: (home: number) => void) => void
  /** False: a neighbouring record was sent by another producer. */
  readonly sent: (range: NumberRange, attempt: number, producer: number) => boolean
  /** The producer that sent this attempt of all of them, or `notKnown`. */
  readonly senderOf: (range: NumberRange, attempt: number) => number
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

  /** Page by page, the slots of a range and the number in the first one; until the visitor says no, which is then the answer. */
  const everyPage = ({ first, count }: NumberRange, visit: (slot: number, end: number, number: number) => boolean): boolean => {
    for (let number = first; number < first + count;) {
      const slot = slotOf(number)
      const inPage = Math.min(first + count, (lastPage + 1) * pageSize) - number
      if (!visit(slot, slot + inPage, number)) return false
      number += inPage
    }

    return true
  }

  return {
    homeOf: number => bytes[slotOf(number)]! & homeBits,
    place: (range, bundle, elsewhere) => {
      everyPage(range, (slot, end) => {
        for (let at = slot; at < end; at++) {
          const home = bytes[at]! & homeBits
          if (home === homeless) bytes[at]! |= bundle
          else if (home !== bundle) elsewhere(home)
        }

        return true
      })
    },
    sent: (range, attempt, producer) => {
      if (attempt !== firstAttempt) {
        for (let index = 0; index < range.count; index++) {
          const number = range.first + index
          retried.set(number, (retried.get(number) ?? new Set()).add(attempt))
        }
      }

      return everyPage(range, (slot, end) => {
        if (attempt === firstAttempt) for (let at = slot; at < end; at++) bytes[at]! |= sentBit
        senders[page] ||= producer + 1

        return senders[page] === producer + 1
      })
    },
    senderOf: (range, attempt) => {
      let sender = 0
      const isKnown = everyPage(range, (slot, end, first) => {
        for (let at = slot; at < end; at++) {
          const wasSent = attempt === firstAttempt ? (bytes[at]! & sentBit) !== 0 : retried.get(first + at - slot)?.has(attempt) === true
          if (!wasSent) return false
        }
        sender ||= senders[page]!

        return senders[page] === sender
      })

      return isKnown ? sender - 1 : notKnown
    }
  }
}
