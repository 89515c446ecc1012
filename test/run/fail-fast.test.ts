/** `--fail-fast`: the disturbance ends where it is told to, heals what is in force, and the run can then never be upheld. */
import { expect, test } from 'vitest'
import { milliseconds } from '../../harness/model/duration.ts'
import type { Fault } from '../../harness/model/fault.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { disturb } from '../../harness/run/disturb.ts'
import { endedBy, failFast } from '../../harness/run/fail-fast.ts'
import { pause } from '../../harness/run/waiting.ts'
import { fakeSubject } from '../fake-cluster.ts'

const traced = (calls: string[], name: string, struck: () => void = () => undefined): Fault => ({
  description: name,
  what: 'break',
  needs: [],
  prepare: () => Promise.resolve({
    whom: 'broker 1',
    brokers: [1],
    clients: [],
    strike: () => {
      calls.push(`${name} struck`)
      struck()

      return Promise.resolve({
        bite: () => Promise.resolve({ bit: true, evidence: 'it bit' }),
        [Symbol.asyncDispose]: () => Promise.resolve(void calls.push(`${name} healed`))
      })
    }
  })
})

const hour = 3_600_000

test('the fault in force is healed, the next one never strikes, and the rest of the time is not waited for', async () => {
  const calls: string[] = []
  const ending = failFast({ failFast: true })
  const [first, second] = await disturb({
    schedule: [
      { at: milliseconds(1), lasting: milliseconds(hour), stream: 'fault 1', overlapping: false, fault: traced(calls, 'first', () => { ending.end('3 records are gone') }) },
      { at: milliseconds(2), lasting: milliseconds(1), stream: 'fault 2', overlapping: false, fault: traced(calls, 'second') }
    ],
    subject: fakeSubject(),
    random: randomFrom('a'),
    signal: ending.signal,
    write: () => undefined,
    told: () => undefined,
    untilSteady: () => Promise.resolve(),
    partitions: () => [],
    partitionsOf: () => []
  })

  expect(calls).toEqual(['first struck', 'first healed'])
  expect([first?.bit, second?.injectedAt]).toEqual([true, undefined])
  expect(await endedBy(ending, pause(hour, ending.signal))).toBe('The load was ended early by --fail-fast: 3 records are gone.')
})

test('without the option a finding ends nothing', async () => {
  const ending = failFast({})
  ending.end('3 records are gone')

  expect(ending.signal.aborted).toBe(false)
  expect(await endedBy(ending, pause(1, ending.signal))).toBeUndefined()
})

test('an interruption is none of its endings', async () => {
  const interruption = AbortSignal.abort(new Error('interrupted'))
  const ending = failFast({ failFast: true })

  await expect(endedBy(ending, pause(hour, AbortSignal.any([interruption, ending.signal])))).rejects.toThrow('interrupted')
})
