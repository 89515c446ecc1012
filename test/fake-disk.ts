/** A disk of the imagination, for tests of faults that act on disks: what was flushed is on it, what was written is in memory. */
import type { OwnDisk, WriteAttempt } from '../harness/model/own-disk.ts'

export interface FakeDisk extends OwnDisk {
  readonly calls: string[]
  readonly files: Map<string, Buffer>
}

export interface FakeDiskOptions {
  /** What is put back is not what was kept. */
  readonly putsNothingBack?: true
  /** It takes every write, whatever is done to it. */
  readonly immune?: true
  readonly files?: Readonly<Record<string, Buffer>>
}

const pace = { written: 10, throttled: 1000 }

export const fakeDisk = (number = 1, { putsNothingBack, immune, files: given = {} }: FakeDiskOptions = {}): FakeDisk => {
  const calls: string[] = []
  const files = new Map(Object.entries(given))
  let unclean = false
  let refusal: WriteAttempt['ending'] | undefined
  let throttled = false
  const called = (name: string, effect: () => void) => (): Promise<void> => {
    calls.push(name)
    effect()

    return Promise.resolve()
  }

  return {
    number,
    calls,
    files,
    snapshot: () => {
      calls.push('snapshot')

      return Promise.resolve({
        putBack: () => {
          calls.push('put back')
          unclean = !putsNothingBack

          return Promise.resolve({ bytes: 4096 })
        },
        remove: called('remove', () => undefined)
      })
    },
    isUnclean: () => Promise.resolve(unclean),
    fill: called('fill', () => { refusal = 'no-space' }),
    empty: called('empty', () => { refusal = undefined }),
    fail: called('fail', () => { refusal = 'read-only' }),
    repair: called('repair', () => { refusal = undefined }),
    wipe: called('wipe', () => { if (!immune) files.clear() }),
    isBlank: () => Promise.resolve(files.size === 0),
    tryWrite: () => Promise.resolve({ ending: (immune ? undefined : refusal) ?? 'written', milliseconds: throttled && !immune ? pace.throttled : pace.written }),
    throttle: () => {
      throttled = true

      return Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve(void (throttled = false)) })
    },
    list: directories => Promise.resolve([...files].filter(([path]) => directories.some(directory => path.startsWith(`${directory}/`)))
      .map(([path, { length }]) => ({ path, bytes: length }))),
    read: (path, { from, bytes }) => Promise.resolve(Buffer.from((files.get(path) ?? Buffer.alloc(0)).subarray(from, from + bytes))),
    overwrite: (path, { at, bytes }) => {
      calls.push('overwrite')
      if (!immune) bytes.copy(files.get(path) ?? Buffer.alloc(0), at)

      return Promise.resolve()
    }
  }
}
