/**
 * A conversation with a program: questions with a number, each answered once and within its deadline, and what it tells unasked.
 * A program that ends, or that talks nonsense without end, ends the conversation with the reason.
 */
import { withinDeadline } from '../waiting.ts'
import { excerpt, type Fields, isCount, parseLine, type ProgramChannel, type StartProgram } from './channel.ts'

export interface Conversation {
  /** The answer, or a rejection: no answer in time, or the program is gone. */
  readonly ask: (question: Fields, deadline: { readonly milliseconds: number }) => Promise<Fields>
  readonly say: (line: Fields) => void
  readonly channel: ProgramChannel
  readonly over: () => boolean
}

export interface ConversationSetting {
  readonly start: StartProgram
  /** Something was said that counts for nothing: what, in a sentence. */
  readonly trouble: (text: string) => void
  /** A line without a number, by what it begins with. False: it means nothing here. */
  readonly told: (line: Fields) => boolean
  /** The program is gone, or had to be ended; nobody had asked it to end. */
  readonly failed: (why: string) => void
}

/** So many lines that mean nothing are no slip. */
const mostNonsense = 100

/** An end that was asked for is no failure. */
const tellingOfEnds = (channel: ProgramChannel, asked: () => void): ProgramChannel => ({
  ...channel,
  kill: () => {
    asked()

    return channel.kill()
  },
  end: deadline => {
    asked()

    return channel.end(deadline)
  }
})

/** The first few are quoted. */
const countNonsense = (trouble: (text: string) => void, giveUp: (why: string) => void): (text: string) => void => {
  let nonsense = 0

  return text => {
    nonsense += 1
    if (nonsense <= 3) trouble(text)
    if (nonsense > mostNonsense) giveUp(`the program said ${nonsense} things that mean nothing, and was ended`)
  }
}

export const converse = ({ start, trouble, told, failed }: ConversationSetting): Conversation => {
  const waiting = new Map<number, PromiseWithResolvers<Fields>>()
  let asked = 0
  let leaving = false
  let over: string | undefined

  const finish = (why: string): void => {
    if (over !== undefined) return
    over = why
    for (const { reject } of waiting.values()) reject(new Error(why))
    waiting.clear()
    if (!leaving) failed(why)
  }
  const ignore = countNonsense(trouble, why => {
    void channel.kill()
    finish(why)
  })
  const hear = (line: string): void => {
    if (over !== undefined) return
    const fields = parseLine(line)
    if (fields === undefined) {
      ignore(`the program printed what is no JSON object: ${excerpt(line)}`)

      return
    }
    const { answer } = fields
    if (answer === undefined ? told(fields) : settle(answer, fields)) return

    ignore(answer === undefined ? `the program printed a line that means nothing: ${excerpt(line)}` : `the program answered ${excerpt(JSON.stringify(answer))}, which was not asked, or had been answered: ${excerpt(line)}`)
  }
  const settle = (answer: unknown, fields: Fields): boolean => {
    const question = isCount(answer) ? waiting.get(answer) : undefined
    if (question === undefined) return false

    waiting.delete(Number(answer))
    question.resolve(fields)

    return true
  }
  const channel = start({ hear, ended: finish })

  return {
    over: () => over !== undefined,
    channel: tellingOfEnds(channel, () => { leaving = true }),
    say: line => { if (over === undefined) channel.write(line) },
    ask: async (question, { milliseconds }) => {
      if (over !== undefined) throw new Error(over)
      asked += 1
      const number = asked
      const answered = Promise.withResolvers<Fields>()
      waiting.set(number, answered)
      channel.write({ ...question, number })
      try {
        return await withinDeadline(answered.promise, `the program to answer "${String(Object.keys(question)[0])}"`, milliseconds)
      } finally {
        // An answer that comes too late was still asked for: it is forgotten, and so means nothing.
        waiting.delete(number)
      }
    }
  }
}
