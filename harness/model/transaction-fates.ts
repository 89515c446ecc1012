/**
 * Which records of a partition are committed. A transaction's records lie between others; the marker that ends it comes later
 * and names its producer alone. So batches are told in the order of their offsets, and the fate of a record can be asked once
 * all of them were told.
 */
import type { BatchInfo } from './record-batches.ts'

/** `open`: no marker has ended its transaction yet. A record outside transactions is committed. */
export type Fate = 'committed' | 'aborted' | 'open'

export interface TransactionFates {
  readonly batch: (batch: BatchInfo) => void
  readonly fateOf: (offset: number, batch: Pick<BatchInfo, 'producerId' | 'transactional'>) => Fate
  /** The offset of the first record that no marker has decided: up to it a read_committed consumer reads. */
  readonly firstOpen: () => number | undefined
}

interface Ending {
  readonly marker: number
  readonly fate: 'committed' | 'aborted'
}

export const followTransactions = (): TransactionFates => {
  /** By producer; in the order of their markers. */
  const endings = new Map<bigint, Ending[]>()
  const open = new Map<bigint, number>()

  return {
    batch: ({ producerId, baseOffset, transactional, control, marker }) => {
      if (!transactional) return
      if (!control) {
        if (!open.has(producerId)) open.set(producerId, baseOffset)

        return
      }
      if (marker === undefined) return
      const known = endings.get(producerId) ?? []
      known.push({ marker: baseOffset, fate: marker === 'commit' ? 'committed' : 'aborted' })
      endings.set(producerId, known)
      open.delete(producerId)
    },
    fateOf: (offset, { producerId, transactional }) => {
      if (!transactional) return 'committed'

      return firstAfter(endings.get(producerId) ?? [], offset)?.fate ?? 'open'
    },
    firstOpen: () => (open.size === 0 ? undefined : Math.min(...open.values()))
  }
}

/** The producer's first marker behind the offset ends the transaction that the record is in. */
const firstAfter = (endings: readonly Ending[], offset: number): Ending | undefined => {
  let low = 0
  let high = endings.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((endings[middle]?.marker ?? 0) > offset) high = middle
    else low = middle + 1
  }

  return endings[low]
}
