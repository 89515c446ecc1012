/** The last lines of what a container's process has written. */
import type { Docker } from './runtime.ts'

export const logOf = async (docker: Docker, container: string, { last }: { readonly last: number }): Promise<string> =>
  withoutFrames(await docker.getContainer(container).logs({ stdout: true, stderr: true, tail: last, follow: false }))

/** Docker frames each chunk of a log with eight bytes: the stream's number, three zeros, and a length. */
const withoutFrames = (bytes: Buffer): string => {
  const chunks: Buffer[] = []
  for (let start = 0; start + 8 <= bytes.length;) {
    const end = start + 8 + bytes.readUInt32BE(start + 4)
    chunks.push(bytes.subarray(start + 8, end))
    start = end
  }

  return Buffer.concat(chunks).toString('utf8')
}
