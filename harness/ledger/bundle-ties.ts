/** Which bundles of partitions something ties together. All that are tied to any go together: such ties are rare, or hold everywhere. */

export interface BundleTies {
  readonly tied: ReadonlySet<number>
  readonly tie: (one: number, other: number) => void
  /** A transaction wrote to a bundle: all to which it does are tied. */
  readonly wrote: (transaction: number, bundle: number) => void
}

export const bundleTies = (): BundleTies => {
  const tied = new Set<number>()
  const byTransaction = new Map<number, number>()
  const tie = (one: number, other: number): void => {
    tied.add(one)
    tied.add(other)
  }

  return {
    tied,
    tie,
    wrote: (transaction, bundle) => {
      const known = byTransaction.get(transaction)
      if (known === undefined) byTransaction.set(transaction, bundle)
      else if (known !== bundle) tie(known, bundle)
    }
  }
}
