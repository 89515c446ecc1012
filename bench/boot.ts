/** How long a warm boot takes: from nothing but images to three brokers that Kafka itself calls ready. */
import { connectMetadata } from '../harness/clients/admin.ts'
import { dockerProvider } from '../harness/cluster/docker/boot.ts'
import { brokers } from '../harness/model/cluster.ts'
import { defaultKafkaVersion } from '../harness/model/commands.ts'
import { untilReady } from '../harness/run/ready.ts'
import { newRunId } from '../harness/run/run-folder.ts'
import { median } from './machine.ts'

const boots = 7

export const measureBoot = async (): Promise<Readonly<Record<string, unknown>>> => {
  const seconds: number[] = []
  for (let number = 0; number < boots; number += 1) seconds.push(await bootOnce())

  return { boots, secondsMedian: median(seconds), secondsMost: Math.max(...seconds), seconds }
}

const bootOnce = async (): Promise<number> => {
  const { signal } = new AbortController()
  const start = performance.now()
  const cluster = await dockerProvider.boot({ run: newRunId(), plan: brokers(3), kafkaVersion: defaultKafkaVersion, told: () => undefined, signal })
  const metadata = connectMetadata(cluster.bootstrap('admin'))
  try {
    await untilReady(cluster, metadata, signal)

    return Math.round((performance.now() - start) / 10) / 100
  } finally {
    await metadata.close()
    await cluster.remove()
  }
}
