/**
 * How a record of the harness's own clients is numbered. One number holds who sent it and which of its records it is, so
 * that an entry of the ledger needs no string; the name that people read (`p1:17`, `p1.2:17` from the second incarnation
 * on) is made from it on demand.
 *
 *   number = producer * 2^40 + incarnation * 2^32 + sequence    (an exact integer below 2^53)
 */

const sequences = 2 ** 32
const incarnations = 2 ** 8

/** Which record: its producer (1 to 8,191), that producer's incarnation (1 to 255), and its place among the incarnation's records. */
export interface RecordIdentity {
  readonly producer: number
  readonly incarnation: number
  readonly sequence: number
}

export const recordNumber = ({ producer, incarnation, sequence }: RecordIdentity): number =>
  (producer * incarnations + incarnation) * sequences + sequence

export const identityOf = (number: number): RecordIdentity => {
  const incarnation = Math.floor(number / sequences)

  return {
    producer: Math.floor(incarnation / incarnations),
    incarnation: incarnation % incarnations,
    sequence: number % sequences
  }
}

/** The name under which histories and people know a record: `p1:17`, or `p1.2:17` for a later incarnation. */
export const recordName = (number: number): string => {
  const { producer, incarnation, sequence } = identityOf(number)

  return incarnation === 1 ? `p${producer}:${sequence}` : `p${producer}.${incarnation}:${sequence}`
}

/** The number of a name, or undefined for a name that no record of the harness's own clients can have. */
export const recordNumberOf = (name: string): number | undefined => {
  const match = /^p(\d{1,4})(?:\.(\d{1,3}))?:(\d{1,10})$/.exec(name)
  if (!match) return undefined

  const number = recordNumber({ producer: Number(match[1]), incarnation: Number(match[2] ?? 1), sequence: Number(match[3]) })

  return recordName(number) === name ? number : undefined
}
