/** `replay` and `shrink` on folders that a run could have left: what is run again with which options, what is told, and what is refused. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replayCommand } from '../../harness/commands/replay.ts'
import { shrinkCommand } from '../../harness/commands/shrink.ts'
import type { RunExperiment, RunOptions } from '../../harness/model/commands.ts'
import { milliseconds } from '../../harness/model/duration.ts'
import { CleanupError, InfrastructureError } from '../../harness/model/errors.ts'
import type { RunReport, ScheduledStep } from '../../harness/model/report.ts'
import { findExperiments, loadExperiment } from '../../harness/run/find-experiments.ts'
import { describeSchedule, drawSchedule, hashOf } from '../../harness/run/schedule.ts'
import { readScheduleFile, scheduleFile, scheduleText, type ScheduleFile } from '../../harness/run/schedule-file.ts'
import { fault, refuted, skippedRun, upheld, vacuous } from '../run-reports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { attempt, type Tried } from './surroundings.ts'

const file = (await findExperiments()).find(({ name }) => name === 'leader-sigkill')
if (file === undefined) throw new Error('There is such an experiment.')
const named = await loadExperiment(file)
const duration = milliseconds(20_000)
const options: RunOptions = {
  seed: '7', kafkaVersion: '3.9.2', out: '/tmp', brokerConfig: { 'log.flush.interval.messages': '1' }, topicConfig: {}, signal: new AbortController().signal
}
const drawn = { ...describeSchedule(drawSchedule(named.experiment, '7', duration), named.experiment), duration }
const written = scheduleFile(named, options, drawn)
const [drawnStep] = written.steps
if (drawnStep === undefined) throw new Error('It draws one.')

/** Several faults, as the experiment of another day may have drawn them. */
const withSteps = (count: number): ScheduleFile => {
  const steps = Array.from({ length: count }, (_, index): ScheduledStep => ({ ...drawnStep, stream: `fault ${index + 1}`, atMs: (index + 1) * 4000, lastingMs: 900 }))

  return { ...written, steps, hash: hashOf(steps) }
}

interface Left {
  readonly schedule?: ScheduleFile
  readonly report?: RunReport | null
}

/** A folder with one run in it: `reports/2026-11-21T10-00-00-leader-sigkill-7`. */
const folderWith = ({ schedule = written, report = refuted }: Left = {}): { readonly cwd: string, readonly run: string } => {
  const cwd = temporaryFolder()
  const run = 'reports/2026-11-21T10-00-00-leader-sigkill-7'
  mkdirSync(join(cwd, run, 'ledger'), { recursive: true })
  writeFileSync(join(cwd, run, 'schedule.json'), scheduleText(schedule))
  if (report !== null) writeFileSync(join(cwd, run, 'report.json'), JSON.stringify({ ...report, schedule: { hash: schedule.hash, steps: schedule.steps } }))

  return { cwd, run }
}

/** Runs that end as the test says, each in a folder of its own. */
const ending = (end: (options: RunOptions, number: number) => RunReport, seen: RunOptions[] = []): RunExperiment => async (_, given, reporter) => {
  seen.push(given)
  const report = { ...end(given, seen.length), folder: join(given.out, `again-${seen.length}`) }
  await reporter.runEnded?.(report)

  return report
}

describe('replay', () => {
  it.each(['latest', 'reports/2026-11-21T10-00-00-leader-sigkill-7', '2026-11-21T10-00-00-leader-sigkill-7', 'reports/2026-11-21T10-00-00-leader-sigkill-7/schedule.json'])(
    'of %s runs the same steps with the same seed, version, configuration and duration', async run => {
      const seen: RunOptions[] = []
      const { exitCode } = await attempt(replayCommand, [run, '--repeat', '2', '--timeout', '5m'], { cwd: folderWith().cwd, runExperiment: ending(() => upheld, seen) })

      expect(exitCode).toBe(0)
      expect(seen).toHaveLength(2)
      for (const one of seen) {
        expect(one).toMatchObject({
          seed: '7', kafkaVersion: '3.9.2', brokerConfig: { 'log.flush.interval.messages': '1' }, durationOverride: duration, steps: written.steps, timeout: { milliseconds: 300_000 }
        })
      }
    })

  it('ends with the verdict\'s exit code', async () => {
    expect((await attempt(replayCommand, ['latest'], { cwd: folderWith().cwd, runExperiment: ending(() => refuted) })).exitCode).toBe(1)
  })

  it('shows whom each fault hit, beside whom the earlier run\'s did', async () => {
    const { cwd } = folderWith({ report: { ...refuted, faults: [fault(), fault({ number: 2, whom: 'broker 3' })] } })
    const { out } = await attempt(replayCommand, ['latest'], { cwd, runExperiment: ending(() => ({ ...upheld, faults: [fault(), fault({ number: 2, whom: 'broker 1' })] })) })

    expect(out).toContain('whom       1. kill the leader of orders → broker 2, as in the earlier run\n')
    expect(out).toContain('           2. kill the leader of orders → broker 1; in the earlier run broker 3\n')
  })

  it('says that the earlier targets are not known where the run left no report', async () => {
    const { out } = await attempt(replayCommand, ['latest'], { cwd: folderWith({ report: null }).cwd, runExperiment: ending(() => upheld) })

    expect(out).toContain('1. kill the leader of orders → broker 2\n')
    expect(out).toContain('is not known')
  })

  it('leaves standard output to machines where they ask for it', async () => {
    const { out, err } = await attempt(replayCommand, ['latest', '--json'], { cwd: folderWith().cwd, runExperiment: ending(() => upheld) })

    expect((JSON.parse(out) as RunReport).verdict).toBe('upheld')
    expect(err).toContain('as in the earlier run')
  })

  it('says nothing of changes where there are none', async () => {
    const { out } = await attempt(replayCommand, ['latest'], { cwd: folderWith().cwd, runExperiment: ending(() => upheld) })

    expect(out).not.toMatch(/changed|another schedule/)
  })

  it('replays what the experiment of today would not draw as it was written, and says so', async () => {
    const schedule = { ...withSteps(3), experimentHash: 'of another day' }
    const seen: RunOptions[] = []
    const { out } = await attempt(replayCommand, ['latest'], { cwd: folderWith({ schedule }).cwd, runExperiment: ending(() => upheld, seen) })

    expect(seen[0]?.steps).toEqual(schedule.steps)
    expect(out).toContain('The experiment\'s file has changed since')
    expect(out).toContain('Today the experiment draws another schedule from seed 7')
  })

  const step = (given: Partial<ScheduledStep>): Partial<ScheduleFile> => {
    const steps = [{ ...drawnStep, ...given }]

    return { steps, hash: hashOf(steps) }
  }
  it.each<[string, object, RegExp]>([
    ['was changed', { steps: [{ ...drawnStep, atMs: 1 }] }, /schedule\.json|leader-sigkill-7: Its steps do not have its hash: it was changed/],
    ['has no steps', { steps: undefined }, /This is no schedule/],
    ['is older', { kafka: undefined }, /Its `kafka` is missing/],
    ['has half a step', step({ stream: '' }), /Its `stream` is missing/],
    ['has a time that is none', step({ atMs: -1 }), /Its `atMs` is missing or not what it must be/],
    ['has a fault that the experiment has not', step({ fault: 'melt the leader' }), /step 1 of the schedule: The experiment has no fault "melt the leader"/],
    ['is of an experiment that is gone', { source: 'leader-sigkil', experiment: 'leader-sigkil' }, /no experiment named 'leader-sigkil' any more/],
    ['is of a file that is gone', { source: './mine.ts' }, /\.\/mine\.ts: There is no such file/],
    ['breaks nothing', { steps: [], hash: hashOf([]) }, /holds no fault/]
  ])('refuses a schedule that %s, with exit code 2 and before anything is run', async (_, change, message) => {
    const { cwd } = folderWith({ schedule: { ...written, ...change } })
    const error = await attempt(replayCommand, ['latest'], { cwd }).then(() => 'not refused', (thrown: unknown) => thrown)

    expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(message) as string })
  })

  it.each<[string, (file: Record<string, unknown>) => object, RegExp]>([
    ['seed', file => ({ ...file, seed: '8' }), /changed after it was written/],
    ['length', file => ({ ...file, durationMs: 60_000 }), /changed after it was written/],
    ['settings of brokers', file => ({ ...file, brokerConfig: {} }), /changed after it was written/],
    ['steps, and their hash', file => ({ ...file, ...step({ atMs: 1 }) }), /changed after it was written/],
    ['hash of all, as an older version has none', ({ fileHash: _, ...file }) => file, /Its `fileHash` is missing .* an older version/]
  ])('refuses a schedule whose %s somebody has changed, with exit code 2', async (_, edited, message) => {
    const { cwd, run } = folderWith()
    const path = join(cwd, run, 'schedule.json')
    writeFileSync(path, JSON.stringify(edited(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)))

    await expect(attempt(replayCommand, ['latest'], { cwd })).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) as string })
  })

  it('refuses runs that are not there, that wrote no schedule, and files that are none', async () => {
    const { cwd, run } = folderWith()
    mkdirSync(join(cwd, 'bare', 'ledger'), { recursive: true })
    writeFileSync(join(cwd, 'text'), 'not JSON')

    await expect(attempt(replayCommand, ['nowhere'], { cwd })).rejects.toThrow('There is no run or history \'nowhere\'')
    await expect(attempt(replayCommand, ['bare'], { cwd })).rejects.toThrow('This run wrote down no schedule.')
    await expect(attempt(replayCommand, ['text'], { cwd })).rejects.toThrow('It cannot be read as JSON.')
    await expect(attempt(replayCommand, [`${run}/report.json`], { cwd })).rejects.toThrow('This is no schedule.')
  })
})

/** The run's finding comes with the second of its faults, whatever else there is. */
const comesWithSecond = ({ steps = [] }: RunOptions): RunReport => steps.some(({ stream }) => stream === 'fault 2') ? refuted : upheld

const shrinking = (words: readonly string[], cwd: string, runExperiment: RunExperiment, signal = new AbortController().signal): Promise<Tried> =>
  attempt(shrinkCommand, ['latest', '--out', 'reports', ...words], { cwd, runExperiment, interruption: () => signal })

describe('shrink', () => {
  it('writes the least schedule beside the run\'s, which can be replayed', async () => {
    const { cwd, run } = folderWith({ schedule: withSteps(3) })
    const seen: RunOptions[] = []
    const { out, exitCode } = await shrinking(['--json'], cwd, ending(comesWithSecond))
    await attempt(replayCommand, [`${run}/shrunk.json`], { cwd, runExperiment: ending(comesWithSecond, seen) })

    expect(exitCode).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ verdict: 'refuted', anomalies: ['lost (violation) of orders'], ended: 'done', shown: 2, runs: 2, file: `${run}/shrunk.json` })
    expect(readScheduleFile(join(cwd, run, 'shrunk.json'), 'it').steps.map(({ stream }) => stream)).toEqual(['fault 2'])
    expect(seen[0]?.steps?.map(({ stream }) => stream)).toEqual(['fault 2'])
  })

  it('tells each run, and in how many runs the least gave the finding', async () => {
    const { out } = await shrinking(['--repeat', '3', '--runs', '40'], folderWith({ schedule: withSteps(3) }).cwd, ending(comesWithSecond))

    expect(out).toContain('searching the least schedule for refuted: lost (violation) of orders; the whole one has 3 faults')
    expect(out).toMatch(/run 1 of at most 40 {3}3 faults, .* the same/)
    expect(out).toMatch(/1 fault, .* not the same \(upheld: nothing found\)/)
    expect(out).toMatch(/the least: 1 fault, .*, the same finding in 3 of 3 runs/)
  })

  it('that ran out of runs says how to go on, and does so', async () => {
    const { cwd, run } = folderWith({ schedule: withSteps(3) })
    const seen: RunOptions[] = []
    const first = await shrinking(['--runs', '3'], cwd, ending(comesWithSecond, seen))
    const then = await shrinking([], cwd, ending(comesWithSecond, seen))
    const all: RunOptions[] = []
    await shrinking([], folderWith({ schedule: withSteps(3) }).cwd, ending(comesWithSecond, all))

    expect(first.exitCode).toBe(0)
    expect(first.out).toContain(`npx ackproof shrink ${run}`)
    expect(then.out).toContain('3 earlier runs count')
    expect(seen.map(({ steps }) => steps)).toEqual(all.map(({ steps }) => steps))
  })

  it('ends with 4 where the finding does not come again, and writes no schedule', async () => {
    const { cwd, run } = folderWith({ schedule: withSteps(3) })
    const { out, exitCode } = await shrinking([], cwd, ending(() => upheld))

    expect(exitCode).toBe(4)
    expect(out).toContain('did not come again')
    expect(() => readFileSync(join(cwd, run, 'shrunk.json'))).toThrow('ENOENT')
  })

  it('ends with 130 where it is interrupted, and does not count the run that was', async () => {
    const { cwd, run } = folderWith({ schedule: withSteps(3) })
    const controller = new AbortController()
    const { exitCode } = await shrinking([], cwd, ending((_, number) => {
      if (number === 3) controller.abort()

      return refuted
    }), controller.signal)

    expect(exitCode).toBe(130)
    expect((JSON.parse(readFileSync(join(cwd, run, 'shrink.json'), 'utf8')) as { trials: { runs: unknown[] }[] }).trials.flatMap(({ runs }) => runs)).toHaveLength(2)
  })

  it.each<[string, () => Error, number | undefined]>([
    ['fails', () => new InfrastructureError({ happened: 'The engine is gone.' }), 3], ['leaves something behind', () => new CleanupError({ happened: 'A container remains.' }), 5]
  ])('ends with the error of a run that %s, and keeps what was tried before', async (_, error, code) => {
    const { cwd, run } = folderWith({ schedule: withSteps(3) })
    const thrown = await shrinking([], cwd, ending((_options, number) => {
      if (number === 3) throw error()

      return refuted
    })).then(() => 'nothing', (problem: unknown) => problem)

    expect(thrown).toMatchObject({ exitCode: code })
    expect((JSON.parse(readFileSync(join(cwd, run, 'shrink.json'), 'utf8')) as { trials: unknown[] }).trials).toHaveLength(1)
  })

  it('takes no run that was skipped for one that found nothing', async () => {
    await expect(shrinking([], folderWith({ schedule: withSteps(3) }).cwd, () => Promise.resolve(skippedRun))).rejects.toThrow('The run was skipped')
  })

  it.each<[string, Left, string]>([
    ['found nothing', { report: upheld }, 'found nothing that could be searched for (upheld)'],
    ['showed nothing', { report: vacuous }, 'This run is vacuous: it showed nothing.'],
    ['was not judged', { report: null }, 'There is no report']
  ])('refuses a run that %s', async (_, left, message) => {
    await expect(shrinking([], folderWith(left).cwd, ending(() => upheld))).rejects.toThrow(message)
  })
})
