/**
 * Sets a topic's configuration while it works (IncrementalAlterConfigs), in Kafka's own keys and values, and sets it back when it heals. A
 * topic is judged by the least that it promised at any time, so a run may take from it what it had: the report says so.
 */
import type { Bite, Fault } from '../model/fault.ts'
import type { Configuration } from '../model/metadata.ts'
import type { TopicPlan } from '../model/topic.ts'
import { undoneUnlessDone } from './partition-states.ts'
import { refuseUnless } from './refusals.ts'

/** Example: `configure(orders, { 'min.insync.replicas': '1' })`. No client has to notice it: provenBy(...) can demand what it does. */
export const configure = (topic: TopicPlan, config: Configuration): Fault => {
  const { name } = topic
  const settings = Object.entries(config)
  refuseUnless(settings.length > 0, `\`configure\` of ${name} has no setting`)
  const told = settings.map(([key, value]) => `${key}=${value}`).join(', ')

  return {
    description: `configure ${name} with ${told}`,
    what: 'configure',
    needs: [],
    unnoticed: true,
    imposes: [{ topic: name, config }],
    prepare: async ({ metadata, operations }) => {
      const before = await metadata.topicConfiguration(name)
      const own = await operations.topicOverrides(name)
      const undo = (): Promise<void> => operations.configureTopic(name, Object.fromEntries(settings.map(([key]) => [key, own[key]])))

      return {
        whom: name,
        brokers: [],
        clients: [],
        partitions: (await metadata.partitions([name])).map(({ topic: of, partition }) => ({ topic: of, partition })),
        strike: async () => {
          await undoneUnlessDone(() => operations.configureTopic(name, config), undo)

          return { bite: async () => areTold(config, { before, now: await metadata.topicConfiguration(name) }), [Symbol.asyncDispose]: undo }
        }
      }
    }
  }
}

/** A value that was in force before is no change. */
const areTold = (config: Configuration, { before, now }: { readonly before: Configuration, readonly now: Configuration }): Bite => {
  const found = Object.entries(config).map(([key, value]) => ({
    bit: now[key] === value && before[key] !== value,
    evidence: now[key] !== value ? `${key} is ${now[key] ?? 'not told'}, not ${value}` : before[key] === value ? `${key} was ${value} before` : `${key} is ${value}, and was ${before[key] ?? 'not told'}`
  }))

  return { bit: found.every(({ bit }) => bit), evidence: found.map(({ evidence }) => evidence).join('; ') }
}
