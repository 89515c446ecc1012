/** The transactional ids with which a client of a run may write: by them a broker becomes the coordinator of its transactions. */
import type { ClientPlan, MemberPlan } from '../model/workload.ts'
import { isTransforming, transactionalIdFor } from './output-writer.ts'
import { isTransactional, transactionalIdOf } from './write-transactions.ts'

export const transactionalIdsOf = (run: string, plan: ClientPlan): readonly string[] => {
  if (plan.kind === 'member') return idsOfMember(run, plan)

  return isTransactional(plan) ? [transactionalIdOf(run, plan)] : []
}

const idsOfMember = (run: string, plan: MemberPlan): readonly string[] => {
  if (!isTransforming(plan)) return []
  const partitions = plan.topics[0]?.partitions ?? 0

  return [...new Set(Array.from({ length: partitions }, (_, partition) => transactionalIdFor({ run, plan }, partition) ?? []).flat())]
}
