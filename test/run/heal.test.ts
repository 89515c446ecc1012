/** `heal` with and without an engine: what needs none is undone in any case, and what could not be looked at is said. */
import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import type { Leftover } from '../../harness/cluster/docker/leftovers.ts'
import { UsageError } from '../../harness/model/errors.ts'
import { healIn } from '../../harness/run/heal.ts'
import type { LeftoverPlaces } from '../../harness/run/leftover-places.ts'

const options = { elsewhere: 'spare', tell: () => undefined } as const

/** What a dead harness left, a thing of each kind; what cannot be removed says why. */
const placesWith = (engine: 'up' | 'down' | 'lost after the first look', stuck: readonly string[] = []) => {
  const kinds = ['process', 'working files', 'container', 'disk images']
  const there = new Map(kinds.map((kind): [string, Leftover] => [kind, {
    kind, name: 'x', run: 'r', owner: `${hostname()}/1/0`,
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

test('with an engine all goes, and nothing is unseen', async () => {
  const { places, left } = placesWith('up')

  expect(await healIn(places, options)).toEqual({ removed: ['process x', 'working files x', 'container x', 'disk images x'], remaining: [], spared: [], unseen: [] })
  expect(left()).toEqual([])
})

test('without an engine all else goes and is told, and so is what could not be looked at', async () => {
  const { places, left } = placesWith('down')

  expect(await healIn(places, options)).toEqual({
    removed: ['process x', 'working files x', 'disk images x'], remaining: [], spared: [],
    unseen: ['containers, networks, volumes and packet losses: No engine answers. Start one.']
  })
  expect(left()).toEqual(['container'])
})

test('without an engine what cannot go is told as remaining', async () => {
  const { places } = placesWith('down', ['disk images'])

  expect(await healIn(places, options)).toMatchObject({ remaining: ['disk images x: in use'], unseen: [expect.stringContaining('containers')] })
})

test('an engine that is lost on the way leaves nobody sure of what it still has', async () => {
  const { places } = placesWith('lost after the first look')

  expect(await healIn(places, options)).toMatchObject({ removed: expect.arrayContaining(['container x']) as string[], unseen: [expect.stringContaining('No engine answers')] })
})

test('a folder of runs that is none is told before anything is done', async () => {
  const { places, left } = placesWith('up')
  const files = (): never => { throw new UsageError({ happened: 'It is no folder.' }) }

  await expect(healIn({ ...places, files }, options)).rejects.toThrow('It is no folder.')
  expect(left()).toContain('process')
})
