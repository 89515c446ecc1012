/** The disks that runs made, as `heal` finds them: by what the system says of its loop devices, and by the folder of images. */
import { readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import pRetry from 'p-retry'
import { deleteImages, detach, diskFolder, isUnused, ownerFileOf, runsAmong, unmount } from './disk-images.ts'
import type { Leftover } from './leftovers.ts'

/** Mounts before the loop devices that they are of, and those before the images behind them. */
export const findDisks = (): readonly Leftover[] => {
  const devices = attachedDevices()
  const runs = runsAmong(namesIn(diskFolder))
  const ownerOf = (run: string): string | undefined => textOf(ownerFileOf(run)) ?? runs.get(run)

  return [
    ...mountPoints().map((point): Leftover => {
      const run = runOf(point)

      return { kind: 'mount', name: point, run, owner: ownerOf(run), remove: () => unmount(point) }
    }),
    ...devices.map(({ name, run }): Leftover => ({ kind: 'loop device', name, run, owner: ownerOf(run), remove: () => detachWholly(name) })),
    ...[...runs.keys()].map((run): Leftover => ({ kind: 'disk images', name: `of run ${run}`, run, owner: ownerOf(run), remove: () => removeImages(run) }))
  ]
}

/** The run in whose folder of images something lies; empty, where it lies elsewhere. */
const runOf = (path: string): string => {
  const [run = '', inside] = relative(diskFolder, path).split('/')

  return run === '..' || inside === undefined ? '' : run
}

/** The fifth field of proc_pid_mountinfo(5). */
const mountPoints = (): readonly string[] => (textOf('/proc/self/mountinfo') ?? '').split('\n')
  .map(line => line.split(' ')[4] ?? '').filter(point => runOf(point) !== '')

interface LoopDevice {
  readonly name: string
  readonly run: string
}

const deleted = / \(deleted\)$/

const attachedDevices = (): readonly LoopDevice[] => namesIn('/sys/block').filter(name => /^loop\d+$/.test(name)).flatMap(name => {
  const run = runOf((textOf(`/sys/block/${name}/loop/backing_file`) ?? '/').replace(deleted, ''))

  return run === '' ? [] : [{ name: `/dev/${name}`, run }]
})

const detachMs = 2000
const everyMs = 50

/** One that is still mounted would be detached some day, when it is not any more, and nobody would know. */
const detachWholly = async (device: string): Promise<void> => {
  await pRetry(async () => {
    if (!attachedDevices().some(({ name }) => name === device)) return
    if (await isUnused(device)) await detach(device)
    if (attachedDevices().some(({ name }) => name === device)) throw new Error('it is still in use')
  }, { retries: detachMs / everyMs, factor: 1, minTimeout: everyMs, maxRetryTime: detachMs })
}

/** The mark goes last: if anything before it fails, the next `heal` still knows whose they are. */
const removeImages = async (run: string): Promise<void> => {
  if (attachedDevices().some(device => device.run === run)) throw new Error('a loop device still uses them')
  await deleteImages(run)
  for (const name of namesIn(diskFolder)) if (name.startsWith(`${run}.owner.`)) await rm(join(diskFolder, name), { force: true })
  await rm(ownerFileOf(run), { force: true })
}

/** None, where there is no such folder, or nobody may look into it. */
const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch {
    // Not Linux, or no run here ever made a disk.
    return []
  }
}

const textOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    // Nothing is attached to it, or nobody has said whose it is.
    return undefined
  }
}
