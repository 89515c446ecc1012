/**
 * The commits of a member's process that were asked for, in a file of their own beside its ledger: `c1.commits`, a line each, written
 * before the client is asked. A process that was killed cannot say any more what became of them; the harness then says for it that nobody
 * knows, of those without an outcome. They may take effect still, after a higher one that was acknowledged, and whoever begins there is
 * no proof that the group forgot anything.
 */
import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { belongsTo } from './member-end.ts'

interface OpenCommit {
  readonly at: number
  readonly group: string
  readonly topic: string
  readonly partition: number
  /** The next offset to read. */
  readonly offset: number
}

/** `file`: the name of this process's files. In the kernel's hands when it returns. */
export const writeOpenCommit = (folder: string, file: string, commit: OpenCommit): void => {
  appendFileSync(join(folder, `${file}.commits`), `${JSON.stringify(commit)}\n`)
}

/** Puts on record that nobody knows what became of the commits that this member's processes had open when they ended. Idempotent. */
export const doubtOpenCommits = (folder: string, member: string, endedAt: number): void => {
  const files = existsSync(folder) ? readdirSync(folder) : []
  const asked = wholeLines(folder, files.filter(file => belongsTo(file, member, '.commits')))
  if (asked.length === 0) return

  const settled = new Set(wholeLines(folder, files.filter(file => belongsTo(file, member))).filter(line => line.includes('"offset-commit"')).map(keyOf))
  const lines = asked.filter(line => !settled.has(keyOf(line))).map(line => {
    const { at, ...commit } = JSON.parse(line) as OpenCommit

    return `${JSON.stringify({ event: 'offset-commit', at, until: Math.max(at, endedAt), member, ...commit, outcome: 'indeterminate' })}\n`
  })
  if (lines.length > 0) appendFileSync(join(folder, `${member}.harness.ndjson`), lines.join(''))
}

/** What was torn off at the end had not been asked for, or not been answered. */
const wholeLines = (folder: string, files: readonly string[]): readonly string[] => files.flatMap(file => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1))

const keyOf = (line: string): string => {
  const { at, group, topic, partition, offset } = JSON.parse(line) as OpenCommit

  return [at, group, topic, partition, offset].join(' ')
}
