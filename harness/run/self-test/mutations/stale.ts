/**
 * Dates a record's send later than the acknowledgement of its neighbour above, and its own acknowledgement no earlier: it lies
 * below what had been acknowledged before it was sent, which makes it stale. Its place in its incarnation's sequence stays, so
 * nothing is reordered; no group had been given it before its new send, so the evidence does not contradict itself.
 */
import type { Site } from '../clean-records.ts'
import type { Mutation } from '../planting.ts'
import { changed } from './changes.ts'

export const stale: Mutation = {
  name: 'stale',
  needs: 'an acknowledged record that groups were given only after its successor had been acknowledged, with offsets told',
  plant: ground => {
    const site = ground.takeSite(canBeLate)
    if (site === undefined) return undefined
    const { where: { topic, partition }, record } = site
    const at = lateSend(site)

    return {
      entries: [changed(record.send, { at }), changed(record.acknowledged, { at: Math.max(at, record.acknowledged.at) })],
      anomalies: [{ anomaly: 'stale-order', count: 1, topic, partition, group: null }]
    }
  }
}

const lateSend = ({ above }: Site): number => above.acknowledged.at + 1

const canBeLate = (site: Site): boolean => {
  const { record, above } = site
  const at = lateSend(site)

  return above.acknowledged.value >= 0 && record.send.value >= 0 && at > record.send.at
    && [...record.delivered.values()].every(delivery => delivery.at >= at)
}
