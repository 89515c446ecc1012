/** What VerifiableConsumer's lines mean, and what of them counts. The lines are of Kafka 4.3.0, as it printed them. */
import { expect, test } from 'vitest'
import type { TellingOptions, ToldByMember } from '../../harness/clients/driver.ts'
import type { JavaCommand, JavaEars } from '../../harness/clients/java/container.ts'
import { javaFacts } from '../../harness/clients/java/index.ts'
import { memberCommand, openJavaMember } from '../../harness/clients/java/member.ts'
import { readMemberLine } from '../../harness/clients/java/member-lines.ts'
import { topic } from '../../harness/model/topic.ts'
import { groupReads, type GroupReads } from '../../harness/workloads/group-reads.ts'
import { microseconds } from '../../harness/model/duration.ts'

const ownership = '"partitions":[{"topic":"orders","partition":0},{"topic":"orders","partition":1}]}'
const began = 'FetchPosition{offset=0, offsetEpoch=Optional.empty, currentLeader=LeaderAndEpoch{leader=Optional[127.0.0.1:33967 (id: 2 rack: null isFenced: false)], epoch=0}}'
const logged = (message: string): string => JSON.stringify({ name: 'log', timestamp: 5, message: `[Consumer clientId=c1, groupId=old] ${message}` })
const record = (offset: number): string => `{"timestamp":1795305112964,"name":"record_data","key":null,"value":"2097408.${offset}","topic":"orders","partition":0,"offset":${offset}}`
const consumed = (count: number): string => `{"timestamp":1795305112990,"name":"records_consumed","count":${count},"partitions":[{"topic":"orders","partition":0,"count":${count},"minOffset":0,"maxOffset":${count - 1}}]}`
const committed = (offset: number): string => `{"timestamp":1795305113064,"name":"offsets_committed","offsets":[{"topic":"orders","partition":0,"offset":${offset}}],"success":true}`

test.each([
  [`{"timestamp":7,"name":"partitions_assigned",${ownership}`, { line: 'assigned', timestamp: 7, partitions: [{ topic: 'orders', partition: 0 }, { topic: 'orders', partition: 1 }] }],
  [`{"timestamp":7,"name":"partitions_revoked",${ownership}`, { line: 'revoked', timestamp: 7, partitions: [{ topic: 'orders', partition: 0 }, { topic: 'orders', partition: 1 }] }],
  [record(3), { line: 'record', timestamp: 1_795_305_112_964, topic: 'orders', partition: 0, offset: 3, value: '2097408.3' }],
  [record(3).replace('"2097408.3"', 'null'), { line: 'record', timestamp: 1_795_305_112_964, topic: 'orders', partition: 0, offset: 3, value: undefined }],
  [consumed(50), { line: 'consumed', timestamp: 1_795_305_112_990, count: 50, offsets: [{ topic: 'orders', partition: 0, offset: 50 }] }],
  [committed(50), { line: 'committed', timestamp: 1_795_305_113_064, offsets: [{ topic: 'orders', partition: 0, offset: 50 }], error: undefined }],
  [committed(50).replace('"success":true', '"error":"it was late","success":false'), { line: 'committed', timestamp: 1_795_305_113_064, offsets: [{ topic: 'orders', partition: 0, offset: 50 }], error: 'it was late' }],
  [logged(`Resetting offset for partition orders-0 to position ${began}.`), { line: 'position', timestamp: 5, topic: 'orders', partition: 0, offset: 0 }],
  [logged('Setting offset for partition daily-orders-11 to the committed offset FetchPosition{offset=41, offsetEpoch=Optional[0], currentLeader=LeaderAndEpoch{leader=Optional.empty, epoch=-1}}'),
    { line: 'position', timestamp: 5, topic: 'daily-orders', partition: 11, offset: 41 }],
  [logged(`Truncation detected for partition orders-0 at offset ${began}, resetting offset to the first offset known to diverge FetchPosition{offset=17, offsetEpoch=Optional[1]}`),
    { line: 'position', timestamp: 5, topic: 'orders', partition: 0, offset: 17 }],
  [logged('Adding newly assigned partitions: orders-0'), { line: 'other' }],
  ['{"timestamp":1795304301898,"name":"startup_complete"}', { line: 'started' }],
  ['{"timestamp":1795304314656,"name":"shutdown_complete"}', { line: 'other' }],
  ['{"name":"ended","exitCode":137}', { line: 'ended', exitCode: 137 }]
])('%s is read', (text, line) => {
  expect(readMemberLine(text)).toEqual(line)
})

test.each([
  'OpenJDK 64-Bit Server VM warning: something', record(3).slice(0, 60), record(3).replace('"offset":3', '"offset":-1'), record(3).replace('"topic":"orders",', ''),
  committed(50).replace(',"success":true', ''), committed(50).replace('"partition":0,', ''), '{"timestamp":7,"name":"partitions_assigned","partitions":[{"topic":"orders"}]}',
  '{"name":"record_data"}', 'Bad data can\'t be written as json: no'
])('%s tells nothing', text => {
  expect(readMemberLine(text)).toBeUndefined()
})

const options: TellingOptions = {
  clientId: 'c1', bootstrap: ['127.0.0.1:1', '127.0.0.1:2'], group: 'billing', topics: ['orders'], sessionTimeoutMs: 6000, rebalanceProtocol: 'classic',
  isolation: 'read_committed', autoCommitIntervalMs: undefined, commitEvery: 100, now: () => performance.now() * 1000
}

const opened = async () => {
  const told: ToldByMember[] = []
  const troubles: string[] = []
  const failures: string[] = []
  let ears: JavaEars | undefined
  const opening = openJavaMember({
    trouble: text => { troubles.push(text) }, failed: why => { failures.push(why) },
    start: async (_, command: JavaCommand, heard) => {
      expect(command.tool).toBe('VerifiableConsumer')
      ears = heard
      heard.output(Buffer.from('\0'))

      return { ask: () => undefined, terminate: async () => undefined, killJava: async () => undefined, kill: async () => undefined }
    }
  }, options, { told: events => { told.push(...events) } })
  await Promise.resolve()
  const prints = (...lines: readonly string[]): void => { ears?.output(Buffer.from(lines.map(line => `${line}\n`).join('').concat('\0'))) }
  await expect.poll(() => ears).toBeDefined()
  await new Promise(resolve => { setImmediate(resolve) })
  prints('{"timestamp":1795304301898,"name":"startup_complete"}', `{"timestamp":1795304301899,"name":"partitions_assigned",${ownership}`)

  return { member: await opening, prints, told, troubles, failures }
}

test('a poll is told record by record, and its commit begins when the last of them has been', async () => {
  const { prints, told, failures } = await opened()
  prints(record(0), record(1), consumed(2), committed(2))

  expect(told.map(({ did }) => did)).toEqual(['assigned', 'assigned', 'delivered', 'delivered', 'committed'])
  const [commit] = told.flatMap(event => event.did === 'committed' ? [event] : [])
  expect(commit).toMatchObject({ topic: 'orders', partition: 0, offset: 2, outcome: 'acknowledged' })
  expect(Math.round((commit?.until ?? 0) - (commit?.at ?? 0))).toBe(74_000)
  expect(failures).toEqual([])
})

test('a commit that failed may have been carried out at an earlier try', async () => {
  const { prints, told } = await opened()
  prints(record(0), consumed(1), committed(1).replace('"success":true', '"error":"The group has rebalanced","success":false'))

  expect(told.at(-1)).toMatchObject({ did: 'committed', outcome: 'indeterminate', error: 'The group has rebalanced' })
})

test.each([
  ['a record whose line is lost', [record(0), 'Bad data', consumed(2)], 'told of 1 records of a poll that had 2'],
  ['a commit whose line is lost', [record(0), consumed(1), record(1), consumed(1)], 'polled again, and had not told of the commit before'],
  ['a commit that no poll asked for', [committed(5)], 'a commit that none of its polls asked for']
])('%s ends the client: nobody could judge it any more', async (_, lines, words) => {
  const { prints, failures } = await opened()
  prints(...lines)

  expect(failures).toEqual([expect.stringContaining(words)])
})

test('of a member that is killed, all counts that it had printed, and nothing that it began to', async () => {
  const { member, prints, told, failures } = await opened()
  const killed = member.kill()
  prints(record(0), consumed(1), committed(1), `${record(1).slice(0, 40)}{"name":"ended","exitCode":137}`, '{"name":"ended","exitCode":137}')
  await killed

  expect(told.filter(({ did }) => did === 'delivered')).toHaveLength(1)
  expect(failures).toEqual([])
})

test('what became of a commit that was under way when it died, nobody knows', async () => {
  const { member, prints, told } = await opened()
  const killed = member.kill()
  prints(record(0), record(1), consumed(2), '{"name":"ended","exitCode":137}')
  await killed

  expect(told.at(-1)).toMatchObject({ did: 'committed', partition: 0, offset: 2, outcome: 'indeterminate' })
})

test('it is configured as the plan says; what the broker decides with the new protocol is not said', () => {
  const classic = memberCommand(options)
  const consumer = memberCommand({ ...options, rebalanceProtocol: 'consumer' })

  expect(classic.arguments).toEqual(expect.arrayContaining(['--topic', 'orders', '--group-id', 'billing', '--group-protocol', 'classic', '--session-timeout', '6000', '--verbose']))
  expect(classic.configuration).toMatchObject({ 'max.poll.records': '100', 'isolation.level': 'read_committed', 'heartbeat.interval.ms': '600', 'check.crcs': 'true' })
  expect(consumer.arguments).not.toContain('--session-timeout')
  expect(classic.arguments).toEqual(expect.arrayContaining(['--reset-policy', 'earliest']))
  expect(memberCommand({ ...options, reset: 'latest' }).arguments).toEqual(expect.arrayContaining(['--reset-policy', 'latest']))
  expect(classic.arguments.join(' ')).not.toMatch(/instance|strategy/)
  expect(memberCommand({ ...options, groupInstanceId: 'c1', rebalancing: 'cooperative' }).arguments.slice(-4))
    .toEqual(['--group-instance-id', 'c1', '--assignment-strategy', 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor'])
  expect(consumer.configuration).not.toHaveProperty('heartbeat.interval.ms')
})

const orders = topic('orders')
const lacksOf = (reads: Partial<GroupReads>): readonly string[] =>
  groupReads({ from: orders, group: 'billing', members: 1, commits: 'after-work', ...reads }).clients.flatMap(plan => javaFacts('4.3.0').cannot?.(plan) ?? [])

test.each<readonly [string, Partial<GroupReads>, string]>([
  ['several topics', { from: [orders, topic('refunds')] }, 'one topic'],
  ['commits before work', { commits: 'before-work' }, 'commit after each poll'],
  ['automatic commits', { commits: 'automatic' }, 'do not tell what they commit'],
  ['work', { workPerRecord: microseconds(1000) }, 'no other work'],
  ['effects', { effect: { kind: 'naive' } }, 'no other effect'],
  ['poison pills', { onPoison: 'skip' }, 'can process']
])('it says that it cannot do %s', (_, reads, words) => {
  expect(lacksOf(reads)).toEqual([expect.stringContaining(words)])
})

test('what it can do it does not decline', () => {
  expect(lacksOf({ rebalanceProtocol: 'consumer', membership: 'static', isolation: 'read_committed', commitEvery: 10 })).toEqual([])
  expect(groupReads({ from: orders, group: 'g', members: 1, commits: 'after-work' }).clients.flatMap(plan => javaFacts('4.2.1').cannot?.(plan) ?? [])).toEqual([expect.stringContaining('4.2.1')])
})
