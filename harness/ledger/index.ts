/** The evidence on disk: write it, read it, bring it in from elsewhere, give it away. */
export { exportHistory, historyText } from './export-history.ts'
export { effects, entryBytes, flags, headerBytes, kinds, noEpoch, noPartition, type Kind, type LedgerHeader, type NameLine } from './format.ts'
export { importHistory, importLines } from './import-history.ts'
export { importLedger } from './import-ledger.ts'
export { InputError, printable, type InputPlace } from './input-error.ts'
export { openLedger, type Entry, type LedgerWriter } from './writer.ts'
