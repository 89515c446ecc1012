/** What groups did with records is kept for each of them. */
import { expect, test } from 'vitest'
import { evidenceOf, judgementOf, inShort, acknowledged, assigned, audit, delivered, effect, logged, member, processed, send, topic } from '../histories.ts'

const other = { member: 'c2', group: 'h' }
const story = [
  topic(), member(), member(other), send('a'), acknowledged('a', 0), assigned({ position: 0 }), assigned({ ...other, position: 0 }),
  delivered('a', 0), delivered('a', 0, other), processed('a', 'applied'), processed('a', 'failed', other), logged('a', 0), audit(1)
]

test('the work of a second group is that of its own records', async () => {
  const evidence = await evidenceOf(story)

  expect(evidence.processed.map(({ group, record }) => [evidence.groups[group], [...record].map(evidence.recordName)])).toEqual([['g', ['a']], ['h', ['a']]])
})

test('a record that a second group failed to process is missing in its store', async () => {
  const { findings } = await judgementOf(...story, effect('a', 1, { group: 'g' }), effect('a', 0, { group: 'h' }))

  expect(findings.map(inShort)).toEqual(['effect-missing 1 violation orders-0 of h'])
})
