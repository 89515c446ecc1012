/** One Java client from its start to its end: its lines, in their order, and whether all of them were heard. */
import { readBlocks } from './blocks.ts'
import type { JavaCommand, StartJava } from './container.ts'

export interface JavaSetting {
  readonly start: StartJava
  readonly trouble: (text: string) => void
  /** It has ended, and nobody had asked it to. */
  readonly failed: (why: string) => void
}

export interface JavaClient {
  readonly name: string
  readonly command: JavaCommand
  /** The lines of one block. It answers those that are none of the client's, and the exit code if it has ended. */
  readonly hear: (lines: readonly string[]) => Heard
}

export interface Heard {
  readonly strange: readonly string[]
  /** Java has ended; the script that started it says so, as its last line. */
  readonly exitCode: number | undefined
}

export interface JavaSession {
  /** Lets Java begin. */
  readonly start: () => void
  /** Has it end by itself. Resolves when all that it said has been heard, and rejects if it cannot be. */
  readonly stop: () => Promise<void>
  /** SIGKILL for Java; as `stop` otherwise. */
  readonly kill: () => Promise<void>
  /** The container goes. */
  readonly close: () => Promise<void>
}

const mostTroubles = 10
const exitCodeOfSigkill = 137

/** Resolves when the container is there, and Java is not begun. */
export const openJava = async ({ start, trouble, failed }: JavaSetting, { name, command, hear }: JavaClient): Promise<JavaSession> => {
  const gone = Promise.withResolvers<number | undefined>()
  let begun = false
  let leaving = false
  let troubles = 0
  const complain = (text: string): void => {
    troubles += 1
    if (troubles <= mostTroubles) trouble(text)
  }
  const end = (why: string, exitCode: number | undefined): void => {
    blocks.stop()
    gone.resolve(exitCode)
    if (!leaving) failed(why)
  }
  const blocks = readBlocks({
    ask: () => { java.ask() },
    lines: lines => {
      const { strange, exitCode } = hear(lines.filter(line => line !== ''))
      for (const text of strange) complain(`the Java client printed what is no line of its own: ${JSON.stringify(text.slice(0, 200))}`)
      if (exitCode !== undefined) end('Java ended', exitCode)
    }
  })
  const ready = Promise.withResolvers<undefined>()
  const java = await start(name, command, {
    ended: why => {
      ready.reject(new Error(why))
      end(why, undefined)
    },
    output: bytes => {
      // The script's own first zero byte: it is there, and Java is not begun.
      if (begun) blocks.hear(bytes)
      else ready.resolve(undefined)
    }
  })
  await ready.promise

  const heardOut = async (meant: (exitCode: number) => boolean): Promise<void> => {
    const exitCode = await gone.promise
    if (exitCode === undefined) throw new Error('The Java client\'s container ended before all was heard that it had said.')
    if (!meant(exitCode)) throw new Error(`The Java client had ended by itself (exit ${exitCode}).`)
  }

  return {
    start: () => {
      begun = true
      java.ask()
    },
    stop: async () => {
      leaving = true
      if (!begun) return
      await java.terminate()
      await heardOut(() => true)
    },
    kill: async () => {
      leaving = true
      if (begun) {
        await java.killJava()
        await heardOut(exitCode => exitCode === exitCodeOfSigkill)
      }
      await java.kill()
    },
    close: () => {
      leaving = true

      return java.kill()
    }
  }
}
