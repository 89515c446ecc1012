/**
 * A disk behind a loop device, as faults act on it. Its image is the hardware: a write is in it as soon as the file system has handed
 * it down, and what the file system still keeps in memory is not. What lies between, the device's own queue, must be empty when the
 * image is copied, or the copy would be of no single moment.
 */
import { open, readFile, rm, statfs, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import pRetry from 'p-retry'
import type { DiskSnapshot, OwnDisk } from '../../model/own-disk.ts'
import { diskMount, logFolder } from '../server-properties.ts'
import { isUnused, kernelName, type AttachedDisk } from './disk-images.ts'
import { filesIn, mounted } from './mounted-disk.ts'
import type { Docker } from './runtime.ts'
import { limitWrites } from './throttle.ts'
import { tryWrite } from './try-write.ts'

export interface NodesContainer {
  readonly docker: Docker
  /** The container's name. */
  readonly container: string
}

export const loopDisk = (disk: AttachedDisk, { docker, container }: NodesContainer): OwnDisk => {
  const logDirectory = (folder: string): string => join(folder, logFolder)
  let count = 0

  return {
    number: disk.number,
    isUnclean: async () => {
      await untilUnused(disk)

      return needsRecovery(disk.image)
    },
    snapshot: async () => {
      count += 1
      const copy = `${disk.image}.${count}.copy`
      await untilTrue(() => copiedAtRest(disk, copy), `the disk behind ${disk.device} to come to rest`)

      return snapshotIn(disk, copy)
    },
    fill: () => mounted(disk, fillUp),
    empty: () => mounted(disk, folder => rm(join(folder, ballast), { force: true })),
    wipe: async () => {
      await untilUnused(disk)
      await mounted(disk, folder => rm(logDirectory(folder), { recursive: true, force: true }))
    },
    isBlank: async () => {
      await untilUnused(disk)

      return mounted(disk, async folder => (await filesIn(logDirectory(folder), ['.'])).length === 0)
    },
    fail: () => writeFile(`/sys/fs/ext4/${kernelName(disk)}/trigger_fs_error`, 'a disk that fails on purpose'),
    repair: async () => {
      await untilUnused(disk)
      // 1: errors were found and corrected (e2fsck(8)).
      const { exitCode } = await execa('e2fsck', ['-p', disk.device], { reject: false, timeout: 60_000 })
      if (exitCode !== 0 && exitCode !== 1) throw new Error(`The file system on ${disk.device} could not be mended: e2fsck ended with ${exitCode}.`)
    },
    tryWrite: ({ bytes }) => tryWrite(docker, { container, bytes, file: `${diskMount(disk.number)}/probe` }),
    throttle: async ({ kilobytesPerSecond }) => limitWrites(docker, {
      container, bytesPerSecond: kilobytesPerSecond * 1000, deviceNumber: (await readFile(`/sys/block/${kernelName(disk)}/dev`, 'utf8')).trim()
    }),
    list: directories => mounted(disk, folder => filesIn(logDirectory(folder), directories)),
    read: (path, { from, bytes }) => mounted(disk, async folder => {
      await using file = await open(join(logDirectory(folder), path), 'r')
      const buffer = Buffer.alloc(bytes)
      const { bytesRead } = await file.read(buffer, 0, bytes, from)

      return buffer.subarray(0, bytesRead)
    }),
    overwrite: (path, { at, bytes }) => mounted(disk, async folder => {
      await using file = await open(join(logDirectory(folder), path), 'r+')
      await file.write(bytes, 0, bytes.length, at)
    })
  }
}

const ballast = 'ballast'
const noSpace = 'ENOSPC'

/** All that the file system says is free, and then, block by block, what is left of it all the same. */
const fillUp = async (folder: string): Promise<void> => {
  await using file = await open(join(folder, ballast), 'a')
  for (let bytes = await freeBytes(folder); bytes > 0; bytes = Math.floor(bytes / 2)) {
    const { size } = await file.stat()
    await execa('fallocate', ['--offset', String(size), '--length', String(bytes), join(folder, ballast)], { reject: false, timeout: 30_000 })
  }
  const block = Buffer.alloc(blockBytes, 1)
  for (let full = false; !full;) {
    full = await file.write(block).then(() => false).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === noSpace) return true
      throw error
    })
  }
}

const freeBytes = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder)

  return bavail * bsize
}

const snapshotIn = (disk: AttachedDisk, copy: string): DiskSnapshot => ({
  putBack: async () => {
    await untilUnused(disk)
    const bytes = await copyDifferences({ from: copy, to: disk.image })
    await execa('blockdev', ['--flushbufs', disk.device], { timeout: 10_000 })

    return { bytes }
  },
  remove: () => rm(copy, { force: true })
})

const untilUnused = (disk: AttachedDisk): Promise<void> => untilTrue(() => isUnused(disk.device), `${disk.device} to be unmounted`)

/** True, if nothing was written to the device from before the copying to after it. */
const copiedAtRest = async (disk: AttachedDisk, copy: string): Promise<boolean> => {
  const before = await trafficOf(disk)
  await execa('cp', ['--reflink=auto', '--sparse=always', disk.image, copy], { timeout: 30_000 })
  const after = await trafficOf(disk)

  return before.waiting === 0 && after.waiting === 0 && before.written === after.written
}

interface Traffic {
  readonly written: number
  readonly waiting: number
}

/** Fields 5 and 9 of the kernel's Documentation/block/stat.rst: writes completed, and requests handed to the device that it has not answered. */
const trafficOf = async (disk: AttachedDisk): Promise<Traffic> => {
  const fields = (await readFile(`/sys/block/${kernelName(disk)}/stat`, 'utf8')).trim().split(/\s+/).map(Number)
  const [written, waiting] = [fields[4], fields[8]]
  if (written === undefined || waiting === undefined) throw new Error(`The system does not count what ${disk.device} writes.`)

  return { written, waiting }
}

const waitMs = 15_000
const everyMs = 20

const untilTrue = async (question: () => Promise<boolean>, what: string): Promise<void> => {
  await pRetry(async () => {
    if (!await question()) throw new Error(`Waited ${waitMs / 1000} s for ${what}.`)
  }, { retries: waitMs / everyMs, factor: 1, minTimeout: everyMs, maxRetryTime: waitMs })
}

const pieceBytes = 1024 * 1024
const blockBytes = 4096

/** Writes only what differs, into the same file: the loop device holds on to it. Says how much it was. */
const copyDifferences = async ({ from, to }: { readonly from: string, readonly to: string }): Promise<number> => {
  await using source = await open(from, 'r')
  await using target = await open(to, 'r+')
  const { size } = await source.stat()
  const [wanted, found] = [Buffer.alloc(pieceBytes), Buffer.alloc(pieceBytes)]
  let differing = 0
  for (let at = 0; at < size; at += pieceBytes) {
    await Promise.all([fill(source, wanted, at), fill(target, found, at)])
    if (wanted.equals(found)) continue
    for (let block = 0; block < pieceBytes; block += blockBytes) {
      if (wanted.compare(found, block, block + blockBytes, block, block + blockBytes) === 0) continue
      await target.write(wanted, block, blockBytes, at + block)
      differing += blockBytes
    }
  }

  return differing
}

const fill = async (file: FileHandle, buffer: Buffer, position: number): Promise<void> => {
  await file.read(buffer, 0, buffer.length, position)
}

/** Of ext4's superblock, at byte 1024: the flags of incompatible features (at 0x60), of which 0x4 says that the journal must be replayed. */
const needsRecovery = async (image: string): Promise<boolean> => {
  await using file = await open(image, 'r')
  const superblock = Buffer.alloc(1024)
  await file.read(superblock, 0, superblock.length, 1024)
  if (superblock.readUInt16LE(0x38) !== 0xef53) throw new Error(`${image} holds no ext4.`)

  return (superblock.readUInt32LE(0x60) & 0x4) !== 0
}
