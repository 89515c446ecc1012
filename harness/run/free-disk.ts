/** Refuses to start a run on a disk that is nearly full: evidence that cannot be written is evidence lost. */
import { existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { InfrastructureError } from '../model/errors.ts'

/** A run's ledger, logs and history take some tens of megabytes; the brokers' logs, wherever the engine keeps them, more. */
const leastBytes = 500 * 2 ** 20

export const refuseFullDisk = (folder: string): void => {
  const free = freeBytes(nearestExisting(folder))
  if (free >= leastBytes) return

  throw new InfrastructureError({
    happened: `Only ${Math.floor(free / 2 ** 20)} MB are free; a run needs ${leastBytes / 2 ** 20} MB for its evidence.`,
    where: folder,
    next: 'Free some space (old folders below reports/ can go), or choose another folder with --out.'
  })
}

const nearestExisting = (folder: string): string => existsSync(folder) || dirname(folder) === folder ? folder : nearestExisting(dirname(folder))

const freeBytes = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder)

  return bavail * bsize
}
