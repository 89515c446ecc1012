/** The audit of the disks as a part of the run: carried out beside the final audit, and what came of it told to whom it concerns. */
import type { ProvidedCluster } from '../cluster/provider.ts'
import { tailLedger } from '../ledger/tail.ts'
import { messageOf } from '../model/errors.ts'
import type { Metadata } from '../model/metadata.ts'
import { auditDisks, type DiskAudit } from './disk-audit.ts'
import { brokenSequences, damagedReplicas, shorterReplicas, tornReplicas, unreadReplicas, wrongCheckpoints, type LeadersEnd } from './disk-audit-facts.ts'
import type { RunContext } from './run-context.ts'

const deadlineMs = 60_000
const catchUpMs = 2000
/** Beyond it the reading would take more than some seconds, and the judgement several times its memory. */
const mostBytes = 256 * 1024 * 1024

export interface DiskStage {
  readonly context: RunContext
  readonly cluster: Pick<ProvidedCluster, 'disk'>
  readonly metadata: Pick<Metadata, 'partitions'>
}

/** Undefined where the disks could not be read, which is told: no claim rests on them alone. */
export const auditDisksOf = async ({ context, cluster, metadata }: DiskStage): Promise<DiskAudit | undefined> => {
  try {
    return await auditDisks({
      run: context.id, ledger: context.folder.ledger, topics: context.topics.map(({ name }) => name),
      metadata, disk: cluster.disk, deadlineMs, catchUpMs, mostBytes, signal: context.signal
    })
  } catch (error) {
    context.incidents.push(`The replicas on the brokers' disks were not compared: ${messageOf(error)}`)

    return undefined
  }
}

/** Notes what a reader must know, and says in a few words what was read. */
export const tellDisks = (context: RunContext, audit: DiskAudit | undefined, ends: readonly LeadersEnd[]): string => {
  if (audit === undefined) return ''
  const { replicas, tooLarge, bytes } = audit
  if (tooLarge) {
    context.incidents.push(`The replicas on the brokers' disks were not compared: their segments take ${inMegabytes(bytes)} MB, more than ${inMegabytes(mostBytes)} MB.`)

    return ''
  }
  context.gaps.push(...damagedReplicas(replicas))
  context.incidents.push(...unreadReplicas(audit), ...tornReplicas(replicas), ...brokenSequences(replicas), ...wrongCheckpoints(replicas), ...shorterReplicas(replicas, ends, {
    highest: ({ topic, partition, offset }) => {
      const tail = tailLedger(context.folder.ledger)
      try {
        tail.poll()

        return tail.acknowledgedBeyond({ topic, partition, offset, until: Number.MAX_SAFE_INTEGER, except: [] }).highest
      } finally {
        tail.close()
      }
    }
  }))

  return `, and ${replicas.filter(({ complete }) => complete).length} replicas of them on the brokers' disks`
}

const inMegabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024)
