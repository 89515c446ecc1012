/**
 * The feature levels at which a cluster begins its life, where they shall be others than Kafka's own: what `kafka-storage format --feature`
 * takes. Level 0 switches a feature off.
 */
import { UsageError } from './errors.ts'

/** By name: `{ 'eligible.leader.replicas.version': 0 }`. */
export type FeatureLevels = Readonly<Record<string, number>>

/** Throws a UsageError that names the option and the value where no feature could be meant. */
export const refuseOddFeatures = (features: FeatureLevels): void => {
  for (const [name, level] of Object.entries(features)) {
    const wrong = /^[a-z]+(\.[a-z]+)+$/.test(name)
      ? Number.isInteger(level) && level >= 0 ? undefined : `\`features\` sets ${name} to ${level}; a level is a whole number from 0`
      : `\`features\` names ${JSON.stringify(name)}, which is no name of a feature`
    if (wrong !== undefined) throw new UsageError({ happened: `${wrong}.`, next: 'Correct the experiment\'s `cluster`.' })
  }
}

/** As the start script hands them on to the formatting. */
export const formatArguments = (features: FeatureLevels): string => Object.entries(features).map(([name, level]) => `--feature ${name}=${level}`).join(' ')
