/** Judges a ledger, whatever its length: as much of it at a time as fits into memory. */
import { startJudging } from '../checkers/index.ts'
import { visitLedger } from '../ledger/index.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Finding, Judgement } from '../model/judgement.ts'

export interface JudgeLedgerOptions {
  /** How many records each finding names at most. */
  readonly witnesses: number
  /** Sees each part of the evidence, and what was found in it. */
  readonly visit?: (evidence: Evidence, findings: readonly Finding[]) => void
  /** About how many entries may be in memory at once. */
  readonly entriesAtOnce?: number
}

export interface JudgedLedger {
  readonly judgement: Judgement
  readonly warnings: readonly string[]
  /** In how many parts it was judged. */
  readonly parts: number
}

export const judgeLedger = (folder: string, { witnesses, visit, ...options }: JudgeLedgerOptions): JudgedLedger => {
  const judging = startJudging({ witnesses })
  let parts = 0
  const warnings = visitLedger(folder, evidence => {
    const findings = judging.add(evidence)
    visit?.(evidence, findings)
    parts += 1
  }, options)

  return { warnings, parts, judgement: judging.judgement() }
}
