/** ElectLeaders on the wire: the bytes that Kafka's protocol definition asks for, and those that it answers with. */
import { Reader, Writer, type Connection } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { electLeadersV2, type ElectLeadersResponse } from '../../harness/clients/elect-leaders.ts'

interface Sent {
  readonly request: string
  readonly key: number
  readonly version: number
}

/** A connection that keeps what is sent and answers with these bytes. */
const exchange = async (ask: (connection: Connection) => Promise<ElectLeadersResponse>, answer: Writer): Promise<Sent & { readonly response: ElectLeadersResponse }> => {
  let sent: Sent | undefined
  const send = (
    key: number, version: number, create: () => Writer, parse: (correlation: number, key: number, version: number, reader: Reader) => ElectLeadersResponse,
    _request: boolean, _response: boolean, done: (error: Error | null, response: ElectLeadersResponse) => void
  ): void => {
    sent = { request: create().buffer.toString('hex'), key, version }
    done(null, parse(1, key, version, Reader.from(answer)))
  }
  const response = await ask({ send } as unknown as Connection)
  if (sent === undefined) throw new Error('Nothing was sent.')

  return { ...sent, response }
}

const nothing = Writer.create().appendInt32(0).appendInt16(0).appendArray([], () => undefined).appendTaggedFields()

test('an unclean election of two partitions of a topic is asked for in one question', async () => {
  const partitions = [{ topic: 'ab', partition: 0 }, { topic: 'ab', partition: 258 }]
  const { request, key, version } = await exchange(connection => electLeadersV2.async(connection, { election: 'unclean', partitions, timeoutMs: 1500 }), nothing)

  // Type; one topic: its name, two partitions, no tags; the timeout; no tags. Compact lengths are one more than what they count.
  expect([key, version, request]).toEqual([43, 2, ['01', '02', '03', '6162', '03', '00000000', '00000102', '00', '000005dc', '00'].join('')])
})

test('a preferred election is another type', async () => {
  const { request } = await exchange(connection => electLeadersV2.async(connection, { election: 'preferred', partitions: [{ topic: 'ab', partition: 0 }], timeoutMs: 1 }), nothing)

  expect(request.slice(0, 2)).toBe('00')
})

test('what became of each partition is an answer, and no failure of the question', async () => {
  const answer = Writer.create().appendInt32(0).appendInt16(0)
    .appendArray(['ab'], (topic, name) => {
      topic.appendString(name).appendArray([0, 84], (partition, errorCode, index) => {
        partition.appendInt32(index).appendInt16(errorCode).appendString(errorCode === 0 ? null : 'not needed')
      })
    }).appendTaggedFields()
  const { response } = await exchange(connection => electLeadersV2.async(connection, { election: 'preferred', partitions: [], timeoutMs: 1 }), answer)

  expect(response).toEqual({
    errorCode: 0,
    results: [
      { topic: 'ab', partition: 0, errorCode: 0, errorMessage: null },
      { topic: 'ab', partition: 1, errorCode: 84, errorMessage: 'not needed' }
    ]
  })
})
