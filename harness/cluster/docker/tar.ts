/**
 * Reads a tar archive as a stream, file by file and piece by piece: the engine hands out files in this form, and so does a
 * container's own tar. Of the format's dialects it knows those two writers': ustar with a prefix, GNU's and pax's long names.
 */

const blockBytes = 512

export interface ArchivedFile {
  readonly name: string
  readonly bytes: number
}

export interface ArchivedPiece {
  readonly file: ArchivedFile
  /** Empty at the beginning of each file, so that an empty file is not missed. */
  readonly bytes: Buffer
}

/** Hands out exactly as many bytes as are asked for, or at most so many, from a stream of pieces. */
const byteSource = (stream: AsyncIterable<Buffer>) => {
  const iterator = stream[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)

  const atMost = async (count: number): Promise<Buffer> => {
    while (held.length === 0) {
      const next = await iterator.next()
      if (next.done === true) return held
      held = next.value
    }
    const taken = held.subarray(0, count)
    held = held.subarray(taken.length)

    return taken
  }

  return {
    atMost,
    exactly: async (count: number): Promise<Buffer> => {
      const pieces: Buffer[] = []
      for (let left = count; left > 0;) {
        const piece = await atMost(left)
        if (piece.length === 0) break
        pieces.push(piece)
        left -= piece.length
      }

      return Buffer.concat(pieces)
    },
    close: async (): Promise<void> => { await iterator.return?.() }
  }
}

type Source = ReturnType<typeof byteSource>

/** Throws where the archive ends within a file. Directories and links are left out. */
export async function* archivedFiles(stream: AsyncIterable<Buffer>): AsyncGenerator<ArchivedPiece> {
  const source = byteSource(stream)
  let longName: string | undefined
  try {
    for (;;) {
      const header = await source.exactly(blockBytes)
      // The archive ends with blocks of zeros, and its writer may have filled up its last record with more of them.
      if (header.length < blockBytes || header[0] === 0) {
        if (header.length > 0 && header.length < blockBytes) throw new Error('The archive ends within a header.')
        while ((await source.atMost(blockBytes)).length > 0);

        return
      }
      const bytes = numberIn(header.subarray(124, 136))
      const type = String.fromCharCode(header[156] ?? 0)
      if (type === 'L' || type === 'x') {
        const content = await paddedContent(source, bytes)
        longName = type === 'L' ? textOf(content) : pathInPax(content) ?? longName
        continue
      }
      const file: ArchivedFile = { name: longName ?? nameIn(header), bytes }
      longName = undefined
      if (type === '0' || type === '\0') yield* piecesOf(source, file)
      else await skip(source, bytes)
    }
  } finally {
    await source.close()
  }
}

async function* piecesOf(source: Source, file: ArchivedFile): AsyncGenerator<ArchivedPiece> {
  yield { file, bytes: Buffer.alloc(0) }
  for (let left = file.bytes; left > 0;) {
    const bytes = await source.atMost(left)
    if (bytes.length === 0) throw new Error(`The archive ends within ${file.name}.`)
    left -= bytes.length
    yield { file, bytes }
  }
  await source.exactly(paddingOf(file.bytes))
}

const paddingOf = (bytes: number): number => (blockBytes - bytes % blockBytes) % blockBytes

const paddedContent = async (source: Source, bytes: number): Promise<Buffer> => {
  const content = await source.exactly(bytes)
  await source.exactly(paddingOf(bytes))

  return content
}

const skip = async (source: Source, bytes: number): Promise<void> => {
  for (let left = bytes + paddingOf(bytes); left > 0;) {
    const { length } = await source.atMost(left)
    if (length === 0) return
    left -= length
  }
}

/** Octal digits, or, where they would not suffice, a binary number behind a byte of 0x80. */
const numberIn = (field: Buffer): number => {
  if (field[0] === 0x80) return field.readUIntBE(field.length - 6, 6)

  return Number.parseInt(textOf(field).trim() || '0', 8)
}

const nameIn = (header: Buffer): string => {
  const prefix = header.toString('latin1', 257, 262) === 'ustar' && header[263] === 0x30 ? textOf(header.subarray(345, 500)) : ''
  const name = textOf(header.subarray(0, 100))

  return prefix === '' ? name : `${prefix}/${name}`
}

const textOf = (field: Buffer): string => {
  const end = field.indexOf(0)

  return field.toString('utf8', 0, end < 0 ? field.length : end)
}

/** Lines of `<length> <key>=<value>`, the length counting all of the line. */
const pathInPax = (content: Buffer): string | undefined => /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1]
