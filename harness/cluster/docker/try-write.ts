/** A write that a node's container tries in the node's place, and how it ended: what the file system refuses it refuses Kafka too. */
import { withDeadline } from '../../model/deadline.ts'
import { messageOf } from '../../model/errors.ts'
import type { WriteAttempt } from '../../model/own-disk.ts'
import { outputOf } from './output.ts'
import type { Docker } from './runtime.ts'

const blockBytes = 4096
const deadlineMs = 30_000

const script = 'export LC_ALL=C; dd if=/dev/zero of="$0" bs=4096 count="$1" conv=fsync 2>&1; code=$?; rm -f "$0" 2>/dev/null; echo "code $code"'

export interface Attempt {
  readonly container: string
  readonly file: string
  readonly bytes: number
}

export const tryWrite = async (docker: Docker, { container, file, bytes }: Attempt): Promise<WriteAttempt> => {
  const { State: state } = await docker.getContainer(container).inspect()
  if (!state.Running || state.Paused) return { ending: 'not-asked', milliseconds: 0 }
  const start = performance.now()
  const said = await withDeadline(saidBy(docker, container, ['sh', '-c', script, file, String(Math.ceil(bytes / blockBytes))]), { what: `a write in ${container}`, deadlineMs })
    // It may have died just now, of the very fault.
    .catch((error: unknown) => messageOf(error))

  return { ending: endingOf(said), milliseconds: performance.now() - start }
}

const endingOf = (said: string): WriteAttempt['ending'] => {
  if (/^code 0$/m.test(said)) return 'written'
  if (/No space left on device/.test(said)) return 'no-space'
  if (/Read-only file system/.test(said)) return 'read-only'

  return /^code \d+$/m.test(said) ? 'failed' : 'not-asked'
}

const saidBy = async (docker: Docker, container: string, command: readonly string[]): Promise<string> => {
  const pieces: Buffer[] = []
  for await (const piece of outputOf(docker, container, command)) pieces.push(piece)

  return Buffer.concat(pieces).toString('utf8')
}
