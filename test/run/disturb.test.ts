/** Carrying out a schedule: order, proof, gates, and healing whatever happens. */
import { expect, test } from 'vitest'
import { milliseconds } from '../../harness/model/duration.ts'
import type { Bite, Fault, Role, ScheduledFault } from '../../harness/model/fault.ts'
import type { FaultLine } from '../../harness/model/history.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { disturb, type Disturbance } from '../../harness/run/disturb.ts'
import { fakeNode, fakeSubject, partitionState } from '../fake-cluster.ts'

const bitten: Bite = { bit: true, evidence: 'it bit' }

interface Trace {
  readonly fault: Fault
  readonly calls: string[]
}

interface Traced {
  readonly bites?: readonly Bite[]
  readonly brokers?: readonly number[]
  readonly prepare?: () => Promise<void>
  readonly role?: () => Promise<Role>
}

const traced = (options: Traced = {}): Trace => {
  const calls: string[] = []
  const bites = [...options.bites ?? [bitten, bitten]]

  return {
    calls,
    fault: {
      description: 'break it',
      what: 'break',
      needs: [],
      prepare: async () => {
        await options.prepare?.()
        calls.push('prepared')

        return {
          whom: 'broker 1',
          brokers: options.brokers ?? [1],
          clients: [],
          ...options.role === undefined ? {} : { role: options.role },
          strike: () => {
            calls.push('struck')

            return Promise.resolve({
              bite: (moment: string) => {
                calls.push(moment)

                return Promise.resolve(bites.shift() ?? bitten)
              },
              [Symbol.asyncDispose]: () => Promise.resolve(void calls.push('healed'))
            })
          }
        }
      }
    }
  }
}

const step = (fault: Fault, at = 10, lasting = 20, overlapping = false): ScheduledFault =>
  ({ at: milliseconds(at), lasting: milliseconds(lasting), fault, stream: 'fault 1', overlapping })

const run = (schedule: readonly ScheduledFault[], options: Partial<Disturbance> = {}): { readonly lines: FaultLine[], readonly done: ReturnType<typeof disturb> } => {
  const lines: FaultLine[] = []
  const done = disturb({
    schedule,
    subject: fakeSubject(),
    random: randomFrom('a'),
    signal: new AbortController().signal,
    write: line => { lines.push(line) },
    told: () => undefined,
    untilSteady: () => Promise.resolve(),
    partitions: () => [partitionState(0, 1), partitionState(1, 2)],
    partitionsOf: () => [],
    ...options
  })

  return { lines, done }
}

test('a fault is prepared, strikes, proves itself twice and heals, and the history has its four phases', async () => {
  const { fault, calls } = traced()
  const { lines, done } = run([step(fault)])
  const [report] = await done

  expect(calls).toEqual(['prepared', 'struck', 'struck', 'healing', 'healed'])
  expect(lines.map(line => line.phase)).toEqual(['injecting', 'injected', 'healing', 'healed'])
  expect(lines[1]?.evidence).toBe('it bit')
  expect(report).toMatchObject({ bit: true, whom: 'broker 1', affected: [{ topic: 'orders', partition: 0 }] })
  expect(report?.lateMs).toBeLessThan(1000)
})

test('a fault without proof says so in the history and in the report', async () => {
  const { fault } = traced({ bites: [{ bit: false, evidence: 'still there' }, bitten] })
  const { lines, done } = run([step(fault)])
  const [report] = await done

  expect(lines.find(line => line.phase === 'injected')?.evidence).toBe(false)
  expect(report).toMatchObject({ bit: false, evidence: expect.arrayContaining(['still there']) as string[] })
})

test('a fault that stopped biting before it was healed did not bite', async () => {
  const { fault } = traced({ bites: [bitten, { bit: false, evidence: 'it came back by itself' }] })
  const [report] = await run([step(fault)]).done

  expect(report).toMatchObject({ bit: false, evidence: ['it bit', 'before healing: it came back by itself'] })
})

test('an aborted run still heals what is in force', async () => {
  const abort = new AbortController()
  const { fault, calls } = traced()
  const { done } = run([step(fault, 0, 60_000)], { signal: abort.signal })
  while (!calls.includes('struck')) await new Promise(resolve => { setImmediate(resolve) })
  abort.abort()
  await done

  expect(calls.at(-1)).toBe('healed')
})

test('a fault whose target cannot be found is reported as one that did not bite', async () => {
  const { fault } = traced({ prepare: () => Promise.reject(new Error('Nobody bears that role at the moment.')) })
  const { lines, done } = run([step(fault)])
  const [report] = await done

  expect(lines).toEqual([])
  expect(report).toMatchObject({ bit: false, evidence: ['Nobody bears that role at the moment.'] })
})

test('a fault waits until the one before it has healed and the cluster is steady', async () => {
  const one = traced()
  const other = traced()
  const order: string[] = []
  const { done } = run([step(one.fault, 0, 50), step(other.fault, 10, 10)], {
    untilSteady: () => Promise.resolve(void order.push(`gate after ${one.calls.at(-1) ?? ''}, before ${other.calls.length} calls`))
  })
  await done

  expect(order).toEqual(['gate after , before 0 calls', 'gate after healed, before 0 calls'])
})

test('the first fault, too, waits until the cluster is steady', async () => {
  const { fault, calls } = traced()
  const [report] = await run([step(fault)], { untilSteady: () => Promise.reject(new Error('Still missing: broker 2.')) }).done

  expect(calls).toEqual([])
  expect(report).toMatchObject({ bit: false, evidence: ['it did not strike, because the cluster was not steady. Still missing: broker 2.'] })
})

/** Longer than the half second by which a target is looked for before its time, and the second by which a group may wait for it. */
const slowly = (): Promise<void> => new Promise(resolve => { setTimeout(resolve, 1700) })

test.concurrent('a fault of a group whose target is found too late does not strike: the others keep their times', async ({ expect: expectHere }) => {
  const slow = traced({ prepare: slowly })
  const reports = await run([step(traced().fault), step(slow.fault, 20, 20, true)]).done

  expectHere(slow.calls).toEqual(['prepared'])
  expectHere(reports.map(({ evidence }) => evidence)).toEqual([['it bit'], [expectHere.stringMatching(/^it did not strike: its target was found \d\.\d s after its time/)]])
})

test.concurrent('where the first of a group is late, the others keep their distances from it', async ({ expect: expectHere }) => {
  const [first, second] = await run([step(traced({ prepare: slowly }).fault), step(traced().fault, 310, 20, true)]).done

  expectHere([first?.bit, second?.bit]).toEqual([true, true])
  expectHere((second?.injectingAt ?? 0) - (first?.injectingAt ?? 0)).toBeGreaterThan(290_000)
})

test('where the first of a group has no target, the others strike in their own time', async () => {
  const nobody = traced({ prepare: () => Promise.reject(new Error('Nobody bears that role at the moment.')) })

  expect(await run([step(nobody.fault), step(traced().fault, 20, 20, true)]).done).toMatchObject([{ bit: false }, { bit: true }])
})

test.concurrent('a fault alone strikes whenever its target is found', async ({ expect: expectHere }) => {
  expectHere(await run([step(traced({ prepare: slowly }).fault)]).done).toMatchObject([{ bit: true }])
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

test('a cluster that does not become steady fails the whole group, and no fault of it strikes', async () => {
  const [before, first, second] = [traced(), traced(), traced()]
  const reports = await run([step(before.fault, 0, 1), step(first.fault, 5, 10), step(second.fault, 10, 10, true)], {
    untilSteady: () => before.calls.length === 0 ? Promise.resolve() : Promise.reject(new Error('Waited 90 s for a steady cluster.'))
  }).done

  expect(reports.map(({ bit }) => bit)).toEqual([true, false, false])
  expect([...first.calls, ...second.calls]).toEqual([])
})

test('a cluster that does not recover is waited for once, and each fault that was still to come says what was missing', async () => {
  let waits = 0
  const reports = await run([step(traced().fault, 0, 1), step(traced().fault, 5, 1), step(traced().fault, 10, 1), step(traced().fault, 15, 1)], {
    untilSteady: () => {
      waits += 1

      return waits <= 2 ? Promise.resolve() : Promise.reject(new Error('Waited 90 s for a steady cluster; still missing: broker 2 in the ISR of orders-0.'))
    }
  }).done

  const missing = 'it did not strike, because the cluster did not recover from the faults before it. Waited 90 s for a steady cluster; still missing: broker 2 in the ISR of orders-0.'
  expect(reports.map(({ evidence }) => evidence)).toEqual([['it bit'], ['it bit'], [missing], [missing]])
  expect(waits).toBe(3)
})

test('a target is drawn from the step\'s own stream, whatever its place', async () => {
  const drawn: number[] = []
  const fault: Fault = { ...traced().fault, prepare: (_, random) => {
    drawn.push(random.next())

    return Promise.reject(new Error('enough'))
  } }
  await run([{ ...step(fault), stream: 'fault 7' }]).done
  await run([step(traced().fault, 0, 1), { ...step(fault), stream: 'fault 7' }]).done
  await run([{ ...step(fault), stream: 'fault 8' }]).done

  expect(drawn[0]).toBe(drawn[1])
  expect(drawn[0]).not.toBe(drawn[2])
})

test('an overlapping fault strikes while the one before it is in force', async () => {
  const one = traced()
  const seen: string[] = []
  const other = traced({ prepare: () => Promise.resolve(void seen.push(...one.calls)) })
  await run([step(one.fault, 0, 300), step(other.fault, 100, 10, true)]).done

  expect(seen).not.toContain('healed')
})

test('brokers that lead nothing hurt the partitions that they hold', async () => {
  const { fault } = traced({ brokers: [3] })
  const [report] = await run([step(fault)]).done

  expect(report?.affected).toEqual([{ topic: 'orders', partition: 0 }, { topic: 'orders', partition: 1 }])
})

test('a victim that bears its role at the blow is told with it', async () => {
  const { fault } = traced({ role: () => Promise.resolve({ held: true, evidence: 'broker 1 led orders-0 (epoch 3)' }) })
  const { lines, done } = run([step(fault)])
  const [report] = await done

  expect(report).toMatchObject({ bit: true, evidence: ['it bit', 'asked right before the blow: broker 1 led orders-0 (epoch 3)'] })
  expect(lines[1]?.evidence).toBe('it bit; asked right before the blow: broker 1 led orders-0 (epoch 3)')
})

test('a blow on one that had lost its role does not count, says so, and still heals', async () => {
  const { fault, calls } = traced({ role: () => Promise.resolve({ held: false, evidence: 'broker 2 led orders-0 (epoch 4)' }) })
  const { lines, done } = run([step(fault)])
  const [report] = await done

  expect(report).toMatchObject({ bit: false, evidence: ['it bit', expect.stringContaining('broker 2 led orders-0 (epoch 4)')] })
  expect(lines[1]?.evidence).toBe(false)
  expect(calls.at(-1)).toBe('healed')
})

test('the blow does not wait for the answer about the role, and an answer that comes after it and denies the role proves nothing', async () => {
  const struck = Promise.withResolvers<undefined>()
  const { fault, calls } = traced({ role: () => struck.promise.then(() => ({ held: false, evidence: 'broker 2 led orders-0 (epoch 4)' })) })
  const { done } = run([step(fault)], {
    write: ({ phase }) => {
      if (phase === 'injecting') setTimeout(() => { struck.resolve(undefined) }, 5)
    }
  })
  const [report] = await done

  expect(calls).toContain('struck')
  expect(report).toMatchObject({ bit: false, evidence: ['it bit', expect.stringContaining('broker 2 led orders-0 (epoch 4)')] })
})

test('a question about the role that fails is no proof of it', async () => {
  const { fault } = traced({ role: () => Promise.reject(new Error('No broker answered.')) })
  const [report] = await run([step(fault)]).done

  expect(report).toMatchObject({ bit: false, evidence: ['it bit', 'whether broker 1 still bore the role for which it was struck is not known: No broker answered.'] })
})

test('a fault that names partitions affects these and no others, and may say that no client has to notice it', async () => {
  const { fault } = traced()
  const named: Fault = { ...fault, unnoticed: true, prepare: async (...asked) => ({ ...await fault.prepare(...asked), partitions: [{ topic: 'orders', partition: 1 }] }) }
  const [report] = await run([step(named)]).done

  expect(report).toMatchObject({ affected: [{ topic: 'orders', partition: 1 }], mayGoUnnoticed: true })
})

test('dedicated controllers are the concern of all partitions, and no client has to notice their loss; that of a broker it has to', async () => {
  const subject = fakeSubject({ nodes: [fakeNode(1), { ...fakeNode(4), roles: ['controller'] }] })
  const strikes = async (...brokers: readonly number[]) => (await run([step(traced({ brokers }).fault)], { subject }).done)[0]

  expect(await strikes(4)).toMatchObject({ affected: [{ topic: 'orders', partition: 0 }, { topic: 'orders', partition: 1 }], mayGoUnnoticed: true })
  expect(await strikes(1)).toMatchObject({ affected: [{ topic: 'orders', partition: 0 }], mayGoUnnoticed: false })
  expect(await strikes(1, 4)).toMatchObject({ affected: [{ topic: 'orders', partition: 0 }], mayGoUnnoticed: false })
})
