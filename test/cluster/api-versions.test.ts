/** The probe: what counts as a Kafka that answers. */
import { expect, test } from 'vitest'
import { apiVersionsRequest, isApiVersionsAnswer } from '../../harness/cluster/api-versions.ts'

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
