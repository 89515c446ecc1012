/**
 * Ctrl-C: the first asks the run to heal and to keep its evidence, the second hears that this is going on, the third ends at
 * once and says who finishes the job.
 */
import { messageOf } from '../model/errors.ts'

export interface InterruptionPlan {
  /** What signals arrive at: the process, or a stand-in. */
  readonly signals: { readonly on: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void) => unknown }
  readonly tell: (sentence: string) => void
  readonly endAtOnce: () => void
  /** Calls back when something threw where nobody was waiting: a bug, after which a run must heal like after Ctrl-C. */
  readonly onCrash: (listener: (error: unknown) => void) => void
  /** Milliseconds on any steady clock. */
  readonly now: () => number
}

/** One press of Ctrl-C can arrive several times: by the terminal, by npm and by the launcher. */
const onePressMs = 400

export const listenForInterruption = ({ signals, tell, endAtOnce, onCrash, now }: InterruptionPlan): AbortSignal => {
  const controller = new AbortController()
  let presses = 0
  let lastAt = Number.NEGATIVE_INFINITY

  const interrupted = (): void => {
    const at = now()
    if (at - lastAt < onePressMs) return
    lastAt = at
    presses += 1

    if (presses === 1) {
      tell('Interrupted: healing what was disturbed, and keeping the evidence.')
      controller.abort(new Error('The run was interrupted.'))
    } else if (presses === 2) {
      tell('Still healing. Once more ends at once; `ackproof heal` then finishes the job.')
    } else {
      tell('Ended without healing: run `ackproof heal`.')
      endAtOnce()
    }
  }

  signals.on('SIGINT', interrupted)
  signals.on('SIGTERM', interrupted)
  // A closed terminal, a dropped connection: nobody is left to ask, all the more must be healed.
  signals.on('SIGHUP', interrupted)

  onCrash(error => {
    tell(`Unforeseen: ${messageOf(error)}\nThis is a bug of Ackproof. Healing what was disturbed, and keeping the evidence.`)
    controller.abort(new Error(`The harness failed: ${messageOf(error)}`))
  })

  return controller.signal
}
