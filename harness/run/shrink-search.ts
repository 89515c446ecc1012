/**
 * Which schedules to try, on the way to the least that still gives the finding: first fewer faults (delta debugging, Zeller and
 * Hildebrandt: ever smaller parts, and what remains without them), then the calm before and after them, then shorter faults. Pure: a
 * generator that is handed, for each schedule it yields, whether that one gave the finding, and whose last accepted one is the result.
 *
 * Example: of faults 1 to 4 only 3 matters. 1 2: no; 3 4: yes; 3: yes; then 3 at the time of 1, with the load ended as much earlier;
 * then 3 for half as long, until that is not enough.
 */
import type { ScheduledStep } from '../model/report.ts'

export interface Candidate {
  /** How long the load runs. */
  readonly durationMs: number
  readonly steps: readonly ScheduledStep[]
}

/** Asks about ever smaller candidates; never about one without a fault, which would show nothing. */
export type Search = Generator<Candidate, Candidate, boolean>

export function* smallerSchedules(whole: Candidate): Search {
  const fewest = yield* fewerSteps(whole)
  const closed = withoutCalm(whole, fewest)
  const soonest = closed !== undefined && (yield closed) ? closed : fewest

  return yield* shorterSteps(soonest)
}

function* fewerSteps(whole: Candidate): Search {
  let kept: readonly number[] = whole.steps.map((_, index) => index)
  let parts = 2
  while (kept.length >= 2) {
    const subset = yield* firstShown(whole, inParts(kept, parts))
    const rest = subset === undefined && parts > 2 ? yield* firstShown(whole, withoutParts(kept, parts)) : undefined
    if (subset === undefined && rest === undefined && parts >= kept.length) break

    const finer = subset === undefined && rest === undefined
    parts = finer ? parts * 2 : subset === undefined ? parts - 1 : 2
    kept = subset ?? rest ?? kept
    parts = Math.min(parts, kept.length)
  }

  return only(whole, kept)
}

function* firstShown(whole: Candidate, choices: readonly (readonly number[])[]): Generator<Candidate, readonly number[] | undefined, boolean> {
  for (const choice of choices) if (yield only(whole, choice)) return choice

  return undefined
}

const inParts = (kept: readonly number[], parts: number): readonly (readonly number[])[] =>
  Array.from({ length: parts }, (_, part) => kept.slice(Math.floor(part * kept.length / parts), Math.floor((part + 1) * kept.length / parts)))

const withoutParts = (kept: readonly number[], parts: number): readonly (readonly number[])[] =>
  inParts(kept, parts).map(part => kept.filter(index => !part.includes(index)))

/** A fault that overlapped others begins a group of its own where those before it in its group are left out: it waits for a steady cluster, as they did. */
const only = ({ steps, durationMs }: Candidate, kept: readonly number[]): Candidate => {
  const groups = groupsOf(steps)

  return {
    durationMs,
    steps: kept.flatMap((index, position) => {
      const step = steps[index]
      const before = kept[position - 1]
      const begins = before === undefined || groups[before] !== groups[index]

      return step === undefined ? [] : [{ ...step, overlapping: step.overlapping && !begins }]
    })
  }
}

/** The number of each step's group; a group begins with a step that does not overlap. */
const groupsOf = (steps: readonly ScheduledStep[]): readonly number[] => {
  let group = 0

  return steps.map(({ overlapping }) => {
    if (!overlapping) group += 1

    return group
  })
}

/** The first fault at the time of the first of all, and the load ended as long after the last as before; undefined: no shorter. */
const withoutCalm = (whole: Candidate, { steps, durationMs }: Candidate): Candidate | undefined => {
  const shiftMs = (steps[0]?.atMs ?? 0) - (whole.steps[0]?.atMs ?? 0)
  const moved = steps.map(step => ({ ...step, atMs: toMicrosecond(step.atMs - shiftMs) }))
  const afterMs = Math.max(0, whole.durationMs - endOf(whole.steps))
  const shortened = Math.ceil(endOf(moved) + afterMs)

  return shortened < durationMs ? { steps: moved, durationMs: shortened } : undefined
}

const endOf = (steps: readonly ScheduledStep[]): number => Math.max(0, ...steps.map(({ atMs, lastingMs }) => atMs + lastingMs))

const toMicrosecond = (ms: number): number => Math.round(ms * 1000) / 1000

/** What lasts no longer than twice this is left as it is: a proof that a fault bit takes time as well. */
const leastMs = 500

/** All of them to the half, for as long as that will do; then each alone. */
function* shorterSteps(from: Candidate): Search {
  const everyStep = from.steps.map((_, index) => index)
  let best = from
  for (const indexes of [everyStep, ...everyStep.map(index => [index])]) {
    for (let next = halved(best, indexes); next !== undefined; next = halved(best, indexes)) {
      if (!(yield next)) break
      best = next
    }
  }

  return best
}

const halved = ({ durationMs, steps }: Candidate, indexes: readonly number[]): Candidate | undefined => {
  const long = indexes.filter(index => (steps[index]?.lastingMs ?? 0) >= 2 * leastMs)
  if (long.length === 0) return undefined

  return { durationMs, steps: steps.map((step, index) => long.includes(index) ? { ...step, lastingMs: toMicrosecond(step.lastingMs / 2) } : step) }
}
