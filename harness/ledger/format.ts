/**
 * The binary ledger's layout: the append-only record of sends, outcomes, deliveries and the audit.
 *
 * A ledger is a folder. Each process that saw something has up to two files in it, named for the process:
 *
 *   p1.1.ledger   a header block of 4,096 bytes (JSON, padded with spaces), then entries of 32 bytes, in the order written
 *   p1.1.ndjson   the rare events (producer, member, assigned, commit, fault, leader, audit, ...) as lines of a history,
 *                 exactly as `history-format.md` defines them, and the names that binary entries refer to
 *
 * Fixed width and append-only, so that whatever a killed process had handed to the kernel counts: a torn last entry is
 * cut off by the file's length, a torn last line by its missing newline. An entry, little-endian:
 *
 *   byte  0      kind in the low five bits, flags in the high three
 *   byte  1      topic, an index into the header's `topics`
 *   bytes 2-3    partition; 0xFFFF: the client chooses
 *   bytes 4-7    `extra`: for an outcome the error (a number that a `name` line explains; 0: none), for a delivered or
 *                logged record its leader epoch (0xFFFFFFFF: not known), for a send its transaction (a `name`; 0: none),
 *                for a processed record what was done (an index into `effects`)
 *   bytes 8-13   `at`: microseconds since the run began
 *   bytes 14-15  attempt; 0 in a delivered or logged record: not known
 *   bytes 16-23  the record's number, a double (see `model/record-number.ts`)
 *   bytes 24-31  a double: the offset of an acknowledged, delivered or logged record, the sequence of a send; -1: not known; for an
 *                effect how often it is in the application's store
 */

export { noPartition } from '../model/record.ts'

export const headerBytes = 4096
export const entryBytes = 32

/** The kinds of entries. A kind of 0 is never written, so that a hole in a file is not mistaken for an entry. */
export const kinds = {
  send: 1,
  acknowledged: 2,
  rejected: 3,
  indeterminate: 4,
  delivered: 5,
  logged: 6,
  processed: 7,
  believed: 8,
  effect: 9
} as const

export type Kind = (typeof kinds)[keyof typeof kinds]

/** Flags in the high three bits of an entry's first byte. */
export const flags = {
  /** The fingerprint was checked and did not match: `intact: false`. Absent: it was checked and matched. */
  torn: 0x20,
  /** Nobody checked the fingerprint: `intact` is not known. */
  unchecked: 0x40,
  /** A logged record whose transaction is known to be committed is not marked; one known to be aborted is. */
  uncommitted: 0x80
} as const

/** `undefined`: nobody could check it. */
export const fingerprintFlags = (intact: boolean | undefined): number => (intact === undefined ? flags.unchecked : intact ? 0 : flags.torn)

export const noEpoch = 0xffffffff

export const effects = ['applied', 'recognised', 'dead-lettered', 'failed'] as const

/** The first 4,096 bytes of a `.ledger` file. */
export interface LedgerHeader {
  readonly format: 1
  readonly run: string
  /** The process's name, which is the file's too: `p1.1` (producer 1, incarnation 1), `c2`, `audit`. */
  readonly process: string
  /** What its `topic` bytes refer to. */
  readonly topics: readonly string[]
  /** A producer's name and incarnation: what its sends belong to. */
  readonly producer?: string
  readonly incarnation?: number
  /** A consumer's name and group: what its deliveries belong to. A group alone: whose store the effects were counted in. */
  readonly member?: string
  readonly group?: string
  /** The broker whose disk was read: what its logged records belong to. One file a replica; absent: a client read them. */
  readonly replica?: number
  /** True: all of its logged records are of transactions that the log itself shows to be committed, by their markers. */
  readonly committed?: boolean
}
