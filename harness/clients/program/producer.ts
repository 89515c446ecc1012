/** A producer in anybody's program: each send is asked of it, and its answer is the outcome. An answer that does not say so acknowledges nothing. */
import { UsageError } from '../../model/errors.ts'
import type { Outcome } from '../../model/recorder.ts'
import type { ProducerClient, ProducerOptions, SendBatch } from '../driver.ts'
import { type Fields, isCount, reasonIn, type StartProgram } from './channel.ts'
import { converse } from './conversation.ts'

export interface ProgramSetting {
  readonly start: StartProgram
  readonly trouble: (text: string) => void
  /** The program of a client that is in use has ended by itself, or had to be ended. */
  readonly failed: (why: string) => void
}

const opensWithinMs = 20_000
/** More than a send may take that waits for a new leader. */
const answersWithinMs = 60_000

export const openProgramProducer = async (setting: ProgramSetting, options: ProducerOptions, answersWithin = answersWithinMs): Promise<ProducerClient> => {
  let opened = false
  let spent = false
  const program = converse({ ...setting, told: () => false, failed: why => { if (opened) setting.failed(why) } })
  try {
    const { error } = await program.ask({ open: 'producer', ...options, retries: options.retries ?? null }, { milliseconds: opensWithinMs })
    if (error !== undefined) throw new UsageError({ happened: `The program could not open a producer: ${reasonIn(error)}` })
    opened = true
  } catch (error) {
    await program.channel.kill()
    throw error
  }

  const send = async ({ topic, partition, values }: SendBatch): Promise<Outcome> => {
    try {
      const answer = await program.ask({ send: values.map(value => value.toString('base64')), topic, partition }, { milliseconds: answersWithin })

      return outcomeOf(answer, options, setting.trouble)
    } catch (error) {
      spent = true
      setting.trouble(`a send is without an outcome: ${error instanceof Error ? error.message : String(error)}`)

      return { kind: 'indeterminate', error: 'NO_ANSWER_FROM_PROGRAM' }
    }
  }

  return {
    spent: () => spent,
    close: () => spent ? program.channel.kill() : program.channel.end({ milliseconds: 2000 }),
    send: async batch => {
      const outcome = await send(batch)
      if (options.idempotent && outcome.kind === 'indeterminate') spent = true

      return outcome
    }
  }
}

/** What an answer to a send means. With acks 0 there is no offset; with any other an acknowledgement has one. */
export const outcomeOf = ({ outcome, baseOffset, error }: Fields, { acks }: Pick<ProducerOptions, 'acks'>, trouble: (text: string) => void): Outcome => {
  const name = typeof error === 'string' && error !== '' ? error.slice(0, 100) : 'NO_REASON_GIVEN'
  if (outcome === 'acknowledged' && acks === '0') return { kind: 'acknowledged', baseOffset: undefined }
  if (outcome === 'acknowledged' && (isCount(baseOffset) || baseOffset === undefined || baseOffset === null)) return { kind: 'acknowledged', baseOffset: isCount(baseOffset) ? baseOffset : undefined }
  if (outcome === 'rejected' || outcome === 'indeterminate') return { kind: outcome, error: name }

  trouble(`the program answered a send with an outcome that is none: ${JSON.stringify({ outcome, baseOffset })}`)

  return { kind: 'indeterminate', error: 'NO_OUTCOME_IN_THE_ANSWER' }
}
