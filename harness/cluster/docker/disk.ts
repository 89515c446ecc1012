/**
 * A node's disk. A container that runs is asked for its files by commands of its own, many in one go; one that is paused or dead
 * runs none, and the engine reads its files in its stead, one by one.
 */
import type { Disk, DiskFile, FilePiece } from '../../model/disk.ts'
import { logDirectory } from '../server-properties.ts'
import { outputOf } from './output.ts'
import type { Docker } from './runtime.ts'
import { archivedFiles } from './tar.ts'

/** Lines of a size and a path; a pattern that matches nothing is no error, and what vanishes meanwhile is none either. */
const listing = 'cd "$0" && for directory; do stat -c "%s %n" "$directory"/* 2>/dev/null; done; true'
const archive = 'cd "$0" && exec tar -cf - "$@"'
/** GNU tar's: a file changed while it was read, as a file does that is appended to. */
const changedMeanwhile = 1
const notFound = 404

export const dockerDisk = (docker: Docker, name: string): Disk => {
  const container = docker.getContainer(name)
  const runs = async (): Promise<boolean> => {
    const { State: state } = await container.inspect()

    return state.Running && !state.Paused
  }

  return {
    list: async directories => await runs()
      ? parseListing(await textOf(outputOf(docker, name, ['sh', '-c', listing, logDirectory, ...directories])))
      : (await Promise.all(directories.map(directory => listArchive(docker, name, directory)))).flat(),
    read: paths => readFiles(docker, name, { paths, runs })
  }
}

interface Wanted {
  readonly paths: readonly string[]
  readonly runs: () => Promise<boolean>
}

async function* readFiles(docker: Docker, name: string, { paths, runs }: Wanted): AsyncGenerator<FilePiece> {
  if (paths.length === 0) return
  if (await runs()) {
    const archived = outputOf(docker, name, ['sh', '-c', archive, logDirectory, ...paths], [0, changedMeanwhile])
    for await (const { file, bytes } of archivedFiles(archived)) yield { path: file.name, bytes }
  } else {
    for (const path of paths) {
      for await (const { bytes } of archivedFiles(await archiveOf(docker, name, path))) yield { path, bytes }
    }
  }
}

const archiveOf = async (docker: Docker, name: string, path: string): Promise<AsyncIterable<Buffer>> =>
  await docker.getContainer(name).getArchive({ path: `${logDirectory}/${path}` }) as AsyncIterable<Buffer>

const listArchive = async (docker: Docker, name: string, directory: string): Promise<readonly DiskFile[]> => {
  const files: DiskFile[] = []
  try {
    for await (const { file, bytes } of archivedFiles(await archiveOf(docker, name, directory))) {
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
