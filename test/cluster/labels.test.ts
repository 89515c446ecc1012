/** Who owns what a run created: `heal` must spare a living harness and clean up after a dead one. */
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { currentOwner, hostOf, labelsOf, ownerIsAlive, ownerLabel, standingOf } from '../../harness/cluster/docker/labels.ts'

const [host = '', pid = '', start = '', namespace = ''] = currentOwner().split('/')
const startOf = (stat: string): string => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''

test('this process is alive, and its labels say so', () => {
  expect(ownerIsAlive(currentOwner())).toBe(true)
  expect(ownerIsAlive(labelsOf('r')[ownerLabel])).toBe(true)
  expect(hostOf(currentOwner())).toBe(hostname())
})

test('an owner without a namespace, as older versions wrote it, is looked for here', () => {
  expect(standingOf(`${host}/${pid}/${start}`)).toBe('alive')
})

test('a process that has ended owns nothing any more', async () => {
  const ended = execa('true')
  const { pid: other } = ended
  await ended

  expect(ownerIsAlive(`${hostname()}/${other}/1`)).toBe(false)
})

test('a later process with the same id is not the owner', () => {
  expect(ownerIsAlive(`${host}/${pid}/${Number(start) - 1}/${namespace}`)).toBe(false)
})

test('a process that has died owns nothing any more, though its parent takes no note of it', async () => {
  // The shell becomes a program that never waits for its children, so that the child stays a zombie.
  const parent = spawn('bash', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const child = String((await once(parent.stdout, 'data') as readonly unknown[])[0]).trim()
    const stat = (): string => readFileSync(`/proc/${child}/stat`, 'utf8')
    const owner = `${host}/${child}/${startOf(stat())}/${namespace}`
    expect(standingOf(owner)).toBe('alive')
    await expect.poll(stat, { timeout: 10_000 }).toMatch(/\) Z /)

    expect(standingOf(owner)).toBe('gone')
  } finally {
    parent.kill('SIGKILL')
  }
})

test('another host\'s process counts as alive, and so does one of another container of the same name', () => {
  expect([`elsewhere/${pid}/${start}/${namespace}`, `${host}/${pid}/1/4`].map(owner => [standingOf(owner), ownerIsAlive(owner)]))
    .toEqual([['elsewhere', true], ['elsewhere', true]])
})

test('a process of another machine that bears the same name is not looked for here', () => {
  expect(currentOwner().split('/')).toHaveLength(5)
  expect(standingOf(`${host}/1/1/${namespace}/another`)).toBe('elsewhere')
})

test('what names no process has no owner', () => {
  expect([undefined, '', host, `${host}//1`, `${host}/-1/1`].map(standingOf)).toEqual(['gone', 'gone', 'gone', 'gone', 'gone'])
})
