/**
 * Carries a search out: asks of each candidate whether it gives the finding, by running it again and again, within a number of runs
 * and a time. Only a candidate that gave the finding in every one of its runs is taken, so that a finding that comes and goes is never
 * called smaller than it is known to be. What was tried before counts, and is kept after every run.
 */
import { smallerSchedules, type Candidate } from './shrink-search.ts'
import type { Shown } from './shrink-finding.ts'

export interface Trial {
  readonly candidate: Candidate
  /** One for each run, in their order. */
  readonly runs: readonly Shown[]
}

export interface ShrinkLimits {
  /** The most runs from now on. */
  readonly runs: number
  /** How often each candidate must give the finding. */
  readonly repeat: number
  /** No run begins later than so long after the start; undefined: no limit. */
  readonly milliseconds: number | undefined
}

export interface ShrinkTools {
  /** Undefined: the run was interrupted, and showed nothing. */
  readonly run: (candidate: Candidate) => Promise<Shown | undefined>
  /** Called after every run, before the next begins. */
  readonly keep: (trials: readonly Trial[]) => void
  readonly told: (what: { readonly candidate: Candidate, readonly number: number, readonly shown: Shown }) => void
  /** Milliseconds on any steady clock. */
  readonly now: () => number
}

/** `done`: nothing smaller is left to try. `not-again`: not even the whole schedule gave the finding again. */
export type ShrinkEnd = 'done' | 'not-again' | 'runs' | 'time' | 'interrupted'

export interface Shrunk {
  readonly ended: ShrinkEnd
  /** The least that gave the finding in each of its runs, or the whole schedule. */
  readonly least: Candidate
  /** In how many of its runs the least gave the finding. */
  readonly shown: number
  readonly runs: number
}

/** Begins with the whole schedule: a finding that does not come again cannot be searched for. */
export const shrink = async (whole: Candidate, known: readonly Trial[], limits: ShrinkLimits, tools: ShrinkTools): Promise<Shrunk> => {
  const trials = openTrials(known, limits, tools)
  const end = (ended: ShrinkEnd, least: Candidate): Shrunk => {
    const runs = trials.runsOf(least)

    return { ended, least, shown: runs.filter(({ same }) => same).length, runs: runs.length }
  }

  const stopped = await trials.complete(whole, { whatever: true })
  if (stopped !== undefined) return end(stopped, whole)
  if (!trials.runsOf(whole).some(({ same }) => same)) return end('not-again', whole)

  const search = smallerSchedules(whole)
  let least = whole
  for (let asked = search.next(); ; asked = search.next(trials.isCertain(asked.value))) {
    if (asked.done === true) return end('done', least)
    const reason = await trials.complete(asked.value, { whatever: false })
    if (reason !== undefined) return end(reason, least)
    if (trials.isCertain(asked.value)) least = asked.value
  }
}

interface Trials {
  /** Runs it as often as it takes to know, or `whatever` comes of it as often as was asked; answers what ended that early. */
  readonly complete: (candidate: Candidate, how: { readonly whatever: boolean }) => Promise<Exclude<ShrinkEnd, 'done' | 'not-again'> | undefined>
  readonly isCertain: (candidate: Candidate) => boolean
  readonly runsOf: (candidate: Candidate) => readonly Shown[]
}

const openTrials = (known: readonly Trial[], { runs: mostRuns, repeat, milliseconds }: ShrinkLimits, { run, keep, told, now }: ShrinkTools): Trials => {
  const trials = new Map(known.map(trial => [keyOf(trial.candidate), trial]))
  const start = now()
  let spent = 0
  const runsOf = (candidate: Candidate): readonly Shown[] => trials.get(keyOf(candidate))?.runs ?? []

  return {
    runsOf,
    isCertain: candidate => runsOf(candidate).length >= repeat && runsOf(candidate).every(({ same }) => same),
    complete: async (candidate, { whatever }) => {
      while (runsOf(candidate).length < repeat && (whatever || runsOf(candidate).every(({ same }) => same))) {
        if (spent >= mostRuns) return 'runs'
        if (milliseconds !== undefined && now() - start >= milliseconds) return 'time'
        const shown = await run(candidate)
        if (shown === undefined) return 'interrupted'
        spent += 1
        trials.set(keyOf(candidate), { candidate, runs: [...runsOf(candidate), shown] })
        keep([...trials.values()])
        told({ candidate, number: spent, shown })
      }

      return undefined
    }
  }
}

const keyOf = (candidate: Candidate): string => JSON.stringify([candidate.durationMs, candidate.steps])
