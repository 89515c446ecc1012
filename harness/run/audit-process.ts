/** The final audit, in a fresh process of its own. */
import { spawnWorker } from './worker-process.ts'
import type { AuditOrder, Report, WorkerSetting } from './worker-protocol.ts'

export interface AuditSetting {
  /** With the bootstrap of the admin role. */
  readonly setting: WorkerSetting
  readonly logs: string
  readonly order: AuditOrder
}

/** Throws if the auditor dies, or says nothing for ten seconds after its own deadline. */
export const runAudit = async ({ setting, logs, order }: AuditSetting): Promise<Extract<Report, { report: 'audited' }>> => {
  const worker = spawnWorker({ name: 'audit', run: setting.run, logs })
  try {
    worker.order({ order: 'audit', setting, audit: order })
    const audited = await worker.reported('audited', order.deadlineMs + 10_000)
    worker.order({ order: 'stop' })
    await worker.reported('stopped', 5000)

    return audited
  } finally {
    await worker.kill()
  }
}
