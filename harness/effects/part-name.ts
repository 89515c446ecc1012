/** Each group has its own part of a server, under a name that any server takes: a group's own may hold anything, and be too long. */
import { createHash } from 'node:crypto'

export const partName = (group: string): string => `group_${createHash('sha256').update(group).digest('hex').slice(0, 16)}`
