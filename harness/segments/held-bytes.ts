/** Keeps the beginning of a batch, as it came in pieces, until there is enough of it to go on: each byte is copied once or twice. */

/** Up to and with a batch's length, and up to what tells its format. */
const lengthBytes = 12
const headBytes = 21

export interface HeldBytes {
  /** All that is held with this piece behind it; undefined: it is too little yet, and is held too. */
  readonly with: (piece: Buffer) => Buffer | undefined
  readonly hold: (bytes: Buffer) => void
  readonly clear: () => void
  readonly length: () => number
  readonly areZeros: () => boolean
}

/** How many bytes the batch that begins here takes, as far as can be told. */
export const bytesNeeded = (start: Buffer): number => (start.length < lengthBytes ? headBytes : Math.max(headBytes, lengthBytes + start.readInt32BE(lengthBytes - 4)))

export const holdBytes = (): HeldBytes => {
  let held: Buffer[] = []
  let length = 0
  let needed = 0

  const add = (bytes: Buffer): void => {
    if (bytes.length > 0) held.push(Buffer.from(bytes))
    length += bytes.length
  }

  const clear = (): void => {
    held = []
    length = needed = 0
  }

  return {
    with: piece => {
      if (length === 0) return piece
      if (length + piece.length >= needed) return Buffer.concat([...held, piece])
      add(piece)

      return undefined
    },
    hold: bytes => {
      clear()
      add(bytes)
      needed = bytesNeeded(bytes)
    },
    clear,
    length: () => length,
    areZeros: () => held.every(isZero)
  }
}

/** A byte of zero, and each one like the one before. */
export const isZero = (bytes: Buffer): boolean => bytes.length === 0 || (bytes[0] === 0 && bytes.subarray(1).equals(bytes.subarray(0, -1)))
