/** Where planters work: each in a partition of its own, one of the run's in which nothing stands out, or one of a new topic. */
import { expectedFindings } from '../expected/index.ts'
import { sum, type Tally } from '../expected/findings.ts'
import { topicKinds, type Plan } from '../kafka/plan.ts'
import { addTopic, simulate } from '../kafka/simulate.ts'
import { choose, partitionsOf, sharesOfPartition, type Partition, type World } from '../kafka/world.ts'
import type { Planter } from './planter.ts'

/** What may be found in a partition without getting in a planter's way: these depend on nothing that a planter does. */
const harmless = ['redelivered', 'unowned', 'effect-repeated']

const isCalm = (findings: Tally, { topic, number }: Partition): boolean => [...findings.keys()].every(key =>
  (!key.includes(`in ${topic.name}, partition ${number}`) && !key.includes(`in ${topic.name}, partition not known`)) || harmless.some(anomaly => key.includes(`: ${anomaly} in`)))

/** A group that begins to work tells effects from then on, also of what it missed before. */
const isAtWork = (world: World, partition: Partition): boolean =>
  sharesOfPartition(world, partition).every(({ group: { plan, processed } }) => plan.effects === 'none' || processed.size > 0)

/** Offsets that were told and cut off are written again when the log grows. */
const isWhole = (world: World, partition: Partition): boolean =>
  world.sends.every(send => send.partition !== partition || (send.offset ?? -1) < partition.end)
  && sharesOfPartition(world, partition).every(({ deliveries }) => deliveries.every(({ offset }) => offset < partition.end))

const placeFor = (world: World, planter: Planter, { free, variant }: { readonly free: readonly Partition[], readonly variant: number }): Partition => {
  const suits = (partition: Partition): boolean => planter.suits?.(world, partition) ?? true
  const chosen = choose(variant % 4 === 0 ? [] : free.filter(suits), variant)
  if (chosen !== undefined) return chosen
  for (let kind = variant; ; kind++) {
    addTopic(world, `new topic ${world.topics.length}`, { kind: choose(topicKinds, kind)!, partitions: 1 })
    const [partition] = world.topics.at(-1)!.partitions
    if (suits(partition!)) return partition!
  }
}

export interface Crime {
  readonly planter: Planter
  readonly count: number
  readonly variant: number
}

/** A legal run in which these crimes were committed, and what the judge has to say of it. */
export const commit = (plan: Plan, crimes: readonly Crime[]): { readonly world: World, readonly expected: Tally } => {
  const world = simulate(crimes.reduce((planned, { planter }) => planter.plan?.(planned) ?? planned, plan))
  const found = expectedFindings(world)
  const all = sum(found)
  let free = partitionsOf(world).filter(partition => partition.gap === 'none' && isCalm(found, partition) && isAtWork(world, partition) && isWhole(world, partition))
  for (const { planter, count, variant } of crimes) {
    const partition = placeFor(world, planter, { free, variant })
    free = free.filter(one => one !== partition)
    planter.plant({ world, partition, sum: all, count, variant })
  }

  return { world, expected: all.tally() }
}
