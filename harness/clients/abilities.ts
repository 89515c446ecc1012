/** What a driver can do, for people, and what of a workload it cannot: then the run is skipped, not run with something else. */
import type { ResetPolicy } from '../model/history.ts'
import type { ClientReport } from '../model/report.ts'
import { clientName, type ClientPlan } from '../model/workload.ts'
import type { DriverCapabilities, DriverFacts } from './driver.ts'

export const describeDriver = ({ name, version, capabilities }: DriverFacts): ClientReport => ({ name, version, abilities: abilitiesOf(capabilities) })

const onlyEarliest: readonly ResetPolicy[] = ['earliest']

const abilitiesOf = ({
  inFlightWhenIdempotent, rebalanceProtocols, staticMembership = [], cooperative, checksChecksums, transactions, readsCommitted, buffers, resets = onlyEarliest
}: DriverCapabilities): readonly string[] => [
  inFlightWhenIdempotent === 0 ? 'no idempotent producer' : `sends in flight of one idempotent producer: ${inFlightWhenIdempotent}`,
  rebalanceProtocols.length === 0 ? 'no consumer groups' : `rebalance protocols: ${rebalanceProtocols.join(', ')}`,
  ...staticMembership.length === 0 ? [] : [`static members with the protocol ${staticMembership.join(' and ')}`],
  ...cooperative ? ['cooperative rebalancing'] : [],
  ...resets.every(reset => reset === 'earliest') ? [] : [`offset resets: ${resets.join(', ')}`],
  ...transactions ? ['transactions'] : [],
  ...buffers ? ['a producer\'s buffer that can be full'] : [],
  ...readsCommitted ? ['reads committed records only, where it is asked to'] : [],
  checksChecksums ? 'verifies the checksums of what it reads' : 'verifies no checksums of what it reads'
]

/** What it cannot do of these plans, a sentence each; none: it can carry out all of them. */
export const lacksOf = (driver: DriverFacts, plans: readonly ClientPlan[]): readonly string[] => {
  const lacks = plans.flatMap(plan => [...lacksOfCapabilities(driver, plan), ...driver.cannot?.(plan) ?? []].map(lack => ({ name: clientName(plan), lack })))

  return [...Map.groupBy(lacks, ({ lack }) => lack)].map(([lack, all]) => `${lack} (${all.map(({ name }) => name).join(', ')})`)
}

const lacksOfCapabilities = ({ capabilities }: DriverFacts, plan: ClientPlan): readonly string[] => {
  const {
    inFlightWhenIdempotent, rebalanceProtocols, staticMembership = [], cooperative, transactions, readsCommitted, unguarded, asyncCommits, buffers, resets = onlyEarliest
  } = capabilities
  if (plan.kind === 'producer') {
    return [
      ...plan.idempotent && inFlightWhenIdempotent === 0 ? ['it has no idempotent producer'] : [],
      ...plan.transactions !== undefined && !transactions ? ['it has no transactions'] : [],
      ...plan.buffer !== undefined && !buffers ? ['its producers have no buffer that could be made small'] : [],
      ...plan.usage !== undefined && !unguarded ? ['its producers are only used with care here'] : []
    ]
  }

  const { transform, rebalanceProtocol, commitCalls = 'sync', reset = 'earliest' } = plan

  return [
    ...transform !== undefined && transform.transactionalIds !== 'none' && !transactions ? ['it has no transactions'] : [],
    ...transform !== undefined && inFlightWhenIdempotent === 0 ? ['it has no idempotent producer'] : [],
    ...commitCalls !== 'sync' && !asyncCommits ? ['its members wait for the answer to each commit'] : [],
    ...rebalanceProtocols.includes(rebalanceProtocol) ? [] : [`it has no rebalance protocol "${rebalanceProtocol}"`],
    ...plan.membership === 'static' && !staticMembership.includes(rebalanceProtocol) ? [`it has no static members with the protocol "${rebalanceProtocol}"`] : [],
    ...plan.rebalancing === 'cooperative' && !cooperative ? ['its members give up all that they own at each rebalance'] : [],
    ...resets.includes(reset) ? [] : [`its members cannot be told to reset to "${reset}" here`],
    ...plan.isolation === 'read_committed' && !readsCommitted ? ['it cannot leave out what was not committed'] : []
  ]
}
