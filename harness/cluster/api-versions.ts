/**
 * The smallest question that only a live Kafka can answer: an ApiVersions request, version 0, without a client id. A link
 * carries bytes both ways when the answer comes back; a TCP connect proves nothing, for Toxiproxy accepts before it dials.
 */

const correlationId = 0x41636b70

/** Length (10), api key 18, version 0, correlation id, null client id: Kafka protocol, request header v1. */
export const apiVersionsRequest = (): Buffer => {
  const request = Buffer.alloc(14)
  request.writeInt32BE(10, 0)
  request.writeInt16BE(18, 4)
  request.writeInt16BE(0, 6)
  request.writeInt32BE(correlationId, 8)
  request.writeInt16BE(-1, 12)

  return request
}

/** Whether the first eight bytes of an answer (its length, its correlation id) are those of an answer to our request. */
export const isApiVersionsAnswer = (head: Buffer): boolean =>
  head.length >= 8 && head.readInt32BE(0) > 4 && head.readInt32BE(4) === correlationId
