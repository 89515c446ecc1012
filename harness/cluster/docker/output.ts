/** What a command in a container writes, as a stream: Docker frames each piece with its stream's number, three zeros and a length. */
import type { Docker } from './runtime.ts'

const headBytes = 8
const standardOutput = 1
const mostErrorText = 2000

/** Standard output in pieces. Throws at its end, with what was said on standard error, where the command's exit code is not expected. */
export async function* outputOf(docker: Docker, container: string, command: readonly string[], expected: readonly number[] = [0]): AsyncGenerator<Buffer> {
  const exec = await docker.getContainer(container).exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, User: '0:0' })
  const stream = await exec.start({ hijack: true, stdin: false })
  let errors = ''
  try {
    for await (const { number, bytes } of unframed(stream as AsyncIterable<Buffer>)) {
      if (number === standardOutput) yield bytes
      else if (errors.length < mostErrorText) errors += bytes.toString('utf8')
    }
  } finally {
    stream.destroy()
  }
  const { ExitCode: exitCode } = await exec.inspect()
  if (exitCode === null || !expected.includes(exitCode)) throw new Error(`"${command[0] ?? ''}" in ${container} ended with ${exitCode}: ${errors.trim() || 'it said nothing'}`)
}

interface Framed {
  readonly number: number
  readonly bytes: Buffer
}

/** Frames may be cut anywhere: a part of one is handed on at once. */
export async function* unframed(stream: AsyncIterable<Buffer>): AsyncGenerator<Framed> {
  let head: Buffer = Buffer.alloc(0)
  let left = 0
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length;) {
      if (left === 0) {
        const taken = chunk.subarray(at, at + headBytes - head.length)
        head = Buffer.concat([head, taken])
        at += taken.length
        if (head.length < headBytes) break
        left = head.readUInt32BE(4)
      }
      const bytes = chunk.subarray(at, at + left)
      at += bytes.length
      left -= bytes.length
      if (bytes.length > 0) yield { number: head[0] ?? 0, bytes }
      if (left === 0) head = Buffer.alloc(0)
    }
  }
}
