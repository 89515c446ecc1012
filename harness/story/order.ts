/** Whether the record lies where its time says: above everything that was acknowledged, or sent by its producer, before it. */
import { moment, type Remark } from '../model/story.ts'
import type { Attempt } from './attempts.ts'
import type { Contradiction } from './order-watch.ts'
import type { Telling } from './telling.ts'
import { figure, promiseWords } from './words.ts'

export const orderRemarks = (telling: Telling): readonly Remark[] => {
  const { attempts, around: { order }, logs: { visible } } = telling
  const [attempt] = attempts
  const copy = visible.find(({ topic, partition }) => topic === attempt?.topic && partition === attempt.partition)
  if (attempt === undefined || copy === undefined) return []
  const here = `it lies at offset ${figure(copy.offset)}, below`
  const { acknowledgedAbove: above, sentBefore } = order

  const stale = above === null ? [] : [staleRemark(telling, { attempt, here, above })]
  const overtaking = sentBefore === null ? [] : [overtakingRemark({ attempt, here, sentBefore })]

  return [...stale, ...overtaking]
}

const staleRemark = ({ surroundings, faults }: Telling, { attempt, here, above }: { readonly attempt: Attempt, readonly here: string, readonly above: Contradiction }): Remark => ({
  anomaly: 'stale-order', where: 'in the cluster', title: 'out of order',
  sentence: `out of order: ${here} ${above.id}, which had been acknowledged at offset ${figure(above.offset)} at ${moment(above.at)}, before this one was sent at ${moment(attempt.send.at)}.`,
  why: promiseWords(attempt, surroundings, faults)
})

const overtakingRemark = ({ attempt, here, sentBefore }: { readonly attempt: Attempt, readonly here: string, readonly sentBefore: Contradiction }): Remark => ({
  anomaly: 'reordered', where: 'not known', title: 'overtook an earlier one',
  sentence: `overtook an earlier one: ${here} ${sentBefore.id} at ${figure(sentBefore.offset)}, which ${attempt.producer.name} had sent before it.`,
  why: attempt.producer.idempotent ? 'An idempotent producer promised the order of its sends.' : 'Without idempotence a retry can put a record behind later ones.'
})
