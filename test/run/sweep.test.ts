/** What `heal` may remove: a dead harness's things, never a living one's, and another host's only where that is asked for. */
import { expect, test } from 'vitest'
import { currentOwner } from '../../harness/cluster/docker/labels.ts'
import type { Leftover } from '../../harness/cluster/docker/leftovers.ts'
import { sweepUntilQuiet } from '../../harness/run/heal.ts'
import { sweep } from '../../harness/run/sweep.ts'

const dead = `${currentOwner().split('/')[0]}/1/0`
const elsewhere = 'ci-7/1/1'

/** A world of things that are gone once they are removed. */
const worldOf = (...things: readonly (readonly [kind: string, name: string, owner: string | undefined])[]) => {
  let there: readonly Leftover[] = []
  const removals: string[] = []
  const add = (kind: string, name: string, owner: string | undefined): void => {
    const thing: Leftover = {
      kind, name, owner, run: 'r',
      remove: async () => {
        removals.push(name)
        there = there.filter(other => other !== thing)
      }
    }
    there = [...there, thing]
  }
  for (const thing of things) add(...thing)

  return { found: () => there, add, removals }
}

const told: string[] = []
const sparing = { elsewhere: 'spare', tell: (words: string) => told.push(words) } as const

test('what a dead harness left goes, what a living one uses stays unmentioned, what is of another host is spared and named', async () => {
  const world = worldOf(['container', 'a', dead], ['container', 'b', currentOwner()], ['network', 'c', elsewhere], ['volume', 'd', undefined])

  expect(await sweep(world.found(), sparing)).toEqual({ removed: ['container a', 'volume d'], remaining: [], spared: ['network c of host ci-7'] })
  expect(world.found().map(({ name }) => name)).toEqual(['b', 'c'])
  expect(told).toEqual([])
})

test('another host\'s things go where that is asked for, after it was said; a living harness\'s here do not', async () => {
  const world = worldOf(['container', 'b', currentOwner()], ['network', 'c', elsewhere])
  const announced: { readonly words: string, readonly before: readonly string[] }[] = []
  const report = await sweep(world.found(), { elsewhere: 'remove', tell: words => announced.push({ words, before: [...world.removals] }) })

  expect(report).toEqual({ removed: ['network c'], remaining: [], spared: [] })
  expect(announced).toEqual([{ words: expect.stringContaining('network c of host ci-7') as string, before: [] }])
  expect(world.found().map(({ name }) => name)).toEqual(['b'])
})

test('kinds go in the order in which they were found, and what cannot go is told with its reason', async () => {
  const world = worldOf(['process', '1', dead], ['network', 'n', dead], ['process', '2', dead])
  const stuck: Leftover = { kind: 'volume', name: 'v', owner: dead, run: 'r', remove: async () => { throw new Error('in use') } }
  const report = await sweep([...world.found(), stuck], sparing)

  expect(world.removals).toEqual(['1', '2', 'n'])
  expect(report.remaining).toEqual(['volume v: in use'])
})

test('what an engine makes after the first look, for a harness that is dead by then, goes too', async () => {
  const world = worldOf(['network', 'first', dead])
  let looks = 0
  const find = async (): Promise<readonly Leftover[]> => {
    looks += 1
    if (looks === 2) world.add('container', 'late', dead)

    return world.found()
  }

  expect(await sweepUntilQuiet(find, { ...sparing, begun: false })).toEqual({ removed: ['network first', 'container late'], remaining: [], spared: [] })
  expect(looks).toBe(3)
})

test('what could not go at first and can a moment later is removed, not remaining', async () => {
  let tries = 0
  const network: Leftover = {
    kind: 'network', name: 'n', owner: dead, run: 'r',
    remove: async () => {
      tries += 1
      if (tries === 1) throw new Error('has active endpoints')
    }
  }

  expect(await sweepUntilQuiet(async () => tries < 2 ? [network] : [], { ...sparing, begun: false })).toMatchObject({ removed: ['network n'], remaining: [] })
})

test('what never goes is told as remaining after a few looks', async () => {
  let tries = 0
  const stuck: Leftover = {
    kind: 'network', name: 'n', owner: dead, run: 'r',
    remove: async () => {
      tries += 1
      throw new Error('in use')
    }
  }

  expect(await sweepUntilQuiet(async () => [stuck], { ...sparing, begun: false })).toMatchObject({ removed: [], remaining: ['network n: in use'] })
  expect(tries).toBeGreaterThan(1)
})

test('where nothing of a dead harness was found, nobody waits for more; where something was, one more look is taken', async () => {
  const looksWhere = async (begun: boolean): Promise<number> => {
    let looks = 0
    await sweepUntilQuiet(async () => {
      looks += 1

      return []
    }, { ...sparing, begun })

    return looks
  }

  expect([await looksWhere(false), await looksWhere(true)]).toEqual([1, 2])
})
