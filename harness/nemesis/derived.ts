/**
 * Targets that are made of other targets' nodes: they bear the roles by which those were chosen, though what is chosen in the end (links, or
 * whoever is left) does not tell from whom.
 */
import type { Node, Subject } from '../model/cluster.ts'
import type { NodeTarget, Role, Target } from '../model/fault.ts'
import { allHeld } from './roles.ts'

export interface Derivation<Chosen> {
  readonly description: string
  /** `chosen`: the nodes of each target, in the order of the targets. */
  readonly choose: (subject: Subject, ...chosen: readonly (readonly Node[])[]) => readonly Chosen[]
}

export const derivedFrom = <Chosen>(targets: readonly NodeTarget[], { description, choose }: Derivation<Chosen>): Target<Chosen> => {
  const origins = new WeakMap<readonly Chosen[], readonly (readonly Node[])[]>()
  const rolesOf = (subject: Subject, derived: readonly Chosen[]): readonly Promise<Role>[] =>
    targets.flatMap(({ role }, index) => role === undefined ? [] : [role(subject, origins.get(derived)?.[index] ?? [])])

  return {
    description,
    choose: async (subject, random) => {
      const chosen: (readonly Node[])[] = []
      for (const target of targets) chosen.push(await target.choose(subject, random))
      const derived = choose(subject, ...chosen)
      origins.set(derived, chosen)

      return derived
    },
    ...targets.every(({ role }) => role === undefined) ? {} : { role: async (subject, derived) => allHeld(await Promise.all(rolesOf(subject, derived))) }
  }
}
