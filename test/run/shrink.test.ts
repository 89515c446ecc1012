/** The search for the least schedule: with stand-in runs that find something whenever certain faults are there, always or now and then. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../harness/model/judgement.ts'
import type { ScheduledStep } from '../../harness/model/report.ts'
import { hashOf } from '../../harness/run/schedule.ts'
import type { ScheduleFile } from '../../harness/run/schedule-file.ts'
import { keepTrials, readTrials } from '../../harness/run/shrink-file.ts'
import { compared, foundIn, foundWords, type Shown } from '../../harness/run/shrink-finding.ts'
import { smallerSchedules, type Candidate } from '../../harness/run/shrink-search.ts'
import { shrink, type ShrinkLimits, type Shrunk, type ShrinkTools, type Trial } from '../../harness/run/shrink-trials.ts'
import { finding, refuted, upheld } from '../run-reports.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const step = (number: number, given: Partial<ScheduledStep> = {}): ScheduledStep =>
  ({ fault: `fault ${number}`, what: 'break', choice: 1, stream: `fault ${number}`, atMs: number * 10_000, lastingMs: 4000, overlapping: false, ...given })

const scheduleOf = (count: number): Candidate => ({ durationMs: (count + 1) * 10_000, steps: Array.from({ length: count }, (_, index) => step(index + 1)) })
const namesOf = ({ steps }: Candidate): readonly string[] => steps.map(({ fault }) => fault)

const shown = (same: boolean): Shown => ({ verdict: same ? 'refuted' : 'upheld', anomalies: [], same, folder: 'reports/a' })

interface Tried extends Shrunk {
  readonly asked: readonly Candidate[]
  readonly trials: readonly Trial[]
}

const plenty: ShrinkLimits = { runs: 1000, repeat: 2, milliseconds: undefined }

/** Shrinks with runs that find the same whenever `finds` says so. */
const tried = async (
  whole: Candidate,
  finds: (candidate: Candidate, number: number) => boolean | undefined,
  limits: Partial<ShrinkLimits> = {},
  given: Partial<ShrinkTools> & { readonly known?: readonly Trial[] } = {}
): Promise<Tried> => {
  const asked: Candidate[] = []
  let trials: readonly Trial[] = given.known ?? []
  const result = await shrink(whole, trials, { ...plenty, ...limits }, {
    run: candidate => {
      asked.push(candidate)
      const same = finds(candidate, asked.length)

      return Promise.resolve(same === undefined ? undefined : shown(same))
    },
    keep: now => { trials = now },
    told: () => undefined,
    now: () => 0,
    ...given
  })

  return { ...result, asked, trials }
}

const has = (...names: readonly string[]) => (candidate: Candidate): boolean => names.every(name => namesOf(candidate).includes(name))

describe('the search', () => {
  test.each([
    [1, ['fault 1']], [2, ['fault 2']], [5, ['fault 3']], [8, ['fault 1', 'fault 8']], [8, ['fault 2', 'fault 3', 'fault 7']], [13, ['fault 4', 'fault 9']]
  ])('of %d faults finds those that matter, %j, and no others', async (count, names) => {
    const { least, ended, shown: found, runs } = await tried(scheduleOf(count), has(...names))

    expect(namesOf(least)).toEqual(names)
    expect([ended, found, runs]).toEqual(['done', 2, 2])
  })

  test('keeps all of them where all of them matter', async () => {
    const whole = scheduleOf(4)

    expect(namesOf((await tried(whole, has(...namesOf(whole)))).least)).toEqual(namesOf(whole))
  })

  test('never asks about a schedule without a fault, nor about one schedule more often than it was told', async () => {
    const { asked } = await tried(scheduleOf(6), has('fault 2', 'fault 5'))
    const times = [...Map.groupBy(asked, candidate => JSON.stringify(candidate)).values()].map(({ length }) => length)

    expect(asked.every(({ steps }) => steps.length > 0)).toBe(true)
    expect(Math.max(...times)).toBe(2)
  })

  test('then lets what is left begin as soon as the first fault did, and the load end as soon after it', async () => {
    const { least } = await tried(scheduleOf(4), has('fault 3'))

    expect(least.steps[0]).toMatchObject({ fault: 'fault 3', atMs: 10_000, stream: 'fault 3' })
    expect(least.durationMs).toBe(10_000 + 4000 + (50_000 - 44_000))
  })

  test('keeps the times where the finding needs them', async () => {
    const { least } = await tried(scheduleOf(4), candidate => has('fault 3')(candidate) && candidate.durationMs === 50_000)

    expect(least).toMatchObject({ durationMs: 50_000, steps: [{ atMs: 30_000 }] })
  })

  test('then halves the lengths, together and each alone, as far as the finding stays', async () => {
    const long = { durationMs: 60_000, steps: [step(1, { lastingMs: 8000 }), step(2, { lastingMs: 8000 })] }
    const lasts = (candidate: Candidate, name: string): number => candidate.steps.find(({ fault }) => fault === name)?.lastingMs ?? 0
    const { least } = await tried(long, candidate => lasts(candidate, 'fault 1') >= 3000 && lasts(candidate, 'fault 2') >= 900)

    expect(least.steps.map(({ lastingMs }) => lastingMs)).toEqual([4000, 1000])
  })

  test('leaves short faults as they are', async () => {
    const { least, asked } = await tried({ durationMs: 60_000, steps: [step(1, { lastingMs: 900 })] }, () => true)

    expect(least.steps[0]?.lastingMs).toBe(900)
    expect(asked).toHaveLength(2)
  })

  test('lets a fault whose first of the group was left out wait for a steady cluster, as that one did', () => {
    const steps = [step(1), step(2), step(3, { overlapping: true }), step(4, { overlapping: true })]
    const search = smallerSchedules({ durationMs: 60_000, steps })
    const asked: Candidate[] = []
    for (let next = search.next(); next.done !== true; next = search.next(false)) asked.push(next.value)
    const overlappingOf = (...names: readonly string[]): readonly boolean[] | undefined =>
      asked.find(candidate => namesOf(candidate).join() === names.join())?.steps.map(({ overlapping }) => overlapping)

    expect(overlappingOf('fault 3', 'fault 4')).toEqual([false, true])
    expect(overlappingOf('fault 1', 'fault 3', 'fault 4')).toEqual([false, false, true])
    expect(overlappingOf('fault 1', 'fault 2', 'fault 4')).toEqual([false, false, true])
  })
})

describe('a finding that comes and goes', () => {
  test('does not make a schedule count that gave it only once of twice', async () => {
    const runs = new Map<string, number>()
    const { least, trials } = await tried(scheduleOf(2), candidate => {
      const key = namesOf(candidate).join()
      const number = (runs.get(key) ?? 0) + 1
      runs.set(key, number)

      // Fault 1 alone gives it in the first of its runs only.
      return key === 'fault 1,fault 2' || (key === 'fault 1' && number === 1)
    })

    expect(namesOf(least)).toEqual(['fault 1', 'fault 2'])
    expect(trials.find(({ candidate }) => namesOf(candidate).join() === 'fault 1')?.runs.map(({ same }) => same)).toEqual([true, false])
  })

  test('with the whole schedule too is told as often as it came', async () => {
    const { least, shown: found, runs, ended } = await tried(scheduleOf(1), (_, number) => number === 2, { repeat: 3 })

    expect([namesOf(least), found, runs, ended]).toEqual([['fault 1'], 1, 3, 'done'])
  })

  test('and does not come again at all ends the search before it begins', async () => {
    const { ended, shown: found, runs, asked } = await tried(scheduleOf(4), () => false)

    expect([ended, found, runs]).toEqual(['not-again', 0, 2])
    expect(asked).toHaveLength(2)
  })
})

describe('the bounds', () => {
  test('of runs end it with the least that is certain by then', async () => {
    const { ended, asked, least, shown: found, runs } = await tried(scheduleOf(8), has('fault 1'), { runs: 5 })

    expect([ended, asked.length, found, runs]).toEqual(['runs', 5, 2, 2])
    expect(namesOf(least)).toEqual(['fault 1', 'fault 2', 'fault 3', 'fault 4'])
  })

  test('of time let no further run begin', async () => {
    let clock = 0
    const { ended, asked } = await tried(scheduleOf(8), () => {
      clock += 600

      return true
    }, { milliseconds: 1000 }, { now: () => clock })

    expect([ended, asked.length]).toEqual(['time', 2])
  })

  test('an interrupted run counts for nothing', async () => {
    const { ended, trials, least } = await tried(scheduleOf(4), (_, number) => number === 4 ? undefined : true)

    expect([ended, least.steps.length]).toEqual(['interrupted', 4])
    expect(trials.flatMap(({ runs }) => runs)).toHaveLength(3)
  })
})

describe('a search that was ended', () => {
  test('goes on where it was, however often, and comes to the same', async () => {
    const whole = scheduleOf(8)
    const finds = has('fault 3', 'fault 6')
    const atOnce = await tried(whole, finds)
    let known: readonly Trial[] = []
    let asked = 0
    let last: Tried | undefined
    do {
      last = await tried(whole, finds, { runs: 3 }, { known })
      known = last.trials
      asked += last.asked.length
    } while (last.ended === 'runs')

    expect(last.least).toEqual(atOnce.least)
    expect(asked).toBe(atOnce.asked.length)
  })

  test('keeps what was tried before the next run begins', async () => {
    const kept: number[] = []
    const begun: number[] = []
    await tried(scheduleOf(2), () => true, { runs: 4 }, {
      run: () => {
        begun.push(kept.length)

        return Promise.resolve(shown(true))
      },
      keep: trials => { kept.push(trials.flatMap(({ runs }) => runs).length) }
    })

    expect(begun).toEqual([0, 1, 2, 3])
    expect(kept).toEqual([1, 2, 3, 4])
  })

  test('finds what was tried in the run\'s folder, and only what was tried of this schedule and this experiment', () => {
    const { steps, durationMs } = scheduleOf(2)
    const schedule: ScheduleFile = {
      format: 1, experiment: 'a', source: 'a', experimentHash: 'one', seed: '1', kafka: '4.3.0', client: 'kafkajs', durationMs, brokerConfig: {}, topicConfig: {}, hash: hashOf(steps), steps
    }
    const subject = { folder: temporaryFolder(), schedule, experimentHash: 'one', harness: '0.1.0' }
    const trials = [{ candidate: { steps, durationMs }, runs: [shown(true), shown(false)] }]

    expect(readTrials(subject)).toEqual([])
    keepTrials(subject, trials)
    expect(readTrials(subject)).toEqual(trials)
    expect(existsSync(join(subject.folder, 'shrink.json.unfinished'))).toBe(false)
    expect(readTrials({ ...subject, experimentHash: 'two' })).toEqual([])
    expect(readTrials({ ...subject, harness: '0.2.0' })).toEqual([])
    expect(readTrials({ ...subject, schedule: { ...schedule, hash: 'other' } })).toEqual([])

    const file = join(subject.folder, 'shrink.json')
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40))
    expect(() => readTrials(subject)).toThrow('Remove the file')
    writeFileSync(file, '{"format":1,"trials":[{"candidate":{},"runs":[]}]}')
    expect(() => readTrials(subject)).toThrow('Remove the file')
  })
})

describe('the same finding', () => {
  test('is the same verdict and the same anomalies, whatever their number, and whatever is only information', () => {
    const wanted = foundIn(refuted)

    expect(foundWords(wanted)).toBe('refuted: lost (violation) of orders')
    expect(compared(wanted, { ...refuted, judgement: { ...refuted.judgement, findings: [finding({ count: 9 })] } })).toMatchObject({ same: true })
    expect(compared(wanted, upheld)).toMatchObject({ same: false, verdict: 'upheld' })
    expect(compared(wanted, { ...refuted, verdict: 'inconclusive' })).toMatchObject({ same: false })
    expect(compared(wanted, { ...refuted, judgement: { ...refuted.judgement, findings: [finding(), finding({ anomaly: 'duplicated' })] } })).toMatchObject({ same: false })
    expect(compared(wanted, { ...refuted, judgement: { ...refuted.judgement, findings: [finding({ level: 'permitted' })] } })).toMatchObject({ same: false })
  })

  test.for<[string, Partial<Finding>]>([
    ['in another topic', { topic: 'payments' }], ['for another group', { anomaly: 'skipped', group: 'shipping' }], ['for no group', { anomaly: 'skipped', group: null }]
  ])('is another one %s', ([, elsewhere]) => {
    const found = (given: Partial<Finding>) => ({ ...refuted, judgement: { ...refuted.judgement, findings: [finding(given)] } })
    const here = { ...elsewhere, topic: 'orders', group: elsewhere.anomaly === undefined ? null : 'billing' }

    expect(compared(foundIn(found(here)), found(elsewhere))).toMatchObject({ same: false })
    expect(compared(foundIn(found(here)), found({ ...here, partition: 2 }))).toMatchObject({ same: true })
  })

  test('of a run that found nothing is nothing', () => {
    expect(foundIn(upheld)).toEqual({ verdict: 'upheld', anomalies: [] })
  })
})
