/** Several log directories of one node read as one: each partition lies in one of them, and Kafka says in which only to itself. */
import type { Disk, FilePiece } from '../../model/disk.ts'

export const joinedDisks = (disks: readonly Disk[]): Disk => ({
  list: async directories => (await Promise.all(disks.map(disk => disk.list(directories)))).flat(),
  read: paths => readEachWhereItIs(disks, paths)
})

/** In the order of the paths; one that is nowhere any more has no bytes. */
async function* readEachWhereItIs(disks: readonly Disk[], paths: readonly string[]): AsyncGenerator<FilePiece> {
  const homes = await homesOf(disks, paths)
  let left = paths
  while (left.length > 0) {
    const home = homeOf(left, homes)
    const next = left.findIndex(path => homes.get(path) !== home)
    const together = next < 0 ? left : left.slice(0, next)
    if (home) yield* home.read(together)
    left = left.slice(together.length)
  }
}

const homeOf = ([first = '']: readonly string[], homes: ReadonlyMap<string, Disk>): Disk | undefined => homes.get(first)

const homesOf = async (disks: readonly Disk[], paths: readonly string[]): Promise<ReadonlyMap<string, Disk>> => {
  const [only, ...others] = disks
  if (only && others.length === 0) return new Map(paths.map(path => [path, only]))
  const directories = [...new Set(paths.map(path => path.slice(0, Math.max(0, path.lastIndexOf('/')))))]
  const found = await Promise.all(disks.map(async disk => (await disk.list(directories)).map(({ path }) => [path, disk] as const)))

  return new Map(found.flat())
}
