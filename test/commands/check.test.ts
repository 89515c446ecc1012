/** `check` and `doctor`: what is printed where, and the exit codes. */
import { describe, expect, it } from 'vitest'
import { checkCommand } from '../../harness/commands/check.ts'
import { doctorCommand } from '../../harness/commands/doctor.ts'
import type { JudgeHistory } from '../../harness/model/commands.ts'
import type { Judgement, Verdict } from '../../harness/model/judgement.ts'
import { InputError } from '../../harness/ledger/input-error.ts'
import { refuted, upheld } from '../run-reports.ts'
import { attempt } from './surroundings.ts'

const isVerdict = (name: string): name is Verdict => ['upheld', 'refuted', 'invalid', 'vacuous'].includes(name)

/** Judges files by their names. */
const byName: JudgeHistory = async file => {
  const name = file.split('/').at(-1) ?? ''
  if (name === 'absent') throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
  if (!isVerdict(name)) throw new InputError({ file: name, line: 3, field: 'at' }, 'must be an integer, not "x"')

  return { judgement: { ...name === 'refuted' ? refuted.judgement : upheld.judgement, verdict: name }, warnings: name === 'vacuous' ? ['2 lines were ignored.'] : [] }
}

const check = (...words: readonly string[]): ReturnType<typeof attempt> => attempt(checkCommand, words, { judgeHistory: byName })

describe('check', () => {
  it('tells a judgement in words', async () => {
    const { out, exitCode } = await check('refuted')

    expect(out).toContain('REFUTED   refuted')
    expect(out).toContain('3 acknowledged records are gone from the log')
    expect(exitCode).toBe(1)
  })

  it('prints one JSON object a line in the order of the files, and errors beside them', async () => {
    const { out, err, exitCode } = await check('--json', 'upheld', 'broken', 'refuted', 'absent')

    expect(out.trim().split('\n').map(line => (JSON.parse(line) as Judgement).verdict)).toEqual(['upheld', 'refuted'])
    expect(err).toContain('broken, line 3: at: must be an integer')
    expect(err).toContain('absent: there is no such file')
    expect(exitCode).toBe(2)
  })

  it.each([
    [['upheld'], 0], [['vacuous', 'upheld'], 4], [['vacuous', 'refuted'], 1], [['refuted', 'invalid'], 4], [['invalid', 'broken'], 2]
  ])('ends with the gravest of %j: %i', async (files, code) => {
    expect((await check(...files)).exitCode).toBe(code)
  })

  it('tells what was ignored without spoiling what machines read', async () => {
    const { out, err } = await check('--json', 'vacuous')

    expect(err).toBe('vacuous: 2 lines were ignored.\n')
    expect(out.trim().split('\n')).toHaveLength(1)
  })

  it('shows the stack of an input error only on request', async () => {
    expect((await check('broken')).err).not.toContain('    at ')
    expect((await check('broken', '--debug')).err).toContain('    at ')
  })
})

describe('doctor', () => {
  const checks = [
    { what: 'Docker Engine', status: 'missing' as const, told: 'no engine answers', remedy: 'Run docker/prepare.sh.' },
    { what: 'packet loss', status: 'limited' as const, told: 'no iptables' }
  ]

  it('says what to do about what is missing, and ends with 3', async () => {
    const { out, exitCode } = await attempt(doctorCommand, [], { doctor: async () => ({ checks }) })

    expect(out).toContain('✖ Docker Engine: no engine answers\n      Run docker/prepare.sh.')
    expect(exitCode).toBe(3)
  })

  it('looks for what runs left where they were told to be', async () => {
    const seen: string[] = []
    for (const words of [[], ['--out', 'mine']]) await attempt(doctorCommand, words, { cwd: '/somewhere', doctor: async ({ out }) => { seen.push(out); return { checks } } })

    expect(seen).toEqual(['/somewhere/reports', '/somewhere/mine'])
  })

  it('ends with 0 where things are only limited', async () => {
    expect((await attempt(doctorCommand, ['--json'], { doctor: async () => ({ checks: checks.slice(1) }) })).exitCode).toBe(0)
  })
})
