/**
 * The smallest question that only a live Kafka can answer: an ApiVersions request, without a client id. A link carries bytes
 * both ways when the answer comes back; a TCP connect proves nothing, for Toxiproxy accepts before it dials.
 */

const correlationId = 0x41636b70
const apiKey = 18

/** Length (10), api key, version 0, correlation id, null client id: Kafka protocol, request header v1. */
export const apiVersionsRequest = (): Buffer => {
  const request = Buffer.alloc(14)
  request.writeInt32BE(10, 0)
  request.writeInt16BE(apiKey, 4)
  request.writeInt16BE(0, 6)
  request.writeInt32BE(correlationId, 8)
  request.writeInt16BE(-1, 12)

  return request
}

/** A request as its first bytes, and how many zeros follow them. */
export interface PaddedRequest {
  readonly head: Buffer
  readonly zeros: number
}

/**
 * The same question in at least so many bytes: version 3 (KIP-511), whose body may hold tagged fields (KIP-482). One with a tag that
 * nobody knows is read and left alone, however long it is.
 */
export const paddedRequest = (bytes: number): PaddedRequest => {
  const client = Buffer.from('ackproof')
  const version = Buffer.from('1')
  const header = Buffer.alloc(15)
  header.writeInt16BE(apiKey, 4)
  header.writeInt16BE(3, 6)
  header.writeInt32BE(correlationId, 8)
  header.writeInt16BE(-1, 12)
  const beforeSize = [header, Buffer.of(client.length + 1), client, Buffer.of(version.length + 1), version, Buffer.of(1), unsignedVarint(unknownTag)]
  const zeros = Math.max(0, bytes - Buffer.concat(beforeSize).length)
  const head = Buffer.concat([...beforeSize, unsignedVarint(zeros)])
  head.writeInt32BE(head.length + zeros - 4, 0)

  return { head, zeros }
}

const unknownTag = 10_000

const unsignedVarint = (value: number): Buffer => {
  const bytes: number[] = []
  let left = value
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80)

  return Buffer.from([...bytes, left])
}

/** Whether the first eight bytes of an answer (its length, its correlation id) are those of an answer to our request. */
export const isApiVersionsAnswer = (head: Buffer): boolean =>
  head.length >= 8 && head.readInt32BE(0) > 4 && head.readInt32BE(4) === correlationId
