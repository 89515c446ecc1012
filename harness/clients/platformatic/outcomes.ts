/**
 * From the errors of `@platformatic/kafka` to outcomes. It reports a failed call as one error or as a tree of them: each try's,
 * each broker's, each partition's. A try was refused for good only if every leaf of its tree says so: a broker's refusal before it
 * appended, a connection that was never made (ECONNREFUSED), or a topic that the metadata do not know, which it looks up before it
 * sends anything. Timeouts, closed connections and whatever is new are indeterminate.
 */
import { refusedBeforeAppend, refusedCommits, type TryOutcome } from '../refusals.ts'

const refused: ReadonlySet<string> = new Set(refusedBeforeAppend)
const unknownTopic = /^Unknown topic /

/** What an error that ended a try, or all of them, says. */
export const outcomeOfTry = (error: unknown): TryOutcome => {
  const leaves = leavesOf(error)

  return { error: nameOf(leaves.at(-1)), definite: leaves.length > 0 && leaves.every(isDefinite) }
}

/** What an error of a single commit request says about it. */
export const outcomeOfCommit = (error: unknown): { readonly outcome: 'rejected' | 'indeterminate', readonly error: string } => {
  const leaves = leavesOf(error)

  return { outcome: leaves.length > 0 && leaves.every(leaf => refusedCommits.has(nameOf(leaf))) ? 'rejected' : 'indeterminate', error: nameOf(leaves.at(-1)) }
}

/** Whether another try makes sense: the library marks what it would not retry. */
export const isRetriable = (error: unknown): boolean => !leavesOf(error).some(leaf => hasProperty(leaf, 'canRetry') && leaf.canRetry === false)

/** Every single error in the tree; those that an `AggregateError` leaves empty are none. */
const leavesOf = (error: unknown): readonly unknown[] => {
  if (error instanceof AggregateError && error.errors.length > 0) return (error.errors as readonly unknown[]).flatMap(leavesOf)

  return error === undefined || error === null ? [] : [error]
}

const isDefinite = (leaf: unknown): boolean =>
  refused.has(nameOf(leaf)) || nameOf(leaf) === 'ECONNREFUSED' || (leaf instanceof Error && unknownTopic.test(leaf.message))

/** Kafka's name of the error, else the system's, else the library's code. */
const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'UNKNOWN'
  if (hasProperty(error, 'apiId') && typeof error.apiId === 'string') return error.apiId
  if (unknownTopic.test(error.message)) return 'UNKNOWN_TOPIC'
  if (hasProperty(error.cause, 'code') && typeof error.cause.code === 'string') return error.cause.code
  if (error.message === 'Request timed out') return 'REQUEST_TIMED_OUT_IN_CLIENT'
  if (hasProperty(error, 'code') && typeof error.code === 'string') return error.code

  return error.name
}

const hasProperty = <Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> =>
  typeof value === 'object' && value !== null && name in value
