/** CRC-32C (Castagnoli), the checksum of Kafka's record batches, a byte at a time: for the few batches that a fault looks at. */

/** The polynomial, its bits reversed. */
const polynomial = 0x82f63b78

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ polynomial

  return value
})

export const crc32c = (bytes: Buffer): number => {
  let value = 0xffffffff
  for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] ?? 0)

  return (value ^ 0xffffffff) >>> 0
}
