/**
 * Somebody's own client as a process: started, spoken to line by line, and ended with this process, unless that is killed: by the marks
 * in its environment `heal` finds it then, and what it has started. A line without an end is a flood: it is cut off, and the program
 * with it.
 */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { execa } from 'execa'
import type { ProgramChannel, ProgramEars } from '../clients/program/channel.ts'
import { UsageError } from '../model/errors.ts'
import { markWords, ownMarks } from './worker-protocol.ts'

/** More than a batch of a thousand large records takes. */
const longestLineBytes = 64 * 1024 * 1024

/** Throws a UsageError where there is no such program. */
export const refuseUnlessProgram = (path: string): void => {
  const file = resolve(path)
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError({ happened: 'There is no such program.', where: path, next: 'Give the path of a program that speaks the protocol of docs/your-own-client.md.' })
  try {
    accessSync(file, constants.X_OK)
  } catch (cause) {
    throw new UsageError({ happened: 'The program cannot be executed.', where: path, next: `Begin it with a line like #!/usr/bin/env python3, and make it executable: chmod +x ${path}`, cause })
  }
}

export const startProgram = (path: string, { hear, ended }: ProgramEars): ProgramChannel => {
  const subprocess = execa(resolve(path), { reject: false, buffer: false, stdin: 'pipe', stdout: 'pipe', stderr: 'inherit', env: marksOfProgram() })
  const endWithThis = (): void => { subprocess.kill('SIGKILL') }
  process.on('exit', endWithThis)
  // It may end while it is being written to: its end is told below.
  subprocess.stdin.on('error', () => undefined)

  let flood: string | undefined
  const lines = splitLines(hear, () => {
    flood = `the program printed ${longestLineBytes} bytes without the end of a line, and was ended`
    subprocess.kill('SIGKILL')
  })
  subprocess.stdout.on('data', lines)
  const gone = subprocess.then(({ exitCode, signal, failed, originalMessage }) => {
    process.off('exit', endWithThis)
    ended(flood ?? `the program ended (${signal ?? (exitCode === undefined && failed ? originalMessage : `exit ${exitCode}`)})`)
  })

  return {
    write: line => { if (subprocess.stdin.writable) subprocess.stdin.write(`${JSON.stringify(line)}\n`) },
    kill: async () => {
      subprocess.kill('SIGKILL')
      await gone
    },
    end: async ({ milliseconds }) => {
      subprocess.stdin.end()
      const timer = setTimeout(() => { subprocess.kill('SIGKILL') }, milliseconds)
      await gone
      clearTimeout(timer)
    }
  }
}

const marksOfProgram = (): Readonly<Record<string, string>> => {
  const { run, owner } = ownMarks()
  const { environment } = markWords

  return { [environment.run.slice(0, -1)]: run, [environment.owner.slice(0, -1)]: owner }
}

const splitLines = (hear: (line: string) => void, flooded: () => void): (bytes: Buffer) => void => {
  let parts: Buffer[] = []
  let length = 0

  return bytes => {
    let rest = bytes
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8').trim()
      parts = []
      length = 0
      if (line !== '') hear(line)
      rest = rest.subarray(end + 1)
    }
    if (rest.length === 0) return
    parts.push(rest)
    length += rest.length
    if (length <= longestLineBytes) return
    parts = []
    length = 0
    flooded()
  }
}
