/** `heal` with and without an engine: what needs none is undone in any case, and what could not be looked at is said. */
import { expect, test } from 'vitest'
import { UsageError } from '../../harness/model/errors.ts'
import { healIn } from '../../harness/run/heal.ts'
import { placesWith } from './left-behind.ts'

const options = { elsewhere: 'spare', tell: () => undefined } as const

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
