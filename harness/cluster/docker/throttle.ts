/**
 * How fast a container may write to a device: a limit of its control group, of the first version (blkio) or the second (io.max). In the
 * first it holds back only what a process itself waits for, like a flush, and not what the system writes later of its own accord.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Docker } from './runtime.ts'

export interface WriteLimit {
  readonly container: string
  /** `7:3`, as the kernel numbers it. */
  readonly deviceNumber: string
  readonly bytesPerSecond: number
}

/** Where control groups are mounted. */
export const controlGroups = '/sys/fs/cgroup'

/** Of each version, the file in a group's folder that limits its writes; of the first below a folder of the controller's own. */
export const limitFiles = { first: 'blkio.throttle.write_bps_device', second: 'io.max' } as const
export const firstController = 'blkio'

export const limitWrites = async (docker: Docker, { container, deviceNumber, bytesPerSecond }: WriteLimit): Promise<AsyncDisposable> => {
  const { file, set, unset } = await controlOf(docker, container)
  await writeFile(file, `${deviceNumber} ${set(bytesPerSecond)}`)

  return {
    [Symbol.asyncDispose]: async () => {
      await writeFile(file, `${deviceNumber} ${unset}`).catch((error: unknown) => {
        // The group went with the container's life, and the limit with it.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
      })
    }
  }
}

interface Control {
  readonly file: string
  readonly set: (bytesPerSecond: number) => string
  readonly unset: string
}

interface Group {
  readonly controllers: readonly string[]
  readonly path: string
}

/** Lines of `number:controllers:path`, as proc files have them; the one of the second version has no controllers (cgroups(7)). */
const groupsIn = (text: string): readonly Group[] => text.trim().split('\n').map(line => line.split(':'))
  .map(([, controllers = '', path = '']) => ({ controllers: controllers.split(','), path }))

/** A group in which the first version limits writes; undefined: the second does. */
export const firstOf = (text: string): Group | undefined => groupsIn(text).find(({ controllers }) => controllers.includes(firstController))

const controlOf = async (docker: Docker, container: string): Promise<Control> => {
  const { State: { Pid: pid } } = await docker.getContainer(container).inspect()
  const text = await readFile(`/proc/${pid}/cgroup`, 'utf8')
  const first = firstOf(text)
  if (first) return { file: join(controlGroups, firstController, first.path, limitFiles.first), set: String, unset: '0' }
  const second = groupsIn(text).find(({ controllers }) => controllers.join() === '')

  return { file: join(controlGroups, second?.path ?? '', limitFiles.second), set: bytes => `wbps=${bytes}`, unset: 'wbps=max' }
}
