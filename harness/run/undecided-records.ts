/**
 * Records of transactions that the audit has read, and whose marker has not come yet. Committed ones go to a file of their own, aborted
 * ones are marked, and what no marker has decided is written as neither.
 */
import { flags } from '../ledger/format.ts'
import type { Entry, LedgerWriter } from '../ledger/writer.ts'
import type { RecordOrigin } from '../model/record.ts'

/** A record, and what it was made from. */
export interface Held {
  readonly entry: Entry
  readonly origin: RecordOrigin | undefined
}

export interface Deciding {
  readonly openCommitted: () => LedgerWriter
  readonly committed: (held: Held) => void
  /** Told at the end: nobody knows what became of it. */
  readonly leftOpen: (held: Held) => void
}

export interface Undecided {
  /** `of`: the partition and the producer id. */
  readonly hold: (of: string, held: Held) => void
  readonly decide: (of: string, marker: 'commit' | 'abort') => void
  /** What is still held was not decided by the log's end. */
  readonly close: () => void
}

export const holdUndecided = (ledger: LedgerWriter, { openCommitted, committed: tell, leftOpen }: Deciding): Undecided => {
  const held = new Map<string, Held[]>()
  let committed: LedgerWriter | undefined

  return {
    hold: (of, one) => {
      const known = held.get(of)
      if (known === undefined) held.set(of, [one])
      else known.push(one)
    },
    decide: (of, marker) => {
      for (const one of held.get(of) ?? []) {
        if (marker === 'commit') {
          ;(committed ??= openCommitted()).append(one.entry)
          tell(one)
        } else ledger.append({ ...one.entry, flags: (one.entry.flags ?? 0) | flags.uncommitted })
      }
      held.delete(of)
    },
    close: () => {
      for (const one of [...held.values()].flat()) {
        ledger.append(one.entry)
        leftOpen(one)
      }
      committed?.close()
    }
  }
}
