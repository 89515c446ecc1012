/**
 * One VerifiableConsumer: its settings, and what its lines tell of it. It prints each record of a poll, commits what it has printed, and
 * polls again, so that whatever it has committed was told before, even if it is killed: what was printed is heard to its end.
 *
 * A poll of which not every record was told, or whose commit was not, breaks that: then nobody could tell a record that was left out by
 * the client from one whose line was lost, and the client fails.
 */
import type { TellingListener, TellingMember, TellingOptions, ToldByMember } from '../driver.ts'
import { endedOrLate } from '../waiting.ts'
import type { JavaCommand } from './container.ts'
import { logsOfPositions, readMemberLine, type MemberLine } from './member-lines.ts'
import { openJava, type JavaSetting } from './session.ts'
import { wallClock } from './wall-clock.ts'

/** More than a group takes to form. */
const joinsWithinMs = 10_000
const leastRebalanceMs = 10_000

interface Poll {
  /** Records told since the last poll was. */
  records: number
  /** The poll that was told and whose commit has not been; undefined: it has. */
  toCommit: Extract<MemberLine, { readonly line: 'consumed' }> | undefined
}

export const openJavaMember = async (setting: JavaSetting, options: TellingOptions, listener: TellingListener): Promise<TellingMember> => {
  const dated = wallClock({ now: options.now, wallMs: Date.now })
  const joined = Promise.withResolvers<undefined>()
  const poll: Poll = { records: 0, toCommit: undefined }
  const java = await openJava(setting, {
    name: options.clientId,
    command: memberCommand(options),
    hear: texts => {
      const lines = texts.map(text => ({ text, line: readMemberLine(text) }))
      const atOf = dated()
      if (atOf === undefined) setting.failed('the machine\'s clock was set, and nobody can say when what the Java client told happened')
      else listener.told(lines.flatMap(({ line }) => line === undefined ? [] : toldBy(line, { poll, atOf, broken: setting.failed })))
      if (lines.some(({ line }) => line?.line === 'assigned')) joined.resolve(undefined)

      return {
        strange: lines.flatMap(({ text, line }) => line === undefined ? [text] : []),
        exitCode: lines.map(({ line }) => line).find(line => line?.line === 'ended')?.exitCode
      }
    }
  })
  java.start()
  await endedOrLate(joined.promise, joinsWithinMs)

  return { stop: java.stop, kill: java.kill, close: java.close }
}

interface Telling {
  readonly poll: Poll
  readonly atOf: (timestamp: number) => number
  readonly broken: (why: string) => void
}

const toldBy = (line: MemberLine, { poll, atOf, broken }: Telling): readonly ToldByMember[] => {
  switch (line.line) {
    case 'assigned':
    case 'revoked':
      return line.partitions.map(partition => ({ ...partition, did: line.line, at: atOf(line.timestamp) }))
    case 'position':
      return [{ did: 'position', topic: line.topic, partition: line.partition, offset: line.offset, at: atOf(line.timestamp) }]
    case 'record': {
      const { topic, partition, offset, value = '' } = line
      poll.records += 1

      return [{ did: 'delivered', topic, partition, at: atOf(line.timestamp), record: { offset, leaderEpoch: undefined, value: Buffer.from(value, 'latin1') } }]
    }
    case 'consumed':
      if (poll.records !== line.count) broken(`the Java client told of ${poll.records} records of a poll that had ${line.count}`)
      if (poll.toCommit !== undefined) broken('the Java client polled again, and had not told of the commit before')
      poll.records = 0
      poll.toCommit = line

      return []
    case 'committed': {
      if (poll.toCommit === undefined) broken('the Java client told of a commit that none of its polls asked for')
      const began = poll.toCommit?.timestamp ?? line.timestamp
      poll.toCommit = undefined
      const { offsets, error } = line
      // Its last error; an earlier try of the same commit may have had no answer, and been carried out.
      const result = error === undefined ? { outcome: 'acknowledged' } as const : { outcome: 'indeterminate', error } as const

      return offsets.map(offset => ({ ...offset, ...result, did: 'committed', at: atOf(began), until: atOf(line.timestamp) }))
    }
    case 'ended': {
      const { offsets, timestamp } = poll.toCommit ?? { offsets: [], timestamp: 0 }

      return offsets.map(offset => ({ ...offset, did: 'committed', at: atOf(timestamp), until: atOf(Infinity), outcome: 'indeterminate', error: 'IT_ENDED_FIRST' }))
    }
    default: return []
  }
}

export const memberCommand = (options: TellingOptions): JavaCommand => {
  const { bootstrap, group, topics, clientId, sessionTimeoutMs, rebalanceProtocol, rebalancing, groupInstanceId, isolation, commitEvery, reset = 'earliest' } = options
  const classic = rebalanceProtocol === 'classic'

  return {
    tool: 'VerifiableConsumer',
    arguments: [
      '--bootstrap-server', bootstrap.join(','), ...topics.flatMap(topic => ['--topic', topic]), '--group-id', group, '--group-protocol', rebalanceProtocol,
      '--reset-policy', reset, '--verbose', ...classic ? ['--session-timeout', String(sessionTimeoutMs)] : [],
      ...groupInstanceId === undefined ? [] : ['--group-instance-id', groupInstanceId],
      ...rebalancing === 'cooperative' ? ['--assignment-strategy', 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor'] : []
    ],
    configuration: {
      'client.id': clientId,
      'isolation.level': isolation,
      'max.poll.records': String(commitEvery),
      'max.poll.interval.ms': String(Math.max(sessionTimeoutMs, leastRebalanceMs)),
      'request.timeout.ms': '10000',
      'default.api.timeout.ms': '30000',
      'allow.auto.create.topics': 'false',
      'check.crcs': 'true',
      // With the other protocol the broker decides, and the client refuses to be told.
      ...classic ? { 'heartbeat.interval.ms': String(Math.max(200, Math.floor(sessionTimeoutMs / 10))) } : {}
    },
    logOf: logsOfPositions
  }
}
