/**
 * Whether a fault's victim still bore its role when it was struck: half a second passes between the choice of a leader and the
 * blow. The cluster is asked shortly before the blow, which does not wait for the answer; one that comes after it may already tell
 * of the blow's own consequences, so that only a role that is still held is certain then.
 */
import { withDeadline } from '../model/deadline.ts'
import { messageOf } from '../model/errors.ts'
import type { Bite, PreparedFault } from '../model/fault.ts'

/** How long before the blow the question is asked: an answer takes a few milliseconds. */
export const roleLeadMs = 50

/** More than a question to all brokers takes, silent ones included. */
const answerDeadlineMs = 3000

export interface RoleQuestion {
  /** Whether the victim bore its role; undefined where it was chosen for none that could move. */
  readonly atBlow: (blow: { readonly at: number }) => Promise<Bite | undefined>
}

/** Asks now. It never rejects: a question without an answer is no proof of a role. */
export const askRole = ({ role, whom }: Pick<PreparedFault, 'role' | 'whom'>, now: () => number): RoleQuestion => {
  if (role === undefined) return { atBlow: () => Promise.resolve(undefined) }

  const answer = withDeadline(role(), { what: `word of the role of ${whom}`, deadlineMs: answerDeadlineMs }).then(
    ({ held, evidence }) => ({ held, evidence, at: now() }),
    (error: unknown) => messageOf(error))

  return {
    atBlow: async blow => {
      const told = await answer
      if (typeof told === 'string') return { bit: false, evidence: `whether ${whom} still bore the role for which it was struck is not known: ${told}` }
      if (told.held) return { bit: true, evidence: `asked right before the blow: ${told.evidence}` }

      return {
        bit: false,
        evidence: told.at < blow.at
          ? `${whom} had lost the role for which it was struck before the blow: ${told.evidence}`
          : `whether ${whom} still bore the role for which it was struck is not known: ${Math.round((told.at - blow.at) / 1000)} ms after the blow ${told.evidence}`
      }
    }
  }
}
