/** A real cluster for the tests of one file: booted before the first, removed after the last, whatever they did to it. */
import { afterAll, beforeAll } from 'vitest'
import { connectMetadata } from '../../harness/clients/admin.ts'
import { connectOperations } from '../../harness/clients/operations.ts'
import { dockerProvider } from '../../harness/cluster/docker/boot.ts'
import type { ProvidedCluster } from '../../harness/cluster/provider.ts'
import { brokers, type ClusterPlan } from '../../harness/model/cluster.ts'
import { defaultKafkaVersion } from '../../harness/model/commands.ts'
import type { Metadata } from '../../harness/model/metadata.ts'
import type { Operations } from '../../harness/model/operations.ts'
import { untilReady } from '../../harness/run/ready.ts'
import { newRunId } from '../../harness/run/run-folder.ts'

export interface SharedCluster {
  readonly cluster: () => ProvidedCluster
  readonly metadata: () => Metadata
  readonly operations: () => Operations
}

export const sharedCluster = (plan: ClusterPlan = brokers(3)): SharedCluster => {
  let cluster: ProvidedCluster | undefined
  let metadata: Metadata | undefined
  let operations: Operations | undefined

  beforeAll(async () => {
    const { signal } = new AbortController()
    cluster = await dockerProvider.boot({ run: newRunId(), plan, kafkaVersion: defaultKafkaVersion, told: () => undefined, signal })
    metadata = connectMetadata(cluster.bootstrap('admin'))
    operations = connectOperations(cluster.bootstrap('admin'), metadata)
    await untilReady(cluster, metadata, signal)
  })
  afterAll(async () => {
    await operations?.close()
    await metadata?.close()
    const remaining = await cluster?.remove()
    if (remaining && remaining.length > 0) throw new Error(`Left behind: ${remaining.join(', ')}`)
  })

  return {
    cluster: () => present(cluster),
    metadata: () => present(metadata),
    operations: () => present(operations)
  }
}

const present = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('The cluster is not up.')

  return value
}
