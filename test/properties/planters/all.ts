/** Every planter: at least one for each anomaly of the history format. */
import { crimesAgainstOrder } from './of-order.ts'
import { crimesOfGroups } from './of-groups.ts'
import { crimesOnRecords } from './of-records.ts'
import type { Planter } from './planter.ts'

export const allPlanters: readonly Planter[] = [...crimesOnRecords, ...crimesAgainstOrder, ...crimesOfGroups]

/** The anomaly that a planter's name begins with. */
export const kindOf = (name: string): string => name.split(' ')[0]!
