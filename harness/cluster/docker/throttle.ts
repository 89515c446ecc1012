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

const controlGroups = '/sys/fs/cgroup'

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

/** Lines of `number:controllers:path`; the one of the second version has no controllers (cgroups(7)). */
const controlOf = async (docker: Docker, container: string): Promise<Control> => {
  const { State: { Pid: pid } } = await docker.getContainer(container).inspect()
  const groups = (await readFile(`/proc/${pid}/cgroup`, 'utf8')).trim().split('\n').map(line => line.split(':'))
  const first = groups.find(([, controllers = '']) => controllers.split(',').includes('blkio'))
  if (first) return { file: join(controlGroups, 'blkio', first[2] ?? '', 'blkio.throttle.write_bps_device'), set: String, unset: '0' }
  const second = groups.find(([, controllers]) => controllers === '')

  return { file: join(controlGroups, second?.[2] ?? '', 'io.max'), set: bytes => `wbps=${bytes}`, unset: 'wbps=max' }
}
