/**
 * What holds where brokers' answers differ. The highest epoch wins; among answers of one epoch, or where there is none, the one
 * that more brokers gave than any other. A tie (1 against 1, or each for itself) is no answer: which of them came first is chance. It
 * is asked again, for a metadata update reaches all brokers within milliseconds, and in the end it is an error.
 *
 * Example: [1, 2, 3], [1, 2, 3], [1, 3]: the brokers 1, 2 and 3 are alive. [1, 2, 3], [1, 3]: not known.
 */
import type { PartitionState } from '../model/metadata.ts'
import { pause } from './waiting.ts'

/** `differing`: the answers between which nothing decides. */
export type Agreement<Answer> = { readonly agreed: Answer } | { readonly differing: readonly unknown[] }

/** The answer that more have given than any other. */
export const mostShared = <View>(views: readonly View[]): Agreement<View> => {
  const groups = [...Map.groupBy(views, view => JSON.stringify(view)).values()].toSorted((one, other) => other.length - one.length)
  const [first, second] = groups
  const view = first?.[0]

  return first === undefined || view === undefined || first.length === second?.length
    ? { differing: groups.filter(({ length }) => length === first?.length).map(([one]) => one) }
    : { agreed: view }
}

/** Of each partition the state with the highest leader epoch, of so many brokers' views; where nothing decides, none is told. */
export const partitionsAgreed = (views: readonly PartitionState[], all: { readonly of: number }): Agreement<readonly PartitionState[]> => {
  const latest = [...Map.groupBy(views, ({ topic, partition }) => `${topic}-${partition}`).values()].map(same => latestOf(same, all))
  const differing = latest.flatMap(state => 'differing' in state ? state.differing : [])
  if (differing.length > 0) return { differing }

  return {
    agreed: latest.flatMap(state => 'agreed' in state ? [state.agreed] : [])
      .sort((one, other) => one.topic.localeCompare(other.topic) || one.partition - other.partition)
  }
}

/** Brokers tell replicas in sync in no particular order: `[1, 2]` and `[2, 1]` are one answer. */
const latestOf = (views: readonly PartitionState[], { of }: { readonly of: number }): Agreement<PartitionState> => {
  const highest = Math.max(...views.map(({ leaderEpoch }) => leaderEpoch ?? -1))

  return mostShared(views.filter(({ leaderEpoch }) => (leaderEpoch ?? -1) === highest)
    .map(view => ({ ...view, isr: view.isr.toSorted((one, other) => one - other), agreed: views.length >= of })))
}

/** A quorum's epoch has one leader: one that does not know it yet, or no longer, says -1. */
export const activeController = (views: readonly { readonly leaderId: number, readonly leaderEpoch: number }[]): number | undefined => {
  const latest = views.toSorted((one, other) => other.leaderEpoch - one.leaderEpoch || other.leaderId - one.leaderId)[0]

  return latest === undefined || latest.leaderId < 0 ? undefined : latest.leaderId
}

interface Asking {
  /** What is asked, to be read after "disagree on". */
  readonly what: string
  readonly deadlineMs?: number
}

const agreementMs = 2000
const againMs = 50

/** Asks until the answers agree; a question that fails is not asked again. */
export const untilAgreed = async <Answer>(ask: () => Promise<Agreement<Answer>>, { what, deadlineMs = agreementMs }: Asking): Promise<Answer> => {
  const end = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if ('agreed' in answer) return answer.agreed
    if (performance.now() >= end) throw new Error(`The brokers disagree on ${what}: ${answer.differing.map(view => JSON.stringify(view)).join(' against ')}.`)
    await pause(againMs)
  }
}
