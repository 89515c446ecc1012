/** Disks of a node's own, without a node: what they hold when the power goes, when they are full, and what `heal` finds of them. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { dockerCapabilities } from '../../harness/cluster/docker/capabilities.ts'
import { createDisks, folderOfRun, ownerFileOf, type AttachedDisk } from '../../harness/cluster/docker/disk-images.ts'
import { findDisks } from '../../harness/cluster/docker/disk-leftovers.ts'
import { removeAll } from '../../harness/cluster/docker/leftovers.ts'
import { loopDisk } from '../../harness/cluster/docker/loop-disk.ts'
import { connectRuntime } from '../../harness/cluster/docker/runtime.ts'
import type { OwnDisk } from '../../harness/model/own-disk.ts'
import { newRunId } from '../../harness/run/run-folder.ts'
import { ackproof } from './command.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const { disks: { available } } = await dockerCapabilities()
const { docker } = await connectRuntime()
const runs: string[] = []
const mounts = new Set<string>()
afterAll(async () => {
  for (const folder of mounts) execFileSync('umount', [folder])
  for (const run of runs) await removeAll(ofRun(run))
})

const ofRun = (run: string) => findDisks().filter(found => found.run === run)

const newDisk = async (): Promise<{ readonly run: string, readonly attached: AttachedDisk, readonly disk: OwnDisk }> => {
  const run = newRunId()
  runs.push(run)
  const [attached] = await createDisks(run, { nodes: [1], plan: { megabytes: 64 } })
  if (!attached) throw new Error('One disk was asked for.')

  return { run, attached, disk: loopDisk(attached, { docker, container: 'none' }) }
}

/** A mount as the engine makes it while the node runs; ended by `end`, as when the node's container has ended. */
const inUse = ({ device }: AttachedDisk): { readonly folder: string, readonly end: () => void } => {
  const folder = temporaryFolder()
  execFileSync('mount', ['-t', 'ext4', device, folder])
  mounts.add(folder)

  return { folder, end: () => {
    execFileSync('umount', [folder])
    mounts.delete(folder)
  } }
}

test.runIf(available)('after a power cut a disk holds what was flushed, and not what the system had in memory', async () => {
  const { attached, disk } = await newDisk()
  const before = inUse(attached)
  writeFileSync(join(before.folder, 'flushed'), 'there', { flush: true })
  writeFileSync(join(before.folder, 'written'), 'gone')
  const snapshot = await disk.snapshot()
  before.end()

  expect(await disk.isUnclean()).toBe(false)
  expect((await snapshot.putBack()).bytes).toBeGreaterThan(0)
  expect(await disk.isUnclean()).toBe(true)
  await snapshot.remove()

  const after = inUse(attached)
  expect(readFileSync(join(after.folder, 'flushed'), 'utf8')).toBe('there')
  expect(existsSync(join(after.folder, 'written'))).toBe(false)
  after.end()
})

test.runIf(available)('a full disk has no byte left, and has all of them again when it is emptied, in use or not', async () => {
  const { attached, disk } = await newDisk()
  const { folder, end } = inUse(attached)
  await disk.fill()

  expect(statfsSync(folder).bavail).toBe(0)
  expect(() => { writeFileSync(join(folder, 'more'), Buffer.alloc(8192), { flush: true }) }).toThrow('ENOSPC')
  end()
  await disk.empty()
  await disk.empty()
  const again = inUse(attached)
  writeFileSync(join(again.folder, 'more'), Buffer.alloc(8192), { flush: true })
  again.end()
})

test.runIf(available)('a disk that fails lets nobody write, until it is mended', async () => {
  const { attached, disk } = await newDisk()
  const { folder, end } = inUse(attached)
  await disk.fail()

  expect(() => { writeFileSync(join(folder, 'more'), 'x') }).toThrow('EROFS')
  end()
  await disk.repair()
  const again = inUse(attached)
  writeFileSync(join(again.folder, 'more'), 'x')
  again.end()
})

test.runIf(available)('a wiped disk holds nothing of its log directory, and all that is beside it', async () => {
  const { attached, disk } = await newDisk()
  const before = inUse(attached)
  mkdirSync(join(before.folder, 'log', 'orders-0'), { recursive: true })
  writeFileSync(join(before.folder, 'log', 'orders-0', 'records'), 'x')
  writeFileSync(join(before.folder, 'beside'), 'x')
  before.end()

  expect(await disk.isBlank()).toBe(false)
  await disk.wipe()
  expect(await disk.isBlank()).toBe(true)
  const after = inUse(attached)
  expect([existsSync(join(after.folder, 'log')), existsSync(join(after.folder, 'beside'))]).toEqual([false, true])
  after.end()
})

test.runIf(available)('heal finds the disks of a dead harness, a mount among them, and leaves a living one\'s alone', async () => {
  const [dead, living] = [await newDisk(), await newDisk()]
  writeFileSync(ownerFileOf(dead.run), `${readFileSync(ownerFileOf(living.run), 'utf8').split('/')[0] ?? ''}/1/0\n`)
  const folder = join(folderOfRun(dead.run), 'mount-left')
  execFileSync('mkdir', [folder])
  execFileSync('mount', ['-t', 'ext4', dead.attached.device, folder])
  expect(ofRun(dead.run).map(({ kind }) => kind)).toEqual(['mount', 'loop device', 'disk images'])

  const { exitCode, stdout } = await ackproof(['heal', '--json', '--out', temporaryFolder()])

  expect(exitCode).toBe(0)
  expect(JSON.parse(String(stdout))).toMatchObject({
    removed: expect.arrayContaining([`mount ${folder}`, `loop device ${dead.attached.device}`, `disk images of run ${dead.run}`]) as string[]
  })
  expect(ofRun(dead.run)).toEqual([])
  expect(existsSync(folderOfRun(dead.run))).toBe(false)
  expect(ofRun(living.run).map(({ kind }) => kind)).toEqual(['loop device', 'disk images'])
})

test.runIf(available)('a disk that somebody still uses remains, which is told', async () => {
  const { run, attached } = await newDisk()
  const { folder, end } = inUse(attached)
  try {
    const { removed, remaining } = await removeAll(ofRun(run))

    expect(removed).toEqual([])
    expect(remaining).toEqual([`loop device ${attached.device}: it is still in use`, `disk images of run ${run}: a loop device still uses them`])
    expect(spawnSync('mountpoint', ['-q', folder]).status).toBe(0)
  } finally {
    end()
  }
})
