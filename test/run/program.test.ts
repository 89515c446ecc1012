/** Somebody's own client, as a process that may do anything: what it says counts, what it cannot have meant is told, and nothing it does ends the harness. */
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CommitResult, MemberListener, ProducerClient } from '../../harness/clients/driver.ts'
import { askProgram } from '../../harness/clients/program/index.ts'
import { openProgramProducer } from '../../harness/clients/program/producer.ts'
import { currentOwner } from '../../harness/cluster/docker/labels.ts'
import { topic } from '../../harness/model/topic.ts'
import { startClient } from '../../harness/run/client-process.ts'
import { clientFacts, loadClient } from '../../harness/run/load-client.ts'
import { findChildProcesses } from '../../harness/run/orphans.ts'
import { startProgram } from '../../harness/run/program-process.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { programGreeting, programThat } from './programs.ts'

const troubles: string[] = []
const failures: string[] = []
const told = { trouble: (text: string) => { troubles.push(text) }, failed: (why: string) => { failures.push(why) } }
const options = { clientId: 'p1', bootstrap: [], acks: 'all', idempotent: false, retries: undefined } as const
const opened = async (behaviour: Parameters<typeof programThat>[0]): Promise<ProducerClient> => {
  troubles.length = 0
  failures.length = 0

  return (await loadClient(programThat(behaviour), told)).openProducer(options)
}
const batch = { topic: 'orders', partition: 0, values: [Buffer.from('a'), Buffer.from('b')] }

describe('a program', () => {
  test('says what it is and what it can do', async () => {
    const path = programThat('well-behaved')

    expect(await clientFacts(path)).toMatchObject({ name: path, version: 'tiny 1.0', capabilities: { inFlightWhenIdempotent: 1, rebalanceProtocols: ['classic'], checksChecksums: false } })
  })

  test('has static members, with all its protocols, and cooperative ones, only where it says so', async () => {
    const facts = await clientFacts(programGreeting('{"hello":{"client":"tiny","version":"1","rebalanceProtocols":["classic","consumer"],"staticMembership":true,"cooperative":true}}'))
    const { capabilities } = await clientFacts(programThat('well-behaved'))

    expect(facts.capabilities).toMatchObject({ staticMembership: ['classic', 'consumer'], cooperative: true })
    expect([capabilities.staticMembership, capabilities.cooperative]).toEqual([undefined, undefined])
  })

  test('resets to the earliest offset only, unless it says more', async () => {
    const resetsOf = async (more: string) => (await clientFacts(programGreeting(`{"hello":{"client":"tiny","version":"1","rebalanceProtocols":["classic"]${more}}}`))).capabilities.resets

    expect(await resetsOf('')).toEqual(['earliest'])
    expect(await resetsOf(',"resets":["earliest","latest"]')).toEqual(['earliest', 'latest'])
  })

  test('that does not say so is not asked to commit by itself', async () => {
    const { cannot } = await clientFacts(programThat('well-behaved'))
    const asked = (['automatic', 'after-work'] as const).map(commits => groupReads({ from: topic('orders'), group: 'billing', members: 1, commits }).clients.flatMap(plan => cannot?.(plan) ?? []))

    expect(asked).toEqual([['it does not commit by itself'], []])
  })

  test('that is not there, cannot be executed, or is no client is refused, with what to do', async () => {
    const path = programThat('well-behaved')
    chmodSync(path, 0o644)

    await expect(clientFacts('./no-such-program')).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('There is no such program') as string })
    await expect(clientFacts(path)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('chmod +x') as string })
    for (const line of ['usage: client FILE', '{"hello":{"client":"tiny"}}', '{"hello":{"client":"tiny","version":"1","rebalanceProtocols":["eager"]}}', '{"hello":{"client":"tiny","version":"1","rebalanceProtocols":[],"resets":["soonest"]}}']) {
      await expect(clientFacts(programGreeting(line))).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('does not greet') as string })
    }
  })

  test('that says nothing is not waited for without end', async () => {
    const path = programGreeting('')

    await expect(askProgram(path, ears => startProgram(path, ears), 300)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('Waited 300 ms') as string })
  })
})

describe('a producer in a program', () => {
  test('has the outcomes that the program tells', async () => {
    const producer = await opened('well-behaved')

    expect([await producer.send(batch), await producer.send(batch)]).toEqual([{ kind: 'acknowledged', baseOffset: 0 }, { kind: 'acknowledged', baseOffset: 2 }])
    await producer.close()
    expect([troubles, failures]).toEqual([[], []])
  })

  test('that crashes leaves its send indeterminate, and the crash is told', async () => {
    const producer = await opened('crashes')

    expect(await producer.send(batch)).toEqual({ kind: 'indeterminate', error: 'NO_ANSWER_FROM_PROGRAM' })
    expect(producer.spent()).toBe(true)
    expect(failures).toEqual(['the program ended (exit 3)'])
  })

  test('that hangs is given up after a deadline', async () => {
    troubles.length = 0
    const path = programThat('hangs')
    const producer = await openProgramProducer({ ...told, start: ears => startProgram(path, ears) }, options, 200)

    expect(await producer.send(batch)).toEqual({ kind: 'indeterminate', error: 'NO_ANSWER_FROM_PROGRAM' })
    expect(producer.spent()).toBe(true)
    expect(troubles.at(-1)).toContain('Waited 200 ms for the program to answer "send"')
    await producer.close()
  })

  test('that talks nonsense now and then is understood, and the nonsense quoted', async () => {
    const producer = await opened('talks nonsense')

    expect(await producer.send(batch)).toEqual({ kind: 'acknowledged', baseOffset: 0 })
    await producer.close()
    expect(troubles).toEqual([
      'the program printed what is no JSON object: "debug: sending"', expect.stringContaining('means nothing') as string, expect.stringContaining('no JSON object: "[1]"') as string
    ])
  })

  test('that answers what was never asked, or answers twice, has told nothing by it', async () => {
    const producer = await opened('answers what was not asked')

    expect([await producer.send(batch), await producer.send(batch)].map(({ kind }) => kind)).toEqual(['acknowledged', 'acknowledged'])
    await producer.close()
    expect(troubles.some(text => text.includes('answered "999", which was not asked'))).toBe(true)
  })

  test('that floods is ended', async () => {
    const producer = await opened('floods')

    expect((await producer.send(batch)).kind).toBe('indeterminate')
    expect(failures).toEqual([expect.stringContaining('said 101 things that mean nothing, and was ended')])
    expect(troubles.length).toBeLessThan(6)
  })

  test('that says no outcome has acknowledged nothing', async () => {
    const producer = await opened('says no outcome')

    expect(await producer.send(batch)).toEqual({ kind: 'indeterminate', error: 'NO_OUTCOME_IN_THE_ANSWER' })
    await producer.close()
  })

  test('that cannot open says why', async () => {
    await expect(opened('refuses')).rejects.toThrow('could not open a producer: no such broker')
  })
})

describe('a member in a program', () => {
  const heard: unknown[] = []
  const listenerOf = (commits: CommitResult[]): MemberListener => ({
    assigned: partitions => { heard.push({ assigned: partitions.map(({ partition }) => partition) }) },
    positioned: ({ partition }, position) => { heard.push({ positioned: [partition, position] }) },
    revoked: partitions => { heard.push({ revoked: partitions.map(({ partition }) => partition) }) },
    sought: ({ partition }, offset) => { heard.push({ sought: [partition, offset] }) },
    committed: ({ partition, offset, outcome }) => { heard.push({ committed: [partition, offset, outcome] }) },
    failed: () => undefined,
    batch: async ({ partition, records }, control) => {
      const last = records.at(-1)?.offset ?? 0
      heard.push({ batch: [partition, ...records.map(({ offset, leaderEpoch, value }) => [offset, leaderEpoch, value.toString()])] })
      control.done(last)
      commits.push(await control.commit(last + 1))
    }
  })
  const memberOptions = { clientId: 'c1', bootstrap: [], group: 'g', topics: ['orders'], sessionTimeoutMs: 6000, rebalanceProtocol: 'classic', isolation: 'read_uncommitted', autoCommitIntervalMs: undefined } as const

  test('owns, reads, commits and gives up what it says', async () => {
    heard.length = 0
    const commits: CommitResult[] = []
    const client = await (await loadClient(programThat('reads'), told)).openMember(memberOptions, listenerOf(commits))
    await expect.poll(() => heard.at(-1)).toEqual({ revoked: [0] })
    await client.close()

    expect(heard).toEqual([
      { assigned: [0, 1] }, { positioned: [0, 5] }, { batch: [0, [5, 2, 'a'], [6, undefined, '']] },
      { positioned: [1, 7] }, { batch: [1, [7, undefined, 'b']] }, { sought: [1, 20] }, { committed: [1, 8, 'indeterminate'] }, { revoked: [0] }, { revoked: [1] }
    ])
    expect(commits).toEqual([{ outcome: 'acknowledged', error: 'no' }, { outcome: 'rejected', error: 'no' }])
  })

  test('that hands over what it does not own is ended, and says why', async () => {
    failures.length = 0
    await (await loadClient(programThat('reads what is not its own'), told)).openMember(memberOptions, listenerOf([]))

    await expect.poll(() => failures).toEqual([expect.stringContaining('records of orders-0, which it does not own')])
  })
})

test('a program bears the marks of its run and its harness, and whoever kills the client kills it', async () => {
  const folder = temporaryFolder()
  const path = programThat('tells its process')
  const [plan] = numberedWrites({ to: topic('orders', { partitions: 1 }), acks: '1', producers: 1 }).clients
  if (plan === undefined) throw new Error('One producer was planned.')
  const client = await startClient({
    plan, driver: path, logs: join(folder, 'logs'), now: () => 42, onDied: () => undefined, onGap: () => undefined,
    setting: { run: 'test-run', origin: { monotonicNs: '0', wallMs: 0 }, ledger: join(folder, 'ledger'), bootstrap: [] }
  })
  const pid = readFileSync(`${path}.pid`, 'utf8')
  expect(existsSync(`/proc/${pid}`)).toBe(true)
  expect(findChildProcesses()).toContainEqual(expect.objectContaining({ name: `${pid} of run test-run`, owner: currentOwner() }))
  await client.kill()

  await expect.poll(() => existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '), { timeout: 5000 }).toBe(false)
})
