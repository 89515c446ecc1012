/**
 * Teaches kafkajs, which knows gzip alone, the other three codecs, so that a topic's or a producer's `compression.type` is
 * nobody's obstacle. They are loaded when the first such batch is met: they bring a second Kafka library with them.
 */
// Node sees only some of kafkajs's exports by their names; the others are found on the whole.
import kafkajs from 'kafkajs'

const { CompressionCodecs, CompressionTypes } = kafkajs

/** What kafkajs hands to a codec's `compress`. */
interface Encoder {
  readonly buffer: Buffer
}

const codecOf = (type: number) => ({
  compress: async ({ buffer }: Encoder): Promise<Buffer> => (await import('../codecs.ts')).compress(type, buffer),
  decompress: async (bytes: Buffer): Promise<Buffer> => (await import('../codecs.ts')).codecs.decompress(type, bytes)
})

/** Idempotent. */
export const registerCodecs = (): void => {
  for (const type of [CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD] as const) {
    CompressionCodecs[type] = () => codecOf(type)
  }
}
