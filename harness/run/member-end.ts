/**
 * A member that was killed cannot say that it owns nothing any more: the harness says it for the dead, once the process is
 * gone, in a file of its own beside the member's. Orders do not matter between files: `at` decides.
 */
import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

interface OwnershipLine {
  readonly event: string
  readonly group: string
  readonly topic: string
  readonly partition: number
}

/** Writes `revoked` lines for whatever this member owned when its last process ended. Idempotent. */
export const revokeForTheDead = (folder: string, member: string, at: number): void => {
  const owned = new Map<string, OwnershipLine>()
  for (const line of linesOf(folder, member)) {
    const key = `${line.group} ${line.topic}-${line.partition}`
    if (line.event === 'assigned') owned.set(key, line)
    if (line.event === 'revoked') owned.delete(key)
  }
  const lines = [...owned.values()].map(({ group, topic, partition }) => `${JSON.stringify({ event: 'revoked', at, member, group, topic, partition })}\n`)
  if (lines.length > 0) appendFileSync(join(folder, `${member}.harness.ndjson`), lines.join(''))
}

/** In the order in which they happened: each process's file, and after each what was written for its death. */
const linesOf = (folder: string, member: string): readonly OwnershipLine[] => {
  const files = existsSync(folder) ? readdirSync(folder).filter(file => belongsTo(file, member)) : []
  const lines = files.flatMap(file => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1))
    .filter(line => line.includes('"assigned"') || line.includes('"revoked"'))
    .map(line => JSON.parse(line) as OwnershipLine & { readonly at: number })

  // Stable: lines of one moment stay in their file's order.
  return lines.sort((one, other) => one.at - other.at)
}

/** Whether a file is one of a member's processes, or of what the harness says of it. */
export const belongsTo = (file: string, member: string, ending: '.ndjson' | '.commits' = '.ndjson'): boolean => file.startsWith(`${member}.`) && file.endsWith(ending)
