/** The real launcher, as a person or a script meets it: no Docker is needed for any of this. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import type { PlanReport } from '../harness/model/commands.ts'
import type { Judgement } from '../harness/model/judgement.ts'
import { temporaryFolder } from './temporary-folder.ts'

const launcher = fileURLToPath(new URL('../bin/ackproof.js', import.meta.url))
const folder = temporaryFolder()

const ackproof = async (...words: readonly string[]): Promise<{ readonly out: string, readonly err: string, readonly exitCode: number | undefined }> => {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [launcher, ...words], { cwd: folder, reject: false, timeout: 20_000 })

  return { out: stdout, err: stderr, exitCode }
}

const fileWith = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text)

  return `./${name}`
}

const ownExperiment = `
import { brokers, experiment, noLostWrites, numberedWrites, seconds, topic } from 'ackproof'

const orders: ReturnType<typeof topic> = topic('orders')

export default experiment({
  claim: 'Mine holds.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 100 }),
  duration: seconds(20),
  checkers: [noLostWrites]
})
`

const history = (...lines: readonly object[]): string => [{ event: 'run', format: 1, run: 'r' }, ...lines].map(line => JSON.stringify(line)).join('\n')
const send = { event: 'send', at: 1, id: 'a', producer: 'p', topic: 't', partition: 0 }
const acknowledged = { event: 'acknowledged', at: 2, id: 'a', offset: 0 }
const audit = { event: 'audit', topic: 't', partition: 0, logStart: 0, logEnd: 1, complete: true }
const logged = { event: 'logged', topic: 't', partition: 0, offset: 0, id: 'a' }

describe('explain', () => {
  it('refuses a run that is not there, in words and with exit code 2', async () => {
    const { out, err, exitCode } = await ackproof('explain', 'latest')

    expect(out).toBe('')
    expect(err).toBe('reports: There is no run yet.\nRun one, as in `ackproof run acks1-loses`, or name the folder of the runs with --out.')
    expect(exitCode).toBe(2)
  })
})

describe('the command line', () => {
  it('tells its version and its help, and takes no command for wrong usage', async () => {
    expect((await ackproof('--version')).out).toMatch(/^\d+\.\d+\.\d+$/)
    expect(await ackproof('run', '--help')).toMatchObject({ exitCode: 0, out: expect.stringContaining('Exit codes:') as string })
    expect((await ackproof()).exitCode).toBe(2)
  })

  it.each([
    [['lst'], 'Did you mean list'],
    [['run', '--nope'], '--nope'],
    [['run', 'leader-sigkil'], 'Did you mean leader-sigkill'],
    [['run', 'null-run', '--seed', 'a/b'], '--seed: \'a/b\''],
    [['run', 'null-run', '--timeout', '90'], '--timeout: \'90\''],
    [['list', '--tag', 'nothing'], 'no tag named \'nothing\''],
    [['check', 'absent.ndjson'], 'absent.ndjson: there is no such file']
  ])('refuses %j with exit code 2, in words', async (words, message) => {
    const { err, exitCode } = await ackproof(...words)

    expect(exitCode).toBe(2)
    expect(err).toContain(message)
    expect(err).not.toMatch(/^ {4}at /m)
  })

  it('lists the claims for people and for machines', async () => {
    expect((await ackproof('list')).out).toContain('leader-sigkill')
    const all = JSON.parse((await ackproof('list', '--json')).out) as readonly { readonly name: string, readonly hash: string }[]

    expect(all.find(({ name }) => name === 'null-run')?.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('plans the same schedule for the same seed, and another for another', async () => {
    const plan = async (seed: string): Promise<PlanReport> => JSON.parse((await ackproof('plan', 'leader-sigkill', '--seed', seed, '--json')).out) as PlanReport
    const [one, same, other] = await Promise.all([plan('1'), plan('1'), plan('2')])

    expect(one).toEqual(same)
    expect(one.schedule.hash).not.toBe(other.schedule.hash)
  })

  it('takes anybody\'s own experiment, which imports from \'ackproof\'', async () => {
    const { out, err, exitCode } = await ackproof('plan', await fileWith('my-claim.ts', ownExperiment))

    expect(err).toBe('')
    expect(exitCode).toBe(0)
    expect(out).toContain('Mine holds.')
  })

  it('names the file and the line of an experiment that cannot be loaded', async () => {
    const wrongWord = await ackproof('plan', await fileWith('wrong-word.ts', ownExperiment.replace('numberedWrites,', 'numberdWrites,')))
    const wrongSyntax = await ackproof('plan', await fileWith('wrong-syntax.ts', 'export default (\n'))

    expect(wrongWord).toMatchObject({ exitCode: 2, err: expect.stringMatching(/^wrong-word\.ts:2: .*numberdWrites/) as string })
    expect(wrongSyntax).toMatchObject({ exitCode: 2, err: expect.stringMatching(/^wrong-syntax\.ts.*: It could not be loaded/) as string })
  })

  it('shows a stack trace only on request', async () => {
    expect((await ackproof('run', 'leader-sigkil', '--debug')).err).toMatch(/^ {4}at /m)
  })
})

describe('check', () => {
  it('judges what anything wrote: upheld, refuted, wrong', async () => {
    const good = await fileWith('good.ndjson', history(send, acknowledged, logged, audit))
    const lost = await fileWith('lost.ndjson', history(send, acknowledged, { ...audit, logEnd: 0 }))
    const wrong = await fileWith('wrong.ndjson', `${history(send)}\n{"event":"acknowledged","at":"x","id":"a"}`)

    expect((await ackproof('check', good)).exitCode).toBe(0)
    expect(await ackproof('check', lost)).toMatchObject({ exitCode: 1, out: expect.stringContaining('1 acknowledged record is gone') as string })
    expect(await ackproof('check', wrong)).toMatchObject({ exitCode: 2, err: expect.stringMatching(/wrong\.ndjson, line 3: at:/) as string })
  })

  it('prints one object a line for several files, and the gravest exit code', async () => {
    const good = await fileWith('good.ndjson', history(send, acknowledged, logged, audit))
    const lost = await fileWith('lost.ndjson', history(send, acknowledged, { ...audit, logEnd: 0 }))
    const { out, exitCode } = await ackproof('check', '--json', lost, good)

    expect(out.split('\n').map(line => (JSON.parse(line) as Judgement).verdict)).toEqual(['refuted', 'upheld'])
    expect(exitCode).toBe(1)
  })
})
