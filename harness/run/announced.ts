/** Sends that were on record before they could happen: when they did, nobody knows, but at their end they had. */
import { javaClient } from '../clients/drivers.ts'
import type { Evidence } from '../model/evidence.ts'

export const isAnnounced = ({ sends, producers }: Pick<Evidence, 'sends' | 'producers'>, row: number): boolean =>
  producers[sends.producer[row] ?? 0]?.client?.startsWith(`${javaClient} `) === true

/** No client of this name is further ahead of its sends; of others, none is ahead at all. */
export const aheadMs = (client: string): number => client === javaClient ? 5000 : 0
