/** The configuration in force, defaults included, as DescribeConfigs tells it. */
import { describeConfigsV4, type ConfigResourceTypeValue } from '@platformatic/kafka'
import type { Configuration } from '../model/metadata.ts'
import type { Brokers } from './brokers.ts'

export const resources = { topic: 2, broker: 4 } as const satisfies Record<string, ConfigResourceTypeValue>

/** Secret values are absent. A broker is asked about itself: no other broker knows its static configuration. */
export const askConfiguration = async (
  brokers: Brokers, { type, name }: { readonly type: ConfigResourceTypeValue, readonly name: string }
): Promise<Configuration> => {
  const request = [{ resourceType: type, resourceName: name }]
  const answer = type === resources.broker
    ? await brokers.askBroker(Number(name), connection => describeConfigsV4.api.async(connection, request, false, false))
    : await brokers.askAny(connection => describeConfigsV4.api.async(connection, request, false, false))

  return Object.fromEntries(answer.results.flatMap(result => result.configs)
    .flatMap((config): readonly (readonly [string, string])[] => (typeof config.value === 'string' ? [[config.name, config.value]] : [])))
}
