/** The one exit code of several runs: a claim that failed is never hidden by what became of another run. */
import { describe, expect, it } from 'vitest'
import { exitCodeOfError, gravestExitCode, type Result } from '../../harness/commands/exit-codes.ts'
import { CleanupError, InfrastructureError } from '../../harness/model/errors.ts'
import { exitCodes } from '../../harness/model/judgement.ts'

const { input, infrastructure, notCleanedUp, interrupted } = exitCodes

describe('the gravest exit code', () => {
  it.each<[readonly Result[], number]>([
    [['refuted', infrastructure], 1],
    [['refuted', notCleanedUp], 1],
    [['refuted', input], 1],
    [['refuted', interrupted], 1],
    [['refuted', 'invalid', 'vacuous', 'inconclusive', 'upheld'], 1],
    [['stalled', infrastructure, 'upheld'], 1],
    [['objective-missed', 'invalid'], 1],
    [[interrupted, notCleanedUp, infrastructure], 5],
    [[interrupted, infrastructure], 130],
    [[infrastructure, input], 2],
    [[infrastructure, 'invalid', 'vacuous'], 3],
    [['upheld', 'inconclusive'], 4],
    [['upheld', 'vacuous'], 4],
    [['upheld', 'invalid'], 4],
    [['upheld', 'upheld'], 0],
    [[], 4]
  ])('of %j is %i, in whatever order they came', (results, code) => {
    expect(gravestExitCode(results)).toBe(code)
    expect(gravestExitCode(results.toReversed())).toBe(code)
  })
})

describe('the exit code of an error', () => {
  it('is its own where the harness made it, and 4 for anything unforeseen', () => {
    expect(exitCodeOfError(new InfrastructureError({ happened: 'No engine.', next: 'Start one.' }))).toBe(3)
    expect(exitCodeOfError(new CleanupError({ happened: 'It remains.' }))).toBe(5)
    expect(exitCodeOfError(new Error('unforeseen'))).toBe(4)
    expect(exitCodeOfError('unforeseen')).toBe(4)
  })

  it('is not that of another program: neither a green 0 nor a refuting 1', () => {
    for (const exitCode of [0, 1, 127]) expect(exitCodeOfError(Object.assign(new Error('a process ended'), { exitCode }))).toBe(4)
  })
})
