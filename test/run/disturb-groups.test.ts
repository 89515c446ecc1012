/** Faults that belong together: they wait together, keep their distances, and strike in their turn or not at all. */
import { expect, test } from 'vitest'
import type { Fault } from '../../harness/model/fault.ts'
import { run, step, traced } from './traced-faults.ts'

/** Longer than the time by which a target is looked for before its time, and the second by which a group may wait for it. */
const slowly = (): Promise<void> => new Promise(resolve => { setTimeout(resolve, 1700) })

test.concurrent('a fault alone strikes whenever its target is found', async ({ expect: expectHere }) => {
  expectHere(await run([step(traced({ lookBefore: slowly }).fault)]).done).toMatchObject([{ bit: true }])
})

test('faults that belong together wait together, and strike in their order', async () => {
  const order: string[] = []
  const named = (name: string): Fault => traced({ prepare: () => Promise.resolve(void order.push(name)) }).fault
  const { done } = run([step(named('before'), 0, 1), step(named('first'), 5, 10), step(named('second'), 105, 10, true)], {
    // Longer than the second one's own time is away: alone it would have struck by then.
    untilSteady: () => new Promise(resolve => {
      setTimeout(() => {
        order.push('steady')
        resolve()
      }, 300)
    })
  })
  await done

  expect(order).toEqual(['steady', 'before', 'steady', 'first', 'second'])
})

test.concurrent('a fault of a group whose target is found too late does not strike: the others keep their times', async ({ expect: expectHere }) => {
  const slow = traced({ lookBefore: slowly })
  const reports = await run([step(traced().fault), step(slow.fault, 20, 20, true)]).done

  expectHere(slow.calls).toEqual(['prepared'])
  expectHere(reports.map(({ evidence }) => evidence)).toEqual([['it bit'], [expectHere.stringMatching(/^it did not strike: its target was found and looked at \d\.\d s after its time/)]])
})

test.concurrent('where the first of a group is late, the others keep their distances from it', async ({ expect: expectHere }) => {
  const [first, second] = await run([step(traced({ lookBefore: slowly }).fault), step(traced().fault, 310, 20, true)]).done

  expectHere([first?.bit, second?.bit]).toEqual([true, true])
  expectHere((second?.injectingAt ?? 0) - (first?.injectingAt ?? 0)).toBeGreaterThan(290_000)
})

test.concurrent('a fault that finds its target only when those have healed that it was to overlap does not strike', async ({ expect: expectHere }) => {
  const slow = traced({ lookBefore: () => new Promise(resolve => { setTimeout(resolve, 700) }) })
  const reports = await run([step(traced().fault, 10, 300), step(slow.fault, 20, 20, true)]).done

  expectHere(slow.calls).toEqual(['prepared'])
  expectHere(reports.map(({ bit }) => bit)).toEqual([true, false])
  expectHere(reports[1]?.evidence).toEqual([expectHere.stringMatching(/^it did not strike: "break it", which it was to overlap, had healed/)])
})

test.concurrent('one that was to follow another, and does, strikes', async ({ expect: expectHere }) => {
  expectHere(await run([step(traced().fault, 10, 50), step(traced().fault, 200, 20, true)]).done).toMatchObject([{ bit: true }, { bit: true }])
})

test('where the first of a group has no target, the others strike in their own time', async () => {
  const nobody = traced({ prepare: () => Promise.reject(new Error('Nobody bears that role at the moment.')) })

  expect(await run([step(nobody.fault), step(traced().fault, 20, 20, true)]).done).toMatchObject([{ bit: false }, { bit: true }])
})

test('a cluster that does not become steady fails the whole group, and no fault of it strikes', async () => {
  const [before, first, second] = [traced(), traced(), traced()]
  const reports = await run([step(before.fault, 0, 1), step(first.fault, 5, 10), step(second.fault, 10, 10, true)], {
    untilSteady: () => before.calls.length === 0 ? Promise.resolve() : Promise.reject(new Error('Waited 90 s for a steady cluster.'))
  }).done

  expect(reports.map(({ bit }) => bit)).toEqual([true, false, false])
  expect([...first.calls, ...second.calls]).toEqual([])
})

test('an overlapping fault strikes while the one before it is in force', async () => {
  const one = traced()
  const seen: string[] = []
  const other = traced({ prepare: () => Promise.resolve(void seen.push(...one.calls)) })
  await run([step(one.fault, 0, 300), step(other.fault, 100, 10, true)]).done

  expect(seen).not.toContain('healed')
})
