/** A schedule to carry out without a cluster, of faults that write down what becomes of them. */
import { milliseconds } from '../../harness/model/duration.ts'
import type { Bite, Fault, Role, ScheduledFault } from '../../harness/model/fault.ts'
import type { FaultLine } from '../../harness/model/history.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { disturb, type Disturbance } from '../../harness/run/disturb.ts'
import { fakeSubject, partitionState } from '../fake-cluster.ts'

export const bitten: Bite = { bit: true, evidence: 'it bit' }

export interface Trace {
  readonly fault: Fault
  readonly calls: string[]
}

interface Traced {
  readonly bites?: readonly Bite[]
  readonly brokers?: readonly number[]
  readonly prepare?: () => Promise<void>
  readonly lookBefore?: () => Promise<void>
  readonly role?: () => Promise<Role>
}

export const traced = (options: Traced = {}): Trace => {
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
          ...options.lookBefore === undefined ? {} : { lookBefore: options.lookBefore },
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

export const step = (fault: Fault, at = 10, lasting = 20, overlapping = false): ScheduledFault =>
  ({ at: milliseconds(at), lasting: milliseconds(lasting), fault, stream: 'fault 1', overlapping })

export const run = (schedule: readonly ScheduledFault[], options: Partial<Disturbance> = {}): { readonly lines: FaultLine[], readonly done: ReturnType<typeof disturb> } => {
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
