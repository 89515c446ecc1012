/** Which of the things that were found may go: a dead harness's always, a living one's never, another host's only if asked for. */
import { hostOf, standingOf } from '../cluster/docker/labels.ts'
import { removeAll, type Leftover } from '../cluster/docker/leftovers.ts'
import type { HealOptions, HealReport } from '../model/commands.ts'

export type Swept = Omit<HealReport, 'unseen'>

export const sweep = async (found: readonly Leftover[], { elsewhere, tell }: Pick<HealOptions, 'elsewhere' | 'tell'>): Promise<Swept> => {
  const { gone = [], elsewhere: foreign = [] } = Object.groupBy(found, ({ owner }) => standingOf(owner))
  if (elsewhere === 'spare' || foreign.length === 0) return { ...await removeAll(gone), spared: foreign.map(told) }

  tell(announced(foreign))
  // One list in the order in which all was found: kinds depend on each other whoever owns them.
  const doomed = new Set([...gone, ...foreign])

  return { ...await removeAll(found.filter(leftover => doomed.has(leftover))), spared: [] }
}

const told = ({ kind, name, owner }: Leftover): string => `${kind} ${name} of host ${hostOf(owner)}`

const announced = (foreign: readonly Leftover[]): string =>
  ['Removing also what belongs to harnesses elsewhere, whether they still run or not:', ...foreign.map(leftover => `  ${told(leftover)}`)].join('\n')
