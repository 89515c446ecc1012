/**
 * Reads the lines of a history, one after the other, into a gatherer: each held against the history format, and unknown
 * events and fields counted. What it refuses, and where, is a sentence for the person who wrote the file.
 */
import { clusterLines } from './cluster-lines.ts'
import { consumingLines } from './consuming-lines.ts'
import { fields, type Fields, type Line, type Refuse } from './fields.ts'
import type { Gatherer, RunHeader } from './gatherer.ts'
import { printable, shown } from './input-error.ts'
import { sendingLines, type ReadLine } from './sending-lines.ts'

export interface LineReader {
  /** Reads one line's JSON. `order` is the line's place, which must rise from line to line. */
  readonly text: (json: string, order: number) => void
  /** Reads a line that has been parsed. */
  readonly line: (line: Line, order: number) => void
  readonly run: () => RunHeader | null
  readonly warnings: () => readonly string[]
}

export const lineReader = (gatherer: Gatherer, refuse: Refuse): LineReader => {
  const read = fields(refuse)
  const known = new Map<string, ReadLine>([
    ...sendingLines(read, gatherer), ...consumingLines(read, gatherer), ...clusterLines(read, gatherer)
  ])
  let run: RunHeader | null = null
  let unknownLines = 0
  let unknownFields = 0

  const readRun = (line: Line): void => {
    if (run !== null) refuse('event', 'a second run line')
    run = runHeader(read, line, refuse)
    const objectives = line['objectives']
    if (typeof objectives === 'object' && objectives !== null) unknownFields += fieldsOf(objectives as Line)
  }

  const readLine = (line: Line, order: number): void => {
    read.startLine()
    const event = read.name(line['event'], 'event')
    if (typeof line['event'] !== 'string') refuse('event', `must be a string, but is ${shown(line['event'])}`)
    if (run === null && event !== 'run') refuse('event', `the first line must be run, but is ${shown(event)}`)
    const handle = event === 'run' ? readRun : known.get(event)
    if (handle === undefined) {
      unknownLines += 1

      return
    }
    handle(line, order)
    unknownFields += fieldsOf(line) - read.read()
  }

  return {
    text: (json, order) => { readLine(parsedLine(json, refuse), order) },
    line: readLine,
    run: () => run,
    warnings: () => (unknownLines + unknownFields === 0 ? [] : [ignoredWarning(unknownLines, unknownFields)])
  }
}

/** The JSON object of a line. */
export const parsedLine = (json: string, refuse: Refuse): Line => {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    refuse(null, `is not valid JSON: ${printable((error as Error).message, 200)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse(null, `must be a JSON object, but is ${shown(value)}`)
  }

  return value as Line
}

const runHeader = (read: Fields, line: Line, refuse: Refuse): RunHeader => {
  if (read.integer(line['format'], 'format') !== 1) refuse('format', `${shown(line['format'])} is not known; this program knows format 1`)
  read.optionalName(line['seed'], 'seed')
  read.optionalName(line['tool'], 'tool')
  read.optionalName(line['version'], 'version')
  const objectives = read.object(line['objectives'], 'objectives')

  return {
    run: read.name(line['run'], 'run'),
    unavailableMs: read.integerOrNull(objectives?.['unavailableMs'], 'objectives.unavailableMs')
  }
}

const fieldsOf = (line: Line): number => {
  let count = 0
  for (const field in line) if (Object.hasOwn(line, field)) count += 1

  return count
}

const ignoredWarning = (lines: number, unknown: number): string =>
  `Ignored: ${lines} ${lines === 1 ? 'line' : 'lines'} of unknown events, ${unknown} unknown ${unknown === 1 ? 'field' : 'fields'}.`
