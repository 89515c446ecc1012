/** `run` and `drill`: what is run, in which order, and the one exit code that comes of it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../../harness/commands/run.ts'
import { drillCommand } from '../../harness/commands/drill.ts'
import type { RunExperiment, RunOptions } from '../../harness/model/commands.ts'
import { CleanupError, InfrastructureError } from '../../harness/model/errors.ts'
import type { RunReport } from '../../harness/model/report.ts'
import { refuted, skippedRun, upheld, vacuous } from '../run-reports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { attempt } from './surroundings.ts'

/** A run that tells its reporter and ends with these reports, one after the other. */
const ending = (reports: readonly RunReport[], seen: { name: string, options: RunOptions }[] = []): RunExperiment => {
  const left = [...reports]

  return async ({ name }, options, reporter) => {
    seen.push({ name, options })
    const report = { ...left.shift() ?? upheld, folder: join(options.out, name) }
    await reporter.runEnded?.(report)

    return report
  }
}

describe('run', () => {
  it('runs each experiment on each version so often, each time with a seed of its own that can be repeated', async () => {
    const seen: { name: string, options: RunOptions }[] = []
    const { exitCode } = await attempt(runCommand, [
      'null-run', 'leader-sigkill', '--seed', '7', '--repeat', '2', '--versions', '3.9.2,4.3.0', '--out', temporaryFolder(), '--timeout', '5m', '--broker-config', 'a=1'
    ], { runExperiment: ending([], seen) })

    expect(seen.map(({ name, options }) => `${name} ${options.kafkaVersion} ${options.seed}`)).toEqual([
      'null-run 3.9.2 7', 'null-run 3.9.2 7-2', 'null-run 4.3.0 7', 'null-run 4.3.0 7-2',
      'leader-sigkill 3.9.2 7', 'leader-sigkill 3.9.2 7-2', 'leader-sigkill 4.3.0 7', 'leader-sigkill 4.3.0 7-2'
    ])
    expect(seen[0]?.options).toMatchObject({ timeout: { milliseconds: 300_000 }, brokerConfig: { a: '1' } })
    expect(exitCode).toBe(0)
  })

  it('runs each experiment with each client that is named, and leaves the choice to the experiment where none is', async () => {
    const seen: { name: string, options: RunOptions }[] = []
    await attempt(runCommand, ['null-run', '--clients', 'kafkajs,platformatic,kafkajs', '--seed', '7', '--repeat', '2', '--out', temporaryFolder()], { runExperiment: ending([], seen) })
    await attempt(runCommand, ['null-run', '--seed', '7', '--out', temporaryFolder()], { runExperiment: ending([], seen) })

    expect(seen.map(({ options }) => `${options.seed} ${options.client}`)).toEqual(['7 kafkajs', '7 platformatic', '7-2 kafkajs', '7-2 platformatic', '7 undefined'])
  })

  it('refuses a client that there is not, before anything is run', async () => {
    const refusal = await attempt(runCommand, ['null-run', '--clients', 'kafkajs,sarama', '--out', temporaryFolder()]).catch((error: unknown) => error)

    expect(refusal).toMatchObject({ exitCode: 2, message: expect.stringMatching(/no client named 'sarama'.*\nChoose from kafkajs/) as string })
  })

  it('ends early only where that is asked for', async () => {
    const seen: { name: string, options: RunOptions }[] = []
    await attempt(runCommand, ['null-run', '--out', temporaryFolder()], { runExperiment: ending([], seen) })
    await attempt(runCommand, ['null-run', '--fail-fast', '--out', temporaryFolder()], { runExperiment: ending([], seen) })

    expect(seen.map(({ options }) => options.failFast)).toEqual([undefined, true])
  })

  it('draws a seed where none is given', async () => {
    const seen: { name: string, options: RunOptions }[] = []
    await attempt(runCommand, ['null-run', '--out', temporaryFolder()], { runExperiment: ending([], seen) })

    expect(seen[0]?.options.seed).toMatch(/^\d+$/)
  })

  it.each([
    [[upheld, refuted, vacuous], 1],
    [[upheld, vacuous], 4],
    [[{ ...upheld, verdict: 'invalid' as const }, refuted], 1],
    [[{ ...upheld, verdict: 'invalid' as const }, upheld], 4],
    [[upheld, upheld], 0]
  ])('ends with the gravest exit code', async (reports, code) => {
    const names = ['null-run', 'leader-sigkill', 'follower-cut'].slice(0, reports.length)

    expect((await attempt(runCommand, [...names, '--out', temporaryFolder()], { runExperiment: ending(reports) })).exitCode).toBe(code)
  })

  it('goes on after a run that could not take place, tells it everywhere, and does not hide a refuted one behind it', async () => {
    const out = temporaryFolder()
    let first = true
    const { exitCode, out: told } = await attempt(runCommand, ['null-run', 'leader-sigkill', '--out', out], {
      runExperiment: async (...run) => {
        if (!first) return ending([refuted])(...run)
        first = false
        throw new InfrastructureError({ happened: 'The cluster did not start.\nIts errors:\n\u001b[2Jwiped', next: 'Look at its log.' })
      }
    })

    expect(exitCode).toBe(1)
    expect(told).toContain('COULD NOT RUN   null-run: The cluster did not start.\n    Its errors:\n    \\u001b[2Jwiped')
    expect(told).toContain('1 refuted, 1 could not run')
    expect(await readFile(join(out, 'junit.xml'), 'utf8')).toContain('could-not-run')
  })

  it('ends with 4 where every run was skipped, because nothing was shown', async () => {
    expect((await attempt(runCommand, ['null-run', '--out', temporaryFolder()], { runExperiment: async () => skippedRun })).exitCode).toBe(4)
  })

  it('starts nothing more after an interruption, and ends with 130', async () => {
    const controller = new AbortController()
    const seen: { name: string, options: RunOptions }[] = []
    const { exitCode } = await attempt(runCommand, ['null-run', 'leader-sigkill', '--out', temporaryFolder()], {
      interruption: () => controller.signal,
      runExperiment: async (...run) => {
        controller.abort()

        return ending([{ ...upheld, verdict: 'inconclusive' }], seen)(...run)
      }
    })

    expect(seen).toHaveLength(1)
    expect(exitCode).toBe(130)
  })

  it('ends with 130, and calls nothing broken, where an interrupted run ends by throwing', async () => {
    const controller = new AbortController()
    const { exitCode, out, err } = await attempt(runCommand, ['null-run', '--out', temporaryFolder()], {
      interruption: () => controller.signal,
      runExperiment: async () => {
        controller.abort()
        throw new Error('The run was interrupted.')
      }
    })

    expect(exitCode).toBe(130)
    expect(`${out}${err}`).not.toMatch(/COULD NOT RUN|SKIPPED/)
  })

  it('ends with 5 where an interrupted run could not clean up', async () => {
    const controller = new AbortController()
    const { exitCode } = await attempt(runCommand, ['null-run', '--out', temporaryFolder()], {
      interruption: () => controller.signal,
      runExperiment: async () => {
        controller.abort()
        throw new CleanupError({ happened: 'A container remains.' })
      }
    })

    expect(exitCode).toBe(5)
  })

  it('fails an upheld run of which somebody was not told', async () => {
    // A folder whose name is a file's cannot be written to.
    const { exitCode, err } = await attempt(runCommand, ['null-run', '--out', '/dev/null'], {
      runExperiment: ending([upheld])
    })

    expect(err).toContain('The reporter json failed')
    expect(exitCode).toBe(3)
  })

  it('prints reports as lines for machines, and sentences beside them', async () => {
    const { out, err } = await attempt(runCommand, ['null-run', '--json', '--out', temporaryFolder()], { runExperiment: ending([upheld]) })

    expect((JSON.parse(out) as RunReport).verdict).toBe('upheld')
    expect(err).toContain('UPHELD')
  })

  it('refuses reporters, tags and names that it does not know, and offers near ones', async () => {
    await expect(attempt(runCommand, ['null-run', '--reporter', 'junitt'])).rejects.toThrow(/--reporter: .*'junitt'.*\n.*Did you mean junit\?/)
    await expect(attempt(runCommand, ['--tag', 'controlls'])).rejects.toThrow(/no tag named 'controlls'.*\nDid you mean controls/)
    await expect(attempt(runCommand, ['nul-run'])).rejects.toThrow(/no experiment named 'nul-run'.*\nDid you mean null-run\?/)
  })
})

describe('drill', () => {
  it('is the death of a leader unless told otherwise', async () => {
    const seen: { name: string, options: RunOptions }[] = []
    await attempt(drillCommand, ['--out', temporaryFolder()], { runExperiment: ending([], seen) })

    expect(seen.map(({ name }) => name)).toEqual(['leader-sigkill'])
  })
})
