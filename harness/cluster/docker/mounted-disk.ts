/**
 * A disk's files, reached from this machine by a mount of its own for as long as it takes. Where the node runs, it is the same file
 * system in the same memory, so that both see the same bytes; where it has died, nobody else could reach them.
 */
import { mkdtemp, readdir, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import type { DiskFile } from '../../model/disk.ts'
import type { AttachedDisk } from './disk-images.ts'

const mountMs = 30_000

/** Below it lies the log directory, and beside that what faults put there. */
export const mounted = async <Value>({ device, image }: AttachedDisk, work: (folder: string) => Promise<Value>): Promise<Value> => {
  const folder = await mkdtemp(join(dirname(image), 'mount-'))
  try {
    await execa('mount', ['-t', 'ext4', device, folder], { timeout: mountMs })
    try {
      return await work(folder)
    } finally {
      await execa('umount', [folder], { timeout: mountMs })
    }
  } finally {
    await rmdir(folder)
  }
}

export const filesIn = async (logDirectory: string, directories: readonly string[]): Promise<readonly DiskFile[]> =>
  (await Promise.all(directories.map(async directory => {
    const names = await readdir(join(logDirectory, directory)).catch(unlessNotThere)
    const files = await Promise.all(names.map(async name => {
      const path = `${directory}/${name}`
      const size = await stat(join(logDirectory, path)).then(({ size: bytes }) => bytes).catch(unlessNotThere)

      return typeof size === 'number' ? [{ path, bytes: size }] : []
    }))

    return files.flat()
  }))).flat()

const unlessNotThere = (error: unknown): readonly never[] => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
  throw error
}
