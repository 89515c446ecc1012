/**
 * One log directory of a node. A container that runs is asked for its files by commands of its own, many in one go; one that is paused or dead
 * runs none, and the engine reads its files in its stead, one by one.
 */
import type { Disk, DiskFile, FilePiece } from '../../model/disk.ts'
import { outputOf } from './output.ts'
import type { Docker } from './runtime.ts'
import { archivedFiles } from './tar.ts'

/** Lines of a size and a path; a pattern that matches nothing is no error, and what vanishes meanwhile is none either. */
const listing = 'cd "$0" && for directory; do stat -c "%s %n" "$directory"/* 2>/dev/null; done; true'
const archive = 'cd "$0" && exec tar -cf - "$@"'
/** GNU tar's: a file changed while it was read, as a file does that is appended to. */
const changedMeanwhile = 1
const notFound = 404

export interface LogDirectory {
  /** The container's name. */
  readonly container: string
  readonly directory: string
}

export const dockerDisk = (docker: Docker, place: LogDirectory): Disk => {
  const { container: name, directory: logDirectory } = place
  const container = docker.getContainer(name)
  const runs = async (): Promise<boolean> => {
    const { State: state } = await container.inspect()

    return state.Running && !state.Paused
  }

  return {
    list: async directories => await runs()
      ? parseListing(await textOf(outputOf(docker, name, ['sh', '-c', listing, logDirectory, ...directories])))
      : (await Promise.all(directories.map(directory => listArchive(docker, place, directory)))).flat(),
    read: paths => readFiles(docker, place, { paths, runs })
  }
}

interface Wanted {
  readonly paths: readonly string[]
  readonly runs: () => Promise<boolean>
}

async function* readFiles(docker: Docker, place: LogDirectory, { paths, runs }: Wanted): AsyncGenerator<FilePiece> {
  if (paths.length === 0) return
  if (await runs()) {
    const archived = outputOf(docker, place.container, ['sh', '-c', archive, place.directory, ...paths], [0, changedMeanwhile])
    for await (const { file, bytes } of archivedFiles(archived)) yield { path: file.name, bytes }
  } else {
    for (const path of paths) {
      for await (const { bytes } of archivedFiles(await archiveOf(docker, place, path))) yield { path, bytes }
    }
  }
}

const archiveOf = async (docker: Docker, { container, directory }: LogDirectory, path: string): Promise<AsyncIterable<Buffer>> =>
  await docker.getContainer(container).getArchive({ path: `${directory}/${path}` }) as AsyncIterable<Buffer>

const listArchive = async (docker: Docker, place: LogDirectory, directory: string): Promise<readonly DiskFile[]> => {
  const files: DiskFile[] = []
  try {
    for await (const { file, bytes } of archivedFiles(await archiveOf(docker, place, directory))) {
      if (bytes.length === 0) files.push({ path: file.name, bytes: file.bytes })
    }
  } catch (error) {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === notFound)) throw error
  }

  return files
}

const parseListing = (text: string): readonly DiskFile[] => text.split('\n').flatMap(line => {
  const [, bytes, path] = /^(\d+) (.+)$/.exec(line) ?? []

  return bytes === undefined || path === undefined ? [] : [{ path, bytes: Number(bytes) }]
})

const textOf = async (pieces: AsyncIterable<Buffer>): Promise<string> => {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)

  return Buffer.concat(all).toString('utf8')
}
