/** The final audit, in a fresh process of its own. */
import { spawnWorker } from './worker-process.ts'
import type { AuditOrder, Report, WorkerSetting } from './worker-protocol.ts'
import type { TopicPlan } from '../model/topic.ts'

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

/** Planned partitions that an audit's answer leaves out: the brokers' disks may show them all the same, but then no client has read them. */
export const unreported = (topics: readonly Pick<TopicPlan, 'name' | 'partitions'>[], audited: readonly { readonly topic: string, readonly partition: number }[]): readonly string[] => {
  const reported = new Set(audited.map(({ topic, partition }) => `${topic}-${partition}`))

  return topics.flatMap(({ name, partitions }) => Array.from({ length: partitions }, (_, partition) => `${name}-${partition}`))
    .filter(name => !reported.has(name))
    .map(name => `The audit said nothing of ${name}.`)
}
