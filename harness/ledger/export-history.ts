/**
 * Exports a ledger's folder as a history that anybody can read, keep and judge again. It is streamed: whatever the length
 * of the run, a few megabytes are in memory. The file appears under its name only when it is whole.
 */
import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { PassThrough, Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip, createZstdCompress } from 'node:zlib'
import { stretchLines } from './entry-line.ts'
import { openLedgerFolder } from './ledger-folder.ts'
import { mergeLedger } from './merge.ts'
import { newStretch, visitStretches, type Stretch } from './stretch.ts'

const linesAtOnce = 4096

/** Writes the ledger of `folder` as a history to `file`, compressed as its name asks (`.zst`, `.gz`). */
export const exportHistory = async (folder: string, file: string): Promise<void> => {
  const unfinished = `${file}.unfinished`
  await pipeline(Readable.from(historyText(folder)), compressorFor(file), createWriteStream(unfinished))
  await rename(unfinished, file)
}

/** The history's text, in pieces of whole lines; the first line is `run`. */
export function* historyText(folder: string): Generator<Buffer> {
  const opened = openLedgerFolder(folder)
  let lines = `${opened.runLine}\n`
  let stretch: Stretch | undefined
  const merge = mergeLedger(opened, {
    entries: (source, until) => {
      stretch ??= newStretch(source)
      stretch.source = source
      visitStretches(stretch, until, one => { lines += stretchLines(one) })
    },
    // Several processes may have written the run's line; a history has one.
    line: source => { if (source.line['event'] !== 'run') lines += `${source.text}\n` }
  })
  try {
    for (let more = true; more;) {
      more = merge.visit(linesAtOnce)
      if (lines !== '') yield Buffer.from(lines)
      lines = ''
    }
  } finally {
    merge.close()
  }
}

const compressorFor = (file: string): Transform => {
  // The checksum is what tells a reader of a damaged file that it is one.
  if (file.endsWith('.zst')) return createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } })
  if (file.endsWith('.gz')) return createGzip()

  return new PassThrough()
}
