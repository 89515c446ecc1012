/** All mutations, in the order in which they are planted: what takes a delivery away comes after what adds commits. */
import type { Mutation } from '../planting.ts'
import { believe } from './believe.ts'
import { conflict } from './conflict.ts'
import { diverge } from './diverge.ts'
import { double } from './double.ts'
import { drop } from './drop.ts'
import { epochDelivery } from './epoch-delivery.ts'
import { epoch } from './epoch.ts'
import { invent } from './invent.ts'
import { move } from './move.ts'
import { outage } from './outage.ts'
import { failWork } from './fail-work.ts'
import { loseEffect } from './lose-effect.ts'
import { repeatEffect } from './repeat-effect.ts'
import { readAborted } from './read-aborted.ts'
import { redeliver } from './redeliver.ts'
import { regressCommit } from './regress-commit.ts'
import { resurrect } from './resurrect.ts'
import { rewind } from './rewind.ts'
import { share } from './share.ts'
import { skip } from './skip.ts'
import { split } from './split.ts'
import { stale } from './stale.ts'
import { swap } from './swap.ts'
import { tearDelivery } from './tear-delivery.ts'
import { tear } from './tear.ts'
import { trespass } from './trespass.ts'
import { vanish } from './vanish.ts'

export const allMutations: readonly Mutation[] = [
  stale, regressCommit, rewind, share, trespass, skip, redeliver, epochDelivery, tearDelivery, vanish,
  swap, drop, double, invent, tear, move, conflict, resurrect, epoch, believe, loseEffect, repeatEffect, failWork, outage, diverge, split, readAborted
]
