/**
 * The disks of a run's nodes: a sparse image file each, with a small ext4 in it, behind a loop device. They lie in one folder of this
 * machine, whoever runs the harness from where, so that `heal` finds them: in a folder with the run's id, beside a file that says
 * its owner and is there before anything else. A loop device tells its image, and so its run, itself.
 */
import { constants } from 'node:fs'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { execa } from 'execa'
import type { DiskPlan } from '../../model/own-disk.ts'
import { InfrastructureError, messageOf } from '../../model/errors.ts'
import { currentOwner } from './labels.ts'

export const diskFolder = '/var/lib/ackproof/disks'

/** Where a run's images lie, and its owner's mark. */
export const folderOfRun = (run: string): string => join(diskFolder, run)
export const ownerFileOf = (run: string): string => join(diskFolder, `${run}.owner`)

/** The name of the mark while it is written. It says the owner by itself: a living harness's is nobody else's for no moment. */
export const unfinishedMark = (run: string, owner: string): string => `${run}.owner.${encodeURIComponent(owner)}`

/** The runs that the names in the folder of images speak of, each with its owner where a name says one. */
export const runsAmong = (names: readonly string[]): ReadonlyMap<string, string | undefined> => {
  const owners = new Map<string, string | undefined>()
  for (const name of names) {
    const [, run = name, owner] = /^(.+?)\.owner(?:\.(.+))?$/.exec(name) ?? []
    owners.set(run, owner === undefined ? owners.get(run) : decodeURIComponent(owner))
  }

  return owners
}

/** One disk, attached to this machine. */
export interface AttachedDisk {
  readonly node: number
  /** From 1. */
  readonly number: number
  readonly image: string
  /** `/dev/loop3`. */
  readonly device: string
}

export const createDisks = async (run: string, { nodes, plan }: { readonly nodes: readonly number[], readonly plan: DiskPlan }): Promise<readonly AttachedDisk[]> => {
  await markOwner(run)
  await mkdir(folderOfRun(run), { recursive: true, mode: 0o700 })
  const disks: AttachedDisk[] = []
  for (const node of nodes) {
    for (let number = 1; number <= (plan.directories ?? 1); number += 1) {
      const image = join(folderOfRun(run), `node-${node}-disk-${number}.img`)
      await makeImage(image, plan)
      disks.push({ node, number, image, device: await attach(image) })
    }
  }

  return disks
}

/** Whole or not at all: half an owner would be nobody. */
const markOwner = async (run: string): Promise<void> => {
  await mkdir(diskFolder, { recursive: true, mode: 0o700 })
  const written = join(diskFolder, unfinishedMark(run, currentOwner()))
  await writeFile(written, `${currentOwner()}\n`)
  await rename(written, ownerFileOf(run))
}

/**
 * No space is kept for root, as whom Kafka runs here; all tables are written now, so that nothing writes later but what is asked to;
 * and an error makes the file system read-only, as distributions set it.
 */
const formatting = ['-q', '-m', '0', '-e', 'remount-ro', '-i', '65536', '-J', 'size=8', '-E', 'lazy_itable_init=0,lazy_journal_init=0']

const makeImage = async (image: string, { megabytes }: DiskPlan): Promise<void> => {
  const file = await open(image, 'wx', 0o600)
  await file.truncate(megabytes * 1024 * 1024)
  await file.close()
  await told('mkfs.ext4', [...formatting, image])
}

const attach = async (image: string): Promise<string> => (await told('losetup', ['--find', '--show', image])).trim()

const told = async (command: string, words: readonly string[]): Promise<string> => {
  try {
    return (await execa(command, words, { timeout: 30_000 })).stdout
  } catch (error) {
    throw new InfrastructureError({
      happened: `A disk for a node could not be made: ${messageOf(error)}`,
      next: '`ackproof doctor` says whether this machine can make disks.',
      cause: error
    })
  }
}

/** A block device that is mounted anywhere, in whosever namespace, cannot be opened by one who wants it alone: open(2), O_EXCL. */
export const isUnused = async (device: string): Promise<boolean> => {
  try {
    const file = await open(device, constants.O_RDONLY | constants.O_EXCL)
    await file.close()

    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EBUSY') return false
    throw error
  }
}

export const detach = async (device: string): Promise<void> => {
  await execa('losetup', ['--detach', device], { timeout: 30_000 })
}

export const unmount = async (point: string): Promise<void> => {
  await execa('umount', [point], { timeout: 30_000 })
}

export const deleteImages = (run: string): Promise<void> => rm(folderOfRun(run), { recursive: true, force: true })

/** The number of a loop device, by which the system's own tables know it: `loop3`. */
export const kernelName = ({ device }: Pick<AttachedDisk, 'device'>): string => basename(device)
