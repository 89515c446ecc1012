/** A world in which a harness left something everywhere. */
import { hostname } from 'node:os'
import type { Leftover } from '../../harness/cluster/docker/leftovers.ts'
import type { LeftoverPlaces } from '../../harness/run/leftover-places.ts'

/** What a dead harness left, a thing of each kind; what cannot be removed says why. */
export const placesWith = (engine: 'up' | 'down' | 'lost after the first look', stuck: readonly string[] = [], owner = `${hostname()}/1/0`) => {
  const kinds = ['process', 'working files', 'container', 'disk images']
  const there = new Map(kinds.map((kind): [string, Leftover] => [kind, {
    kind, name: 'x', run: 'r', owner,
    remove: async () => {
      if (stuck.includes(kind)) throw new Error('in use')
      there.delete(kind)
    }
  }]))
  const of = (kind: string): readonly Leftover[] => [...there.values()].filter(thing => thing.kind === kind)
  let looks = 0
  const places: LeftoverPlaces = {
    processes: () => of('process'),
    files: () => of('working files'),
    engine: async () => {
      looks += 1
      if (engine === 'down' || (engine !== 'up' && looks > 1)) throw new Error('No engine answers.\nStart one.')

      return of('container')
    },
    disks: () => of('disk images')
  }

  return { places, left: () => [...there.keys()] }
}
