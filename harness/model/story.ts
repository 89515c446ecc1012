/**
 * The story of one record, as plain data: what is known to have happened to it and around it, in the order of time, and the
 * sentences that follow from that. `story/` tells it from a history's lines, reporters print it.
 */
import type { Anomaly, Finding, Judgement, Verdict, Witness } from './judgement.ts'
import { describeDuration, microseconds } from './duration.ts'

/** One line of the timeline. */
export interface StoryEntry {
  /** Microseconds since the run began; null: what the audit found in the end. */
  readonly at: number | null
  /** `record`: about the record itself; the others: what went on around it. */
  readonly kind: 'record' | 'fault' | 'leader' | 'group' | 'audit'
  /** Who did it: a producer, a member, a broker, a fault. */
  readonly actor: string
  readonly what: string
}

/** Where something went wrong: on the way to the cluster, in it, or on the way out of it. */
export type Whereabouts = 'before the broker' | 'in the cluster' | 'after the broker' | 'not known'

/** One thing that happened to the record, in one sentence. */
export interface Remark {
  /** Null: nothing is wrong. */
  readonly anomaly: Anomaly | null
  readonly where: Whereabouts | null
  /** `lost in the cluster`. */
  readonly title: string
  readonly sentence: string
  /** What the contract says to it. */
  readonly why: string | null
}

export interface StoryCopy {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly epoch: number | null
  /** The broker whose disk was read; null: a client read the partition. */
  readonly replica: number | null
}

export interface StoryFacts {
  readonly attempts: readonly {
    readonly attempt: number
    readonly sentAt: number
    readonly producer: string
    readonly outcome: 'acknowledged' | 'rejected' | 'indeterminate' | 'silent'
    readonly outcomeAt: number | null
    readonly offset: number | null
  }[]
  readonly copies: readonly StoryCopy[]
  readonly deliveries: readonly { readonly at: number, readonly group: string, readonly member: string, readonly offset: number }[]
}

export interface Story {
  readonly id: string
  /** Where it was sent to, or found: `orders-0`. */
  readonly places: readonly string[]
  /** The gravest first; at least one. */
  readonly remarks: readonly [Remark, ...Remark[]]
  readonly timeline: readonly StoryEntry[]
  /** What the evidence does not tell, in sentences. */
  readonly notKnown: readonly string[]
  readonly facts: StoryFacts
}

/** A finding that names a record among its witnesses. */
export interface NamedIn {
  readonly finding: Finding
  readonly witness: Witness
}

/** What a story is about: a run's folder, or a history of its own. */
export interface StorySource {
  /** As a command line can name it. */
  readonly source: string
  /** Wall-clock start, ISO 8601; null: not known. */
  readonly startedAt: string | null
}

/** What `explain RUN ID` tells. */
export interface RecordStory extends StorySource {
  readonly story: Story
}

/** What `explain RUN` tells: the verdict, and the stories of a few witnesses of each finding. */
export interface RunStory extends StorySource {
  /** Null: only a history is there, and nothing was claimed. */
  readonly experiment: string | null
  readonly claim: string | null
  readonly control: boolean
  readonly verdict: Verdict
  readonly reasons: readonly string[]
  readonly judgement: Judgement
  /** By id, of the records among the first witnesses; empty where the run left no history. */
  readonly stories: ReadonlyMap<string, Story>
}

export interface ExplainOptions {
  /** The folder of the runs, absolute. */
  readonly out: string
  readonly cwd: string
  /** Which known names may have been meant by an unknown one. */
  readonly nearest: (unknown: string, known: readonly string[]) => readonly string[]
}

/** What `run/` offers the command line. Both reject with a UsageError where the run or the record is not known. */
export interface Explain {
  readonly run: (run: string, options: ExplainOptions) => Promise<RunStory>
  readonly record: (run: string, id: string, options: ExplainOptions) => Promise<RecordStory>
}

/** `0:36.269`: minutes, seconds and milliseconds since the run began, given in microseconds. */
export const moment = (at: number): string => {
  const whole = Math.floor(at / 1000)

  return `${Math.floor(whole / 60_000)}:${String(Math.floor(whole / 1000) % 60).padStart(2, '0')}.${String(whole % 1000).padStart(3, '0')}`
}

/** `0.2 s` or `41 ms`, given in microseconds. */
export const span = (length: number): string => (length < 1000 ? 'less than 1 ms' : describeDuration(microseconds(length)))
