/**
 * Several reporters as one. A reporter that throws is contained: the failure is told once, the others still hear everything,
 * and the command that asks afterwards knows that somebody was not told.
 */
import { messageOf } from '../model/errors.ts'
import { printable } from '../model/printable.ts'
import type { Reporter } from '../model/reporter.ts'

export interface NamedReporter {
  /** `junit`, `markdown`. */
  readonly name: string
  readonly reporter: Reporter
}

export interface ContainedReporter extends Required<Reporter> {
  /** One sentence for each reporter that failed. */
  readonly failures: () => readonly string[]
}

/** `warn` is told of the first failure of each reporter, at once. */
export const contain = (reporters: readonly NamedReporter[], warn: (sentence: string) => void): ContainedReporter => {
  const failures = new Map<string, string>()
  const failed = ({ name, hook, error }: { readonly name: string, readonly hook: string, readonly error: unknown }): void => {
    if (failures.has(name)) return

    const sentence = `The reporter ${name} failed in ${hook}: ${printable(messageOf(error))}. The others were told everything.`
    failures.set(name, sentence)
    warn(sentence)
  }

  /** Calls one hook of every reporter, in their order; waits for each, so that the screen comes after the files it names. */
  const tell = async (hook: keyof Reporter, call: (reporter: Reporter) => unknown): Promise<void> => {
    for (const { name, reporter } of reporters) {
      try {
        await call(reporter)
      } catch (error) {
        failed({ name, hook, error })
      }
    }
  }

  /** As `tell`, for hooks that nobody waits for. */
  const say = (hook: keyof Reporter, call: (reporter: Reporter) => unknown): void => {
    for (const { name, reporter } of reporters) {
      try {
        const answer = call(reporter)
        if (answer instanceof Promise) answer.catch((error: unknown) => failed({ name, hook, error }))
      } catch (error) {
        failed({ name, hook, error })
      }
    }
  }

  return {
    runStarted: run => say('runStarted', reporter => reporter.runStarted?.(run)),
    phaseStarted: phase => say('phaseStarted', reporter => reporter.phaseStarted?.(phase)),
    phaseEnded: (phase, told, milliseconds) => say('phaseEnded', reporter => reporter.phaseEnded?.(phase, told, milliseconds)),
    happened: what => say('happened', reporter => reporter.happened?.(what)),
    load: figures => say('load', reporter => reporter.load?.(figures)),
    runSkipped: skipped => say('runSkipped', reporter => reporter.runSkipped?.(skipped)),
    runBroken: broken => tell('runBroken', reporter => reporter.runBroken?.(broken)),
    runEnded: report => tell('runEnded', reporter => reporter.runEnded?.(report)),
    allEnded: (reports, skipped, broken) => tell('allEnded', reporter => reporter.allEnded?.(reports, skipped, broken)),
    failures: () => [...failures.values()]
  }
}
