/** The sends whose outcome has not come yet, so that an outcome line that names no partition finds the one of its send. */
import type { RawLine } from './lines.ts'

/** As many as are in flight, in a file that is ordered by time; in any other, the rest stays without its send. */
const mostWaiting = 200_000

const ends = new Set<unknown>(['acknowledged', 'rejected', 'indeterminate'])

export const waitingSends = (): { readonly sendFor: (raw: RawLine) => RawLine | undefined } => {
  const waiting = new Map<string, RawLine>()

  return {
    sendFor: raw => {
      const { event } = raw
      if (event === 'send' && waiting.size < mostWaiting) waiting.set(keyOf(raw), raw)
      if (!ends.has(event)) return undefined
      const key = keyOf(raw)
      const sent = waiting.get(key)
      waiting.delete(key)

      return sent
    }
  }
}

const keyOf = ({ id, attempt }: RawLine): string => JSON.stringify([String(id), attempt ?? 1])
