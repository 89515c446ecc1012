/**
 * In which bundle of partitions each record of a run is at home: one byte a record, in pages of neighbouring numbers. A record is at
 * home where it was first met. Beside it stands whether its first attempt was sent, which tells outcomes that count from those
 * that do not.
 */
import { notKnown } from '../model/evidence.ts'
import { numberPages, type NumberRange } from './number-pages.ts'

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
  /** Each record is at home there from now on, unless it was elsewhere before: then the visitor is told where. */
  readonly place: (range: NumberRange, bundle: number, elsewhere: (home: number) => void) => void
  /** False: a neighbouring record was sent by another producer. */
  readonly sent: (range: NumberRange, attempt: number, producer: number) => boolean
  /** The producer that sent this attempt of all of them, or `notKnown`. */
  readonly senderOf: (range: NumberRange, attempt: number) => number
}

export const recordHomes = (): RecordHomes => {
  let bytes = new Uint8Array(pageSize * 16)
  const pages = numberPages(pageSize, places => {
    if (places > bytes.length) bytes = new Uint8Array(bytes.buffer.transfer(bytes.length * 2))
  })
  // Of the few attempts that are not the first.
  const retried = new Map<number, Set<number>>()
  // By page: one more than the producer.
  const senders: number[] = []

  const placeInPage = (slot: number, end: number, bundle: number, elsewhere: (home: number) => void): void => {
    for (let at = slot; at < end; at++) {
      const home = bytes[at]! & homeBits
      if (home === homeless) bytes[at]! |= bundle
      else if (home !== bundle) elsewhere(home)
    }
  }

  return {
    homeOf: number => bytes[pages.placeOf(number)]! & homeBits,
    place: (range, bundle, elsewhere) => {
      for (let number = range.first; number < range.first + range.count;) {
        const slot = pages.placeOf(number)
        const inPage = pages.inPageFrom(number, range)
        placeInPage(slot, slot + inPage, bundle, elsewhere)
        number += inPage
      }
    },
    sent: (range, attempt, producer) => {
      for (let number = range.first; number < range.first + range.count;) {
        const slot = pages.placeOf(number)
        const inPage = pages.inPageFrom(number, range)
        senders[pages.page] ||= producer + 1
        if (senders[pages.page] !== producer + 1) return false
        for (let index = 0; index < inPage; index++) {
          if (attempt === firstAttempt) bytes[slot + index]! |= sentBit
          else retried.set(number + index, (retried.get(number + index) ?? new Set()).add(attempt))
        }
        number += inPage
      }

      return true
    },
    senderOf: (range, attempt) => {
      let sender = 0
      for (let number = range.first; number < range.first + range.count;) {
        const slot = pages.placeOf(number)
        const inPage = pages.inPageFrom(number, range)
        sender ||= senders[pages.page] ?? 0
        if (sender === 0 || senders[pages.page] !== sender) return notKnown
        for (let index = 0; index < inPage; index++) {
          const wasSent = attempt === firstAttempt ? (bytes[slot + index]! & sentBit) !== 0 : retried.get(number + index)?.has(attempt) === true
          if (!wasSent) return notKnown
        }
        number += inPage
      }

      return sender - 1
    }
  }
}
