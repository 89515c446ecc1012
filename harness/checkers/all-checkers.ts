/** Every checker, in the order of the anomalies that they look for. */
import type { Checker } from './checker.ts'
import { commitAhead } from './commit-ahead.ts'
import { commitRegressed } from './commit-regressed.ts'
import { corrupted } from './corrupted.ts'
import { duplicated } from './duplicated.ts'
import { effects } from './effects.ts'
import { epochRegressed } from './epoch-regressed.ts'
import { incompletelyAudited } from './incompletely-audited.ts'
import { lost } from './lost.ts'
import { misplaced } from './misplaced.ts'
import { offsetConflict } from './offset-conflict.ts'
import { owners } from './owners.ts'
import { phantom } from './phantom.ts'
import { polls } from './polls.ts'
import { receipt } from './receipt.ts'
import { redelivered } from './redelivered.ts'
import { reordered } from './reordered.ts'
import { replicaDivergence } from './replica-divergence.ts'
import { resumeRewind } from './resume-rewind.ts'
import { resurrected } from './resurrected.ts'
import { staleOrder } from './stale-order.ts'
import { stalled } from './stalled.ts'
import { stuckTransaction } from './stuck-transaction.ts'
import { tornTransaction } from './torn-transaction.ts'
import { transactionReads } from './transaction-reads.ts'
import { unavailable } from './unavailable.ts'
import { unfounded } from './unfounded.ts'
import { vanished } from './vanished.ts'
import { zombieWrite } from './zombie-write.ts'

export const allCheckers: readonly Checker[] = [
  incompletelyAudited, lost, vanished, duplicated, offsetConflict, misplaced, reordered, staleOrder, unfounded, phantom, resurrected,
  corrupted, replicaDivergence, epochRegressed, transactionReads, tornTransaction, zombieWrite, stuckTransaction, receipt, polls,
  redelivered, resumeRewind, commitAhead, commitRegressed, owners, effects, unavailable, stalled
]
