/**
 * The mutations that the verifier's self-test knows: what it does to a copy of a run's evidence, by name. A workload lists
 * those that its evidence must have room for; the self-test plants every other one that happens to be possible. Names only,
 * so that workloads and reports can use them; `run/self-test/mutations/` has a file for each.
 */
export const mutationDescriptions = {
  drop: 'takes an acknowledged record out of the log',
  double: 'writes a record into its partition a second time',
  invent: 'writes a record that nobody sent',
  tear: 'damages a record in the log',
  move: 'writes a record into another partition too',
  swap: 'exchanges two neighbours of one batch, wherever they are on record',
  stale: 'dates a record later than the acknowledgement of its successor',
  conflict: 'acknowledges a record at the offset of its neighbour',
  resurrect: 'rejects a record that is in the log',
  epoch: 'raises the leader epoch of one record in the log',
  believe: 'has the application count on a record that went nowhere',
  vanish: 'takes an unacknowledged record out of the log after a group has read it',
  redeliver: 'hands a record to a member a second time',
  skip: 'has a group pass over a record',
  'tear-delivery': 'damages a record on its way to a member',
  'epoch-delivery': 'raises the leader epoch of one delivered record',
  'regress-commit': 'has a member commit an earlier offset than before',
  rewind: 'has a member resume below what its group has committed',
  share: 'has two members own and commit a partition at once',
  trespass: 'has a member commit a partition that it does not own',
  outage: 'has a send wait longer than the objective allows',
  'lose-effect': 'takes an effect out of a group\'s store',
  'repeat-effect': 'has an effect a second time in a group\'s store',
  'fail-work': 'has the work on a record fail',
  diverge: 'takes a record out of one replica\'s log',
  split: 'commits a transaction of which one record is not in the log',
  'read-aborted': 'gives a record of an aborted transaction to a group that reads committed ones'
} as const

export type MutationName = keyof typeof mutationDescriptions

/** Possible wherever a few dozen records were acknowledged in batches, whatever else the run does. */
export const producerMutations: readonly MutationName[] = [
  'drop', 'double', 'invent', 'tear', 'swap', 'resurrect', 'believe'
]

/** Where brokers tell offsets with their acknowledgements, that is not with acks 0. */
export const offsetMutations: readonly MutationName[] = ['conflict', 'stale']

/** Where producers write to more than one partition of a topic. */
export const partitionMutations: readonly MutationName[] = ['move']

/** Where the audit sees leader epochs. */
export const epochMutations: readonly MutationName[] = ['epoch']

/** Where a group reads what producers wrote. */
export const groupMutations: readonly MutationName[] = ['redeliver', 'skip', 'tear-delivery', 'vanish']

/** Where a member commits several times while it owns a partition. */
export const commitMutations: readonly MutationName[] = ['regress-commit', 'rewind', 'share', 'trespass']

/** Where the effects of a group, or what it wrote for each record, are counted. */
export const effectMutations: readonly MutationName[] = ['lose-effect', 'repeat-effect', 'fail-work']

/** Where producers write in transactions. */
export const transactionMutations: readonly MutationName[] = ['split', 'read-aborted']

/** Where a checker sets an objective for the time without an acknowledgement. */
export const objectiveMutations: readonly MutationName[] = ['outage']
