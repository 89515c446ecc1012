/** Who owns what a run created: `heal` must spare a living harness and clean up after a dead one. */
import { hostname } from 'node:os'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { currentOwner, labelsOf, ownerIsAlive, ownerLabel } from '../../harness/cluster/docker/labels.ts'

test('this process is alive, and its labels say so', () => {
  expect(ownerIsAlive(currentOwner())).toBe(true)
  expect(ownerIsAlive(labelsOf('r')[ownerLabel])).toBe(true)
})

test('a process that has ended owns nothing any more', async () => {
  const ended = execa('true')
  const { pid } = ended
  await ended

  expect(ownerIsAlive(`${hostname()}/${pid}/1`)).toBe(false)
})

test('a later process with the same id is not the owner', () => {
  const [host = '', pid = '', start = ''] = currentOwner().split('/')

  expect(ownerIsAlive(`${host}/${pid}/${Number(start) - 1}`)).toBe(false)
})

test('another host\'s process counts as alive, a thing without an owner as abandoned', () => {
  expect(ownerIsAlive('elsewhere/1/1')).toBe(true)
  expect(ownerIsAlive(undefined)).toBe(false)
})
