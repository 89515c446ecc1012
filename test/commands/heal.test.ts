/** `heal`: what is printed where, what is asked for, and the exit codes. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { healCommand } from '../../harness/commands/heal.ts'
import type { Heal, HealOptions, HealReport } from '../../harness/model/commands.ts'
import { attempt } from './surroundings.ts'

const answering = (report: Partial<HealReport>, seen: HealOptions[] = []): { readonly heal: Heal } => ({
  heal: async options => {
    seen.push(options)

    return { removed: [], remaining: [], spared: [], unseen: [], ...report }
  }
})

const spared = ['network ackproof-1-edge of host ci-7']

describe('heal', () => {
  it('ends with 5 where something remains', async () => {
    const { out, exitCode } = await attempt(healCommand, [], answering({ removed: ['container a'], remaining: ['network b: in use'] }))

    expect(out).toContain('removed   container a')
    expect(out).toContain('remains   network b: in use')
    expect(exitCode).toBe(5)
  })

  it('says that there was nothing to undo', async () => {
    const { out, exitCode } = await attempt(healCommand, [], answering({}))

    expect(out).toContain('nothing to undo')
    expect(exitCode).toBe(0)
  })

  it.for([
    [{}, 3], [{ removed: ['process 7 of run r'] }, 3], [{ remaining: ['loop device /dev/loop1: it is still in use'] }, 5]
  ] as const)('never ends as if all were clean where something could not be looked at: %j', async ([report, code]) => {
    const { out, exitCode } = await attempt(healCommand, [], answering({ ...report, unseen: ['containers: No Docker engine answers.'] }))

    expect(out).toContain('unseen    containers: No Docker engine answers.')
    expect(out).not.toContain('nothing to undo')
    expect(exitCode).toBe(code)
  })

  it('names what it spared and the command that removes it, and ends with 0: it may be in use', async () => {
    const { out, exitCode } = await attempt(healCommand, [], answering({ spared }))

    expect(out).toContain('spared    network ackproof-1-edge of host ci-7')
    expect(out).toContain('ackproof heal --all')
    expect(out).not.toContain('nothing to undo')
    expect(exitCode).toBe(0)
  })

  it('tells machines what it spared', async () => {
    const { out } = await attempt(healCommand, ['--json'], answering({ spared }))

    expect(JSON.parse(out)).toEqual({ removed: [], remaining: [], spared, unseen: [] })
  })

  it('spares other hosts unless told otherwise, and looks for runs where they were told to be', async () => {
    const seen: HealOptions[] = []
    await attempt(healCommand, [], { ...answering({}, seen), cwd: '/somewhere' })
    await attempt(healCommand, ['--all', '--out', 'mine'], { ...answering({}, seen), cwd: '/somewhere' })

    expect(seen.map(({ elsewhere, out }) => [elsewhere, out])).toEqual([['spare', '/somewhere/reports'], ['remove', join('/somewhere', 'mine')]])
  })

  it('says on standard error what of other hosts it is going to remove, whatever its name is', async () => {
    const { out, err } = await attempt(healCommand, ['--all', '--json'], {
      heal: async ({ tell }) => {
        tell('Removing:\n  volume \u001B[2J of host ci-7')

        return { removed: [], remaining: [], spared: [], unseen: [] }
      }
    })

    expect(err).toMatch(/^Removing:\n {2}volume [^\u001B]+ of host ci-7\n$/)
    expect(out.trim().split('\n')).toHaveLength(1)
  })
})
