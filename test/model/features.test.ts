/** Feature levels that an experiment asks for. */
import { expect, test } from 'vitest'
import { brokers } from '../../harness/model/cluster.ts'
import { formatArguments } from '../../harness/model/features.ts'

test('levels reach the formatting in Kafka\'s own words', () => {
  expect(formatArguments({ 'eligible.leader.replicas.version': 0, 'group.version': 1 })).toBe('--feature eligible.leader.replicas.version=0 --feature group.version=1')
  expect(brokers(3, { features: { 'group.version': 1 } })).toMatchObject({ features: { 'group.version': 1 } })
})

test.for([
  [{ 'group.version': 1.5 }, '`features` sets group.version to 1.5'], [{ 'group.version': -1 }, '`features` sets group.version to -1'],
  [{ 'group.version --ignore-formatted': 1 }, 'which is no name of a feature'], [{ '': 0 }, '`features` names ""']
] as const)('what cannot be a feature or a level is refused: %j', ([features, said]) => {
  expect(() => brokers(3, { features })).toThrow(said)
})
