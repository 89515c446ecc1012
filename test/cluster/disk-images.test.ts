/** Whose the images of disks are, by the names in their folder alone. */
import { expect, test } from 'vitest'
import { runsAmong, unfinishedMark } from '../../harness/cluster/docker/disk-images.ts'
import { currentOwner, standingOf } from '../../harness/cluster/docker/labels.ts'

test('a mark that is being written is its owner\'s already, whatever is in the file by then', () => {
  const names = [unfinishedMark('a1', currentOwner()), unfinishedMark('b2', 'ci-7/1/1')]

  expect(names.every(name => !name.includes('/'))).toBe(true)
  expect([...runsAmong(names)]).toEqual([['a1', currentOwner()], ['b2', 'ci-7/1/1']])
  expect(standingOf(runsAmong(names).get('a1'))).toBe('alive')
})

test('a folder, its finished mark, and a mark that names nobody speak of a run without saying whose it is', () => {
  expect([...runsAmong(['a1', 'a1.owner', 'b2.owner'])]).toEqual([['a1', undefined], ['b2', undefined]])
  expect(standingOf(runsAmong(['c3.owner.unfinished']).get('c3'))).toBe('gone')
})

test('a mark that is being written tells the owner whatever else is there of its run', () => {
  const mark = unfinishedMark('a1', 'ci-7/1/1')

  for (const names of [['a1', mark, 'a1.owner'], ['a1.owner', mark]]) expect([...runsAmong(names)]).toEqual([['a1', 'ci-7/1/1']])
})
