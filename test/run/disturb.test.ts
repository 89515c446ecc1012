/** Carrying out a schedule: order, proof, gates, and healing whatever happens. */
import { expect, test } from 'vitest'
import type { Fault } from '../../harness/model/fault.ts'
import { fakeNode, fakeSubject } from '../fake-cluster.ts'
import { bitten, run, step, traced } from './traced-faults.ts'

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

test('what is looked at before the blow takes time of its own, not of finding the target', async () => {
  const order: string[] = []
  const { fault, calls } = traced({ lookBefore: () => new Promise(resolve => {
    setTimeout(() => {
      order.push(...calls, 'looked')
      resolve()
    }, 40)
  }) })
  const [report] = await run([step(fault)]).done

  expect(order).toEqual(['prepared', 'looked'])
  expect(calls).toContain('struck')
  expect(report?.lookedInMs).toBeGreaterThan(35)
  expect(report?.resolvedInMs).toBeLessThan(report?.lookedInMs ?? 0)
})

test.concurrent('a fault whose target is not found within a second does not strike', async ({ expect: expectHere }) => {
  const { fault, calls } = traced({ prepare: () => new Promise(resolve => { setTimeout(resolve, 1500) }) })
  const [report] = await run([step(fault)]).done

  expectHere(calls).not.toContain('struck')
  expectHere(report).toMatchObject({ bit: false, evidence: ['Waited 1000 ms for the target of "break it".'] })
})

test.concurrent('a look before the blow may take longer than finding the target may', async ({ expect: expectHere }) => {
  const { fault } = traced({ lookBefore: () => new Promise(resolve => { setTimeout(resolve, 1500) }) })
  const [report] = await run([step(fault)]).done

  expectHere(report).toMatchObject({ bit: true })
})

test('a fault whose look before the blow fails does not strike', async () => {
  const { fault, calls } = traced({ lookBefore: () => Promise.reject(new Error('nobody answers')) })
  const [report] = await run([step(fault)]).done

  expect(calls).toEqual(['prepared'])
  expect(report).toMatchObject({ bit: false, evidence: ['nobody answers'] })
})

test('a target that is not found, or cannot be looked at, leaves the figures of that', async () => {
  const late = (): Promise<never> => new Promise((_, reject) => { setTimeout(() => { reject(new Error('nobody')) }, 30) })
  const [sought] = await run([step(traced({ prepare: late }).fault)]).done
  const [found] = await run([step(traced({ lookBefore: late }).fault)]).done

  expect(sought).toMatchObject({ whom: '', evidence: ['nobody'] })
  expect(sought?.resolvedInMs).toBeGreaterThan(25)
  expect(found).toMatchObject({ whom: 'broker 1', evidence: ['nobody'] })
  expect(found?.lookedInMs).toBeGreaterThan(25)
})

test('a role is asked for before the blow also where the target was found late', async () => {
  let struck = false
  const { fault } = traced({
    lookBefore: () => new Promise(resolve => { setTimeout(resolve, 60) }),
    role: () => Promise.resolve({ held: !struck, evidence: struck ? 'the role has moved' : 'broker 1 led orders-0 (epoch 3)' })
  })
  const prepare: Fault['prepare'] = async (...given) => {
    const prepared = await fault.prepare(...given)

    return { ...prepared, strike: begun => { struck = true; return prepared.strike(begun) } }
  }
  const [report] = await run([step({ ...fault, prepare }, 1)]).done

  expect(report).toMatchObject({ bit: true, evidence: ['it bit', 'asked right before the blow: broker 1 led orders-0 (epoch 3)'] })
})

test('what is looked at within the blow is no part of it', async () => {
  const { fault } = traced()
  const prepare: Fault['prepare'] = async (...given) => {
    const prepared = await fault.prepare(...given)

    return { ...prepared, strike: async begun => {
      await new Promise(resolve => { setTimeout(resolve, 40) })
      begun?.()

      return prepared.strike()
    } }
  }
  const [report] = await run([step({ ...fault, prepare })]).done

  expect(report?.lateMs).toBeGreaterThan(35)
  expect(report?.askedAt).toHaveLength(2)
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
