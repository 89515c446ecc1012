/** What each phase is doing while it lasts, for whoever watches. */
import type { Phase } from '../model/report.ts'

export const doing: Readonly<Record<Phase, string>> = {
  provision: 'starting the cluster behind Toxiproxy',
  confirm: 'confirming the steady state and probing every link',
  disturb: 'load is running',
  heal: 'healing what was disturbed',
  drain: 'waiting for the consumers to finish',
  audit: 'reading every partition from start to end',
  check: 'judging every record, and testing the verifier on planted anomalies',
  report: 'writing the report'
}
