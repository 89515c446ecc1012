/** Findings as a tally: what of which level, where, in whose group, and how many. */
import type { Finding } from '../../../harness/model/judgement.ts'
import type { Partition, Share } from '../kafka/world.ts'

export type Tally = ReadonlyMap<string, number>
export type Level = Finding['level']

export interface Place {
  readonly topic: string | null
  readonly partition: number | null
  readonly group: string | null
}

export interface Sum {
  readonly add: (anomaly: string, level: Level, place: Place, count?: number) => void
  readonly tally: () => Tally
}

const keyOf = (anomaly: string, level: string, { topic, partition, group }: Place): string =>
  `${level}: ${anomaly} in ${topic ?? 'no topic'}, partition ${partition ?? 'not known'}${group === null ? '' : `, of ${group}`}`

export const sum = (start: Tally = new Map()): Sum => {
  const counts = new Map(start)

  return {
    add: (anomaly, level, place, count = 1) => {
      if (count === 0) return
      const key = keyOf(anomaly, level, place)
      counts.set(key, (counts.get(key) ?? 0) + count)
    },
    tally: () => counts
  }
}

export const placeIn = ({ topic, number }: Partition): Place => ({ topic: topic.name, partition: number, group: null })
export const placeOfShare = ({ partition, group }: Share): Place => ({ ...placeIn(partition), group: group.name })

/** In an order that does not depend on how it came about, for comparison. */
export const listed = (tally: Tally): readonly string[] => [...tally].map(([key, count]) => `${key}: ${count}`).toSorted()

/** What a judgement holds, in the same words. */
export const tallyOf = (findings: readonly Finding[]): Tally => {
  const all = sum()
  for (const { anomaly, level, topic, partition, group, count } of findings) all.add(anomaly, level, { topic, partition, group }, count)

  return all.tally()
}

/** The findings of these levels only. */
export const ofLevels = (tally: Tally, ...levels: readonly Level[]): readonly string[] => listed(tally).filter(line => levels.some(level => line.startsWith(`${level}:`)))
