/** A number for a producer that a mutation plants: none that has sent anything, in this run or in an earlier planting. */
import { identityOf } from '../../../model/record-number.ts'
import type { Ground } from '../ground.ts'

/** The highest, from `last` downwards. */
export const unusedProducer = ({ producers }: Pick<Ground, 'producers'>, { last }: { readonly last: number }): number => {
  const used = new Set(producers.map(({ nextRecord }) => identityOf(nextRecord).producer))
  let number = last
  while (used.has(number)) number -= 1

  return number
}
