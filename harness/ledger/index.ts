/** The evidence on disk: write it, read it, bring it in from elsewhere, give it away. */
export { exportHistory, historyText } from './export-history.ts'
export { effects, entryBytes, flags, headerBytes, kinds } from './format.ts'
export { importHistory, importLines } from './import-history.ts'
export { importLedger } from './import-ledger.ts'
export { InputError } from './input-error.ts'
export { openLedger, type LedgerWriter } from './writer.ts'
