/**
 * One counter of incarnations for each client, whether its process was restarted or a producer retired within it: the
 * ledger's folder is the counter. A producer's files are `p1.1`, `p1.2`, ...; a member's `c1`, then `c1.2`, ...
 */
import { existsSync, readdirSync } from 'node:fs'

/** The number of the next incarnation of `p1`: one above the highest that has a file. */
export const nextIncarnation = (folder: string, client: string): number => {
  const used = existsSync(folder) ? readdirSync(folder).map(file => incarnationOf(file, client)) : []

  return Math.max(0, ...used) + 1
}

const incarnationOf = (file: string, client: string): number => {
  const match = /^([pc]\d+)(?:\.(\d+))?\.ledger$/.exec(file)

  return match?.[1] === client ? Number(match[2] ?? 1) : 0
}

/** The name of a member's files: its own name first, numbered from its second process on. */
export const memberFile = (member: string, incarnation: number): string => (incarnation === 1 ? member : `${member}.${incarnation}`)
