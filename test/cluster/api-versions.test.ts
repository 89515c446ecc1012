/** The probe: what counts as a Kafka that answers. */
import { expect, test } from 'vitest'
import { apiVersionsRequest, isApiVersionsAnswer, paddedRequest } from '../../harness/cluster/api-versions.ts'

const answer = (correlation: number, length = 40): Buffer => {
  const head = Buffer.alloc(8)
  head.writeInt32BE(length, 0)
  head.writeInt32BE(correlation, 4)

  return head
}

test('the request is ApiVersions version 0 with a length that fits', () => {
  const request = apiVersionsRequest()

  expect(request.readInt32BE(0)).toBe(request.length - 4)
  expect(request.readInt16BE(4)).toBe(18)
  expect(request.readInt16BE(6)).toBe(0)
})

test('an answer to our own request is one', () => {
  expect(isApiVersionsAnswer(answer(apiVersionsRequest().readInt32BE(8)))).toBe(true)
})

test('an answer to somebody else, half an answer and no answer are none', () => {
  expect(isApiVersionsAnswer(answer(1))).toBe(false)
  expect(isApiVersionsAnswer(answer(apiVersionsRequest().readInt32BE(8)).subarray(0, 7))).toBe(false)
  expect(isApiVersionsAnswer(Buffer.alloc(0))).toBe(false)
})

test.for([0, 100, 127 + 33, 500, 20_000, 500_000])('a request of %i bytes is version 3, with a length that fits and padding of its own length', bytes => {
  const { head, zeros } = paddedRequest(bytes)

  expect(head.readInt32BE(0)).toBe(head.length + zeros - 4)
  expect(head.length + zeros).toBeGreaterThanOrEqual(bytes)
  expect(head.length + zeros).toBeLessThanOrEqual(Math.max(bytes, head.length) + 3)
  expect(head.readInt16BE(4)).toBe(18)
  expect(head.readInt16BE(6)).toBe(3)
  expect(head.readInt32BE(8)).toBe(apiVersionsRequest().readInt32BE(8))
})
