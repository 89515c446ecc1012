/** What an import accepts, what it refuses and in which words, and what it only counts. */
import { describe, expect, test } from 'vitest'
import { InputError } from '../../harness/ledger/index.ts'
import {
  acknowledged, assigned, audit, commit, delivered, effect, evidenceOf, fault, historyText, importText, indeterminate, leader, logged, member, processed,
  producer, rejected, seek, send, topic, transaction, written, type HistoryLine
} from '../histories.ts'

const run = '{"event":"run","format":1,"run":"r"}\n'

const refusal = async (text: string | Uint8Array): Promise<InputError> => {
  try {
    await importText(text)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('It was accepted.')
}

/** `line field`, after the run's line 1. */
const refused = async (...lines: readonly HistoryLine[]): Promise<string> => {
  const { place } = await refusal(historyText(lines))

  return `${place.line} ${place.field ?? 'line'}`
}

describe('a line is refused', () => {
  test('that is not JSON, or no object', async () => {
    expect((await refusal(`${run}{"event":`)).place).toMatchObject({ file: 'test.ndjson', line: 2, field: null })
    expect((await refusal(`${run}[]`)).message).toBe('test.ndjson, line 2: must be a JSON object, but is a list')
    expect((await refusal(`${run}null`)).message).toContain('must be a JSON object')
    expect((await refusal(`${run}{} {}`)).message).toContain('not valid JSON')
    expect((await refusal(`${run}${'['.repeat(5_000_000)}`)).message).toContain('not valid JSON')
  })

  test('that is not UTF-8, or has a NUL byte', async () => {
    expect((await refusal(Buffer.concat([Buffer.from(run), Buffer.from('{"event":"x"}\n'), Buffer.from([0x7b, 0xff, 0x7d])]))).message)
      .toBe('test.ndjson, line 3: is not valid UTF-8')
    expect((await refusal(`${run}\n\n{"event":"x\0"}`)).message).toBe('test.ndjson, line 4: has a NUL byte')
  })

  test('that says no event', async () => {
    expect((await refusal(`${run}{"at":1}`)).message).toBe('test.ndjson, line 2: event: is required, but is missing')
    expect((await refusal(`${run}{"event":7}`)).place.field).toBe('event')
  })
})

describe('the run line', () => {
  test('comes first, and once', async () => {
    expect((await refusal('')).message).toContain('no run line')
    expect((await refusal('\n\n')).message).toContain('no run line')
    expect((await refusal('{"event":"send"}\n')).place).toMatchObject({ line: 1, field: 'event' })
    expect((await refusal(`${run}${run}`)).place).toMatchObject({ line: 2, field: 'event' })
  })

  test('says a format that is known, and what the run is called', async () => {
    expect((await refusal('{"event":"run","format":2,"run":"r"}')).message).toBe('test.ndjson, line 1: format: 2 is not known; this program knows format 1')
    expect((await refusal('{"event":"run","format":"1","run":"r"}')).place.field).toBe('format')
    expect((await refusal('{"event":"run","run":"r"}')).place.field).toBe('format')
    expect((await refusal('{"event":"run","format":1}')).place.field).toBe('run')
  })

  test('may have objectives', async () => {
    expect((await importText('{"event":"run","format":1,"run":7,"seed":3,"objectives":{"unavailableMs":9}}')).unavailableMs).toBe(9)
    expect((await refusal('{"event":"run","format":1,"run":"r","objectives":{"unavailableMs":-9}}')).place.field).toBe('objectives.unavailableMs')
    expect((await refusal('{"event":"run","format":1,"run":"r","objectives":[]}')).place.field).toBe('objectives')
  })
})

describe('a field is refused', () => {
  const cases: readonly (readonly [string, HistoryLine])[] = [
    ['at', send('a', { at: null })], ['at', send('a', { at: -1 })], ['at', send('a', { at: 1.5 })], ['at', send('a', { at: 2 ** 53 })], ['at', send('a', { at: '1' })],
    ['id', { event: 'send', at: 1 }], ['id', send('a', { id: true })], ['id', send('a', { id: 1.5 })], ['attempt', send('a', { attempt: '1' })],
    ['producer', send('a', { producer: null })], ['topic', send('a', { topic: {} })], ['partition', send('a', { partition: -1 })], ['sequence', send('a', { sequence: 0.1 })],
    ['key', send('a', { key: ['k'] })], ['tombstone', send('a', { tombstone: 1 })], ['transaction', send('a', { transaction: false })],
    ['offset', acknowledged('a', -1)], ['error', rejected('a', { error: {} })], ['error', indeterminate('a', { error: -1 })],
    ['acks', producer('p', { acks: 'most' })], ['acks', producer('p', { acks: 2 })], ['idempotent', producer('p', { idempotent: 'yes' })], ['maxInFlight', producer('p', { maxInFlight: '5' })],
    ['partitions', topic({ partitions: null })], ['uncleanLeaderElection', topic({ uncleanLeaderElection: 0 })], ['cleanupPolicy', topic({ cleanupPolicy: [] })],
    ['phase', transaction('t', 'done')], ['isolation', member({ isolation: 'serializable' })], ['commits', member({ commits: 'often' })], ['reset', member({ reset: 'newest' })],
    ['position', assigned({ position: -1 })], ['intact', delivered('a', 0, { intact: 0 })], ['leaderEpoch', delivered('a', 0, { leaderEpoch: -1 })], ['offset', delivered('a', -1)],
    ['effect', processed('a', 'done')], ['times', effect('a', -1)], ['outcome', commit(1, { outcome: 'ok' })], ['outcome', commit(1, { outcome: null })], ['until', commit(1, { at: 5, until: 4 })],
    ['reason', seek(1, { reason: 'boredom' })], ['leader', leader(-1)], ['isr', leader(1, { isr: [1, '2'] })], ['isr', leader(1, { isr: 1 })],
    ['phase', fault('x', 'gone')], ['brokers', fault('x', 'injected', { brokers: ['1'] })], ['evidence', fault('x', 'injected', { evidence: true })],
    ['committed', logged('a', 0, { committed: 'no' })], ['replica', logged('a', 0, { replica: 'one' })],
    ['complete', audit(1, { complete: null })], ['logEnd', audit(-1)], ['lastStable', audit(1, { lastStable: -1 })], ['logStart', audit(3, { logStart: 4 })]
  ]

  test.each(cases)('%s of %o', async (field, line) => {
    expect(await refused(topic({ topic: 'another' }), line)).toBe(`3 ${field}`)
  })

  test('in words that name the value', async () => {
    expect((await refusal(historyText([send('a', { partition: -1 })]))).message)
      .toBe('test.ndjson, line 2: partition: must be an integer from 0 to 2^53 - 1, but is -1')
    expect((await refusal(historyText([transaction('t', 'do\u001b[2Jne\u202e')]))).message)
      .toBe('test.ndjson, line 2: phase: must be one of begun, committing, aborting, committed, aborted, indeterminate, but is "do\\u001b[2Jne\\u202e"')
    expect((await refusal(historyText([send('a', { at: 'x'.repeat(10_000) })]))).message.length).toBeLessThan(250)
  })
})

describe('a contradiction is refused', () => {
  test('between sends and outcomes', async () => {
    expect(await refused(send('a'), send('a', { partition: 1 }))).toBe('3 id')
    expect(await refused(send('a'), acknowledged('a', 0), rejected('a'))).toBe('4 id')
    expect(await refused(acknowledged('a', 0, { at: 90 }), indeterminate('a', { at: 91 }), send('a'))).toBe('3 id')
    expect(await refused(send('a', { at: 10 }), acknowledged('a', 0, { at: 9 }))).toBe('3 at')
    expect(await refused(acknowledged('a', 0, { at: 9 }), send('a', { at: 10 }))).toBe('2 at')
    await expect(evidenceOf([send('a', { at: 10 }), acknowledged('a', 0, { at: 10 })])).resolves.toBeDefined()
  })

  test('between sends of one id with very many attempts', async () => {
    const attempts = Array.from({ length: 40 }, (_, index) => send('a', { attempt: index + 1 }))
    expect(await refused(...attempts, send('a', { attempt: 7 }))).toBe('42 id')
    await expect(evidenceOf([...attempts, ...attempts.map((_, index) => acknowledged('a', index, { attempt: index + 1 }))])).resolves.toBeDefined()
  })

  test('between deliveries and sends', async () => {
    expect(await refused(send('a', { at: 10 }), delivered('a', 0, { at: 9 }))).toBe('3 at')
    expect(await refused(delivered('a', 0, { at: 9 }), send('a', { at: 10 }))).toBe('2 at')
    expect(await refused(send('a'), delivered('a', 0, { attempt: 2 }))).toBe('3 attempt')
    expect(await refused(send('a'), logged('a', 0, { attempt: 2 }))).toBe('3 attempt')
    await expect(evidenceOf([delivered('never-sent', 0, { attempt: 2 }), send('a', { at: 9 }), send('a', { at: 1, attempt: 2 }), delivered('a', 1, { at: 5 })])).resolves.toBeDefined()
  })

  test('between lines that stand once', async () => {
    expect(await refused(topic(), topic())).toBe('3 topic')
    expect(await refused(producer('p'), producer('p', { incarnation: 2 }), producer('p', { incarnation: 1 }))).toBe('4 producer')
    expect(await refused(member(), member({ group: 'h' }), member())).toBe('4 member')
    expect(await refused(audit(1), audit(1, { replica: 0 }), audit(2))).toBe('4 partition')
    expect(await refused(effect('a', 1), effect('a', 1, { group: 'g' }), effect('a', 1))).toBe('4 id')
  })

  test('within a transaction and an audit', async () => {
    expect(await refused(transaction('t', 'aborted'), transaction('t', 'committed'))).toBe('3 phase')
    expect(await refused(logged('a', 5), audit(5))).toBe('2 offset')
    expect(await refused(logged('a', 4), audit(9, { logStart: 5 }))).toBe('2 offset')
    await expect(evidenceOf([logged('a', 5), audit(5, { replica: 1 })])).resolves.toBeDefined()
  })
})

describe('accepted are', () => {
  test('CRLF, blank lines, a byte order mark, and a last line without its end', async () => {
    const text = `\ufeff${historyText(written('a', 0)).replaceAll('\n', '\r\n')}\r\n  \r\n${JSON.stringify(audit(1))}`
    const evidence = await importText(text)

    expect(evidence.sends.length).toBe(1)
    expect(evidence.audits[0]?.line?.logEnd).toBe(1)
    expect(evidence.warnings).toEqual([])
  })

  test('unknown events and fields, which one warning counts', async () => {
    const evidence = await evidenceOf([send('a', { colour: 'red', __proto__: null }), { event: 'weather' }, { event: '__proto__' }, { event: 'constructor' }])

    expect(evidence.warnings).toEqual(['Ignored: 3 lines of unknown events, 1 unknown field.'])
  })

  test('outcomes of what was never sent, which are counted', async () => {
    expect((await evidenceOf([acknowledged('a', 0), acknowledged('a', 1), rejected('b')])).warnings).toEqual(['3 outcomes of attempts that were never sent were ignored.'])
  })

  test('integers as names, and null for whatever is optional', async () => {
    const evidence = await evidenceOf([send('a', { id: 17, producer: 4, attempt: null, incarnation: null, key: 5, transaction: null }), acknowledged('a', 0, { id: '17' })])

    expect(evidence.recordName(0)).toBe('17')
    expect(evidence.producers[0]).toMatchObject({ name: '4', incarnation: 1 })
    expect(evidence.warnings).toEqual([])
    expect(evidence.sends.offset[0]).toBe(0)
  })

  test('numbers as large as a double is exact for', async () => {
    const evidence = await evidenceOf([send('a', { at: 1, attempt: 2 ** 53 - 1 }), acknowledged('a', 2 ** 53 - 2, { at: 2 ** 53 - 1, attempt: 2 ** 53 - 1 })])

    expect([evidence.sends.attempt[0], evidence.sends.offset[0], evidence.sends.outcomeAt[0]]).toEqual([2 ** 53 - 1, 2 ** 53 - 2, 2 ** 53 - 1])
  })

  test('names that look like the harness\'s own and are not', async () => {
    const ids = ['p1:0', 'p1:00', 'p01:0', 'p1.1:0', 'p1.2:0', 'p0:0', 'p9999:1', 'p1:4294967296', 'p1:', 'p', '', 'p1.256:1', 'p8191.255:4294967295']
    const evidence = await evidenceOf(ids.map(id => send(id)))

    expect(evidence.recordCount).toBe(ids.length)
    expect(ids.map((_, index) => evidence.recordName(index))).toEqual(ids)
  })
})

describe('hostile lines', () => {
  test('cannot reach prototypes', async () => {
    const evidence = await importText(`${run}{"event":"send","at":1,"id":"__proto__","producer":"constructor","topic":"toString","__proto__":{"partition":7},"partition":3}\n`)

    expect(evidence.recordName(0)).toBe('__proto__')
    expect(evidence.partitions[0]).toEqual({ topic: 0, partition: 3 })
    expect(({} as Record<string, unknown>)['partition']).toBeUndefined()
  })

  test('may be ten megabytes long', async () => {
    const evidence = await importText(`${run}{"event":"send","at":1,"id":"${'x'.repeat(10_000_000)}","producer":"p","topic":"t"}\n{"event":"x","y":"${'z'.repeat(10_000_000)}"}`)

    expect(evidence.recordName(0)).toHaveLength(10_000_000)
    expect(evidence.warnings).toHaveLength(1)
  })

  test('may say a field twice: the last one counts, as in any JSON', async () => {
    expect((await importText(`${run}{"event":"send","at":1,"at":2,"id":"a","producer":"p","topic":"t"}`)).sends.at[0]).toBe(2)
  })
})
