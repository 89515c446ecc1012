/** A partition of the evidence as sentences name it: `orders-0`. */
import type { Evidence } from '../model/evidence.ts'

export const partitionPlace = ({ partitions, topics }: Evidence, index: number): string => {
  const where = partitions[index]

  return `${topics[where?.topic ?? -1]?.name ?? ''}-${where?.partition ?? ''}`
}
