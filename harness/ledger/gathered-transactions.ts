/** Gathers the lines of transactions: the phase of the last one is a transaction's state. */
import type { TransactionEvidence } from '../model/evidence.ts'
import type { TransactionPhase } from '../model/history.ts'
import type { Fail } from './gathered-sends.ts'
import { names } from './interning.ts'

export interface TransactionRow {
  readonly order: number
  readonly at: number
  readonly transaction: number
  readonly phase: TransactionPhase
}

export interface GatheredTransactions {
  readonly numberOf: (name: string) => number
  readonly line: (row: TransactionRow) => void
  readonly finish: () => readonly TransactionEvidence[]
}

interface Known {
  state: TransactionPhase
  stateAt: number
  committingAt: number | null
  committedAt: number | null
  endedAt: number | null
  aborted: boolean
}

export const gatherTransactions = (fail: Fail): GatheredTransactions => {
  const all = names()
  const known: (Known | undefined)[] = []

  const line = ({ order, at, transaction, phase }: TransactionRow): void => {
    const one = (known[transaction] ??= { state: phase, stateAt: at, committingAt: null, committedAt: null, endedAt: null, aborted: false })
    if (phase === 'committing') one.committingAt = earlier(one.committingAt, at)
    if (phase === 'committed') one.committedAt = earlier(one.committedAt, at)
    if (phase === 'aborted') one.aborted = true
    if (ends.has(phase)) one.endedAt = earlier(one.endedAt, at)
    if (one.aborted && one.committedAt !== null) {
      fail({ order, field: 'phase', problem: 'this transaction is both committed and aborted' })
    }
    // Lines of equal time are ordered by their place, so the later one tells the state.
    if (at >= one.stateAt) {
      one.state = phase
      one.stateAt = at
    }
  }

  return {
    line,
    numberOf: all.numberOf,
    finish: () => all.all.map((name, transaction) => {
      const one = known[transaction]

      return {
        name,
        state: one?.state ?? null,
        committingAt: one?.committingAt ?? null,
        committedAt: one?.committedAt ?? null,
        endedAt: one?.endedAt ?? null
      }
    })
  }
}

const ends: ReadonlySet<TransactionPhase> = new Set(['committed', 'aborted', 'indeterminate'])

const earlier = (known: number | null, at: number): number => (known === null ? at : Math.min(known, at))
