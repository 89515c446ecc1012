/**
 * Why a run proves nothing about deaths in the midst of something: none of the blows of a fault that had to meet it did, a sentence for
 * each. One that did is enough: when a client works is its own affair, and no schedule can hit every time. It speaks for no other fault.
 */
import type { Fault, ScheduledFault } from '../model/fault.ts'
import type { FaultRun } from './fault-run.ts'
import type { Overlap } from './overlap.ts'

interface Demanded {
  readonly met: (overlap: Overlap) => boolean
  readonly otherwise: (fault: FaultRun) => string
}

const demanded: Readonly<Record<NonNullable<Fault['demands']>, Demanded>> = {
  'mid-work': {
    met: ({ midWork }) => midWork === true,
    otherwise: ({ clients }) => `cut off no work: when it struck, ${clients.some(name => name.startsWith('p'))
      ? 'no transaction was open, and no other send was without an answer'
      : 'nothing was delivered and not committed, nor committed and not delivered'}`
  },
  'mid-commit': {
    met: ({ midCommit }) => midCommit === true,
    otherwise: () => 'met no commit: when it struck, nobody waited for the end of a transaction'
  }
}

export const unmetDemands = (
  faults: readonly FaultRun[], { schedule, overlaps }: { readonly schedule: readonly ScheduledFault[], readonly overlaps: readonly Overlap[] }
): readonly string[] => {
  const asked = faults.flatMap((fault, index) => {
    const demand = schedule[fault.number - 1]?.fault.demands
    const overlap = overlaps[index]

    return fault.bit && overlap !== undefined && demand !== undefined ? [{ fault, demand, met: demanded[demand].met(overlap) }] : []
  })

  return [...Map.groupBy(asked, ({ fault, demand }) => `${demand} ${fault.fault}`).values()].flatMap(alike => alike.some(({ met }) => met)
    ? []
    : alike.map(({ fault, demand }) => `The fault "${fault.fault}" (${fault.whom}) ${demanded[demand].otherwise(fault)}.`))
}
