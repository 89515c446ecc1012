/** What a plan asks of the client that reads for a group's member. */
import type { MemberOptions } from '../clients/driver.ts'
import { clientName, type MemberPlan } from '../model/workload.ts'

export const memberOptions = (plan: MemberPlan, bootstrap: readonly string[]): MemberOptions => ({
  clientId: clientName(plan),
  bootstrap,
  group: plan.group,
  topics: plan.topics.map(({ name }) => name),
  sessionTimeoutMs: plan.sessionTimeoutMs,
  rebalanceProtocol: plan.rebalanceProtocol,
  ...plan.rebalancing === undefined ? {} : { rebalancing: plan.rebalancing },
  ...plan.membership === 'static' ? { groupInstanceId: clientName(plan) } : {},
  isolation: plan.isolation,
  ...plan.reset === undefined ? {} : { reset: plan.reset },
  autoCommitIntervalMs: plan.commits === 'automatic' ? plan.autoCommitIntervalMs : undefined
})
