/**
 * `zombie-write`: a producer that had been replaced under its transactional id wrote all the same: fencing failed.
 *
 * Guilty: incarnation 2 of the same `transactionalId` initialised at 100, incarnation 1 sent at 150, and that record is visible.
 * Innocent: it sent at 90.
 */
import type { Evidence } from '../model/evidence.ts'
import { possibleSends } from './attempts.ts'
import { because, type Checker } from './checker.ts'
import { visibilities } from './partition-log.ts'

export const zombieWrite: Checker = {
  name: 'zombie-write',
  check: ({ evidence, logs }, tally) => {
    const replacedAt = replacements(evidence)
    if (!replacedAt.some(Number.isFinite)) return
    const { sends } = evidence
    const isZombie = (send: number): boolean => sends.at[send]! > replacedAt[sends.producer[send]!]!
    for (const { partition, rows, visibility } of logs) {
      const seen = new Set<number>()
      for (let row = 0; row < rows.length; row++) {
        if (visibility[row] !== visibilities.visible) continue
        const copy = { partition, offset: rows.offset[row]!, record: rows.record[row]!, attempt: rows.attempt[row]! }
        const possible = possibleSends(evidence, copy)
        const send = possible[0]
        if (send === undefined || seen.has(send) || !possible.every(isZombie)) continue

        seen.add(send)
        tally.add({
          anomaly: 'zombie-write',
          level: 'violation',
          partition,
          reason: because('a producer wrote after another one had taken over its transactional id'),
          witness: () => ({ id: evidence.recordName(copy.record), offset: copy.offset, at: sends.at[send]! })
        })
      }
    }
  }
}

/** By producer: when the first later one took over its transactional id; Infinity: never. */
export const replacements = ({ producers }: Evidence): readonly number[] => {
  const byId = Map.groupBy(producers, ({ transactionalId }) => transactionalId)

  return producers.map(({ name, incarnation, transactionalId, at }) => {
    if (transactionalId === null || at === null) return Infinity
    const later = byId.get(transactionalId)!.filter(other =>
      (other.at ?? 0) > at && (other.name !== name || other.incarnation > incarnation))

    return later.reduce((first, other) => Math.min(first, other.at!), Infinity)
  })
}
