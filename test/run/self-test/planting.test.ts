/** What mutations do to the evidence, seen as the lines of its history that go and come. */
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { historyText } from '../../../harness/ledger/index.ts'
import type { Judgement } from '../../../harness/model/judgement.ts'
import { mutationDescriptions, type MutationName } from '../../../harness/model/mutations.ts'
import { randomFrom } from '../../../harness/model/random.ts'
import { selfTest } from '../../../harness/run/self-test/index.ts'
import { allMutations } from '../../../harness/run/self-test/mutations/index.ts'
import { writeSmallRun } from './small-run.ts'

const nothing: Judgement = {
  verdict: 'upheld', findings: [],
  counts: { sent: 0, acknowledged: 0, rejected: 0, indeterminate: 0, logged: 0, delivered: 0, lost: 0, duplicated: 0, redelivered: 0 }
}

const linesOf = (folder: string): readonly string[] => {
  let text = ''
  for (const piece of historyText(folder)) text += piece.toString()

  return text.trimEnd().split('\n')
}

const folder = writeSmallRun({ rounds: 6, store: true })
const scratch = `${folder}-copy`

/** The lines that one mutation takes away and adds, by their events. */
const difference = async (name: string, seed = 'a'): Promise<{ readonly gone: readonly string[], readonly come: readonly string[] }> => {
  const before = linesOf(folder)
  let after: readonly string[] = []
  await selfTest({
    folder, scratch, baseline: nothing, required: [], random: randomFrom(seed), mutations: allMutations.filter(one => one.name === name),
    judgeFolder: async copy => {
      after = linesOf(copy)

      return nothing
    }
  })

  return { gone: eventsOf(without(before, after)), come: eventsOf(without(after, before)) }
}

const without = (lines: readonly string[], others: readonly string[]): readonly string[] => {
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)

  return lines.filter(line => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)

    return count <= 0
  })
}

const eventsOf = (lines: readonly string[]): readonly string[] => lines.map(line => (JSON.parse(line) as { event: string }).event).sort()

const changes: Readonly<Record<MutationName, readonly [gone: readonly string[], come: readonly string[]]>> = {
  drop: [['logged'], []],
  double: [['audit'], ['audit', 'logged']],
  invent: [['audit'], ['audit', 'logged']],
  tear: [['logged'], ['logged']],
  move: [['audit'], ['audit', 'logged']],
  swap: [['acknowledged', 'acknowledged', 'delivered', 'delivered', 'logged', 'logged'], ['acknowledged', 'acknowledged', 'delivered', 'delivered', 'logged', 'logged']],
  stale: [['acknowledged', 'send'], ['acknowledged', 'send']],
  conflict: [['acknowledged'], ['acknowledged']],
  resurrect: [['acknowledged'], ['rejected']],
  epoch: [['logged'], ['logged']],
  believe: [[], ['believed', 'send']],
  vanish: [['acknowledged', 'logged'], ['indeterminate']],
  redeliver: [[], ['delivered']],
  skip: [['delivered'], []],
  'tear-delivery': [['delivered'], ['delivered']],
  'epoch-delivery': [['delivered'], ['delivered']],
  'regress-commit': [[], ['offset-commit']],
  rewind: [[], ['assigned', 'revoked']],
  share: [[], ['assigned', 'offset-commit', 'revoked']],
  trespass: [[], ['offset-commit']],
  'lose-effect': [['effect'], []],
  'repeat-effect': [['effect'], ['effect']],
  'fail-work': [['processed'], ['processed']],
  outage: [[], ['rejected', 'send']],
  diverge: [['logged'], []],
  split: [[], ['acknowledged', 'acknowledged', 'audit', 'logged', 'producer', 'send', 'send', 'transaction', 'transaction', 'transaction']],
  'read-aborted': [[], [
    'acknowledged', 'acknowledged', 'assigned', 'audit', 'delivered', 'logged', 'logged', 'member', 'producer', 'send', 'send', 'transaction', 'transaction', 'transaction'
  ]]
}

describe('a mutation', () => {
  it.each(Object.keys(mutationDescriptions) as MutationName[])('called "%s" changes nothing but what it says', async name => {
    const { gone, come } = await difference(name)

    expect([gone, come]).toEqual(changes[name])
  })

  it('has a file for each name, and a name for each file', () => {
    expect(allMutations.map(({ name }) => name).sort()).toEqual(Object.keys(mutationDescriptions).sort())
  })
})

describe('a skip', () => {
  const planted = async (offset: number): Promise<readonly string[]> => {
    const sought = [0, 1, 2].map(partition => ({ event: 'seek', at: 1, member: 'c1', group: 'readers', topic: 'orders', partition, offset, reason: 'application' }))
    const own = writeSmallRun({ rounds: 6, lines: sought })
    const report = await selfTest({
      folder: own, scratch: `${own}-copy`, baseline: nothing, required: [], random: randomFrom('a'), mutations: allMutations.filter(({ name }) => name === 'skip'),
      judgeFolder: async () => nothing
    })

    return report.planted.map(({ anomaly }) => anomaly)
  }

  it('is planted where the application sought back', async () => {
    expect(await planted(0)).toContain('skipped')
  })

  it('is not planted where the application jumped over it', async () => {
    expect(await planted(1_000_000)).toEqual([])
  })
})

describe('the ledger of the run', () => {
  it('is left as it is', async () => {
    const before = linesOf(folder)
    await selfTest({ folder, scratch, baseline: nothing, required: [], random: randomFrom('b'), judgeFolder: async () => nothing })

    expect(linesOf(folder)).toEqual(before)
  })

  it('is copied the same way from the same seed, and the copy of a failed test is kept', async () => {
    const copies = []
    for (const seed of ['c', 'c', 'd']) {
      await selfTest({ folder, scratch, baseline: nothing, required: [], random: randomFrom(seed), judgeFolder: async () => nothing })
      copies.push((linesOf(scratch)).join('\n'))
    }

    expect(existsSync(scratch)).toBe(true)
    expect(copies[1]).toBe(copies[0])
    expect(copies[2]).not.toBe(copies[0])
  })
})
