/**
 * A container's output, in blocks that are asked for: each ends with a zero byte. Asking is what lets the client print on, so a block is
 * asked for only once the one before has been dealt with, and not more often than needed, as each costs a process in the container.
 */
export const blockBytes = 32 * 1024
const apartMs = 40

export interface Blocks {
  readonly hear: (bytes: Buffer) => void
  /** No more are asked for. */
  readonly stop: () => void
}

/** `lines` is called with the whole lines of each block, in their order; the block after it is asked for when it has returned. */
export const readBlocks = ({ ask, lines }: { readonly ask: () => void, readonly lines: (lines: readonly string[]) => void }): Blocks => {
  let rest = ''
  let stopped = false
  let askedAt = performance.now()

  const askNext = (): void => {
    if (stopped) return
    askedAt = performance.now()
    ask()
  }
  const endBlock = (text: string): void => {
    const whole = (rest + text).split('\n')
    rest = whole.pop() ?? ''
    lines(whole)
    setTimeout(askNext, Math.max(0, askedAt + apartMs - performance.now()))
  }
  let block: Buffer[] = []

  return {
    stop: () => { stopped = true },
    hear: bytes => {
      let from = 0
      for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
        endBlock(Buffer.concat([...block, bytes.subarray(from, end)]).toString('latin1'))
        block = []
        from = end + 1
      }
      if (from < bytes.length) block.push(bytes.subarray(from))
    }
  }
}
