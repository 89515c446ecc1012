/** Judges a history file that anything wrote, for `ackproof check`. */
import { access, constants } from 'node:fs/promises'
import { judge } from '../checkers/index.ts'
import { importHistory } from '../ledger/index.ts'
import type { JudgeHistory } from '../model/commands.ts'

export const judgeHistory: JudgeHistory = async (file, { witnesses }) => {
  // The command has better words for a file that is not there than the importer, which expects bytes.
  await access(file, constants.R_OK)
  const evidence = await importHistory(file)

  return { judgement: judge(evidence, { witnesses }), warnings: evidence.warnings }
}
