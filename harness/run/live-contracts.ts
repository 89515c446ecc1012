/** What the live judge needs to know of the run's promises: each topic's, as the cluster told it, and the producers' as planned. */
import type { LiveContract } from '../checkers/index.ts'
import type { ScheduledFault } from '../model/fault.ts'
import type { TopicLine } from '../model/history.ts'
import type { ClientPlan } from '../model/workload.ts'

/** By topic. One whose settings are not known is left out, and nothing is said of it while the run goes on. */
export const liveContracts = (topics: readonly TopicLine[], clients: readonly ClientPlan[], schedule: readonly ScheduledFault[]): ReadonlyMap<string, LiveContract> => {
  const producers = new Map(clients.flatMap(plan => plan.kind === 'producer' ? [[plan.number, plan] as const] : []))
  const cutsPower = schedule.some(({ fault }) => fault.what === 'power-cut')

  return new Map(topics.flatMap(({ topic, minInsyncReplicas, uncleanLeaderElection, cleanupPolicy, flushed }) =>
    typeof minInsyncReplicas === 'number' && Number.isFinite(minInsyncReplicas) && typeof uncleanLeaderElection === 'boolean' && typeof cleanupPolicy === 'string'
      ? [[String(topic), { minInsyncReplicas, uncleanLeaderElection, producers, compacted: cleanupPolicy.includes('compact'), powerCuts: cutsPower && flushed !== true }]]
      : []))
}
