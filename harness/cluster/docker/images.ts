/**
 * The images of a run: `apache/kafka:<version>`, Toxiproxy's, and those of servers that an experiment wants beside the cluster, under
 * the same names whether they were pulled or built here. When one is missing, `docker/prepare.sh` is asked for it, which pulls first and builds where no registry answers.
 */
import { existsSync } from 'node:fs'
import { execa } from 'execa'
import { InfrastructureError, messageOf } from '../../model/errors.ts'
import { projectFile } from '../project-file.ts'
import type { ServiceName } from '../../model/service.ts'
import type { BootOrder } from '../provider.ts'
import type { Docker } from './runtime.ts'

export const toxiproxyVersion = '2.12.0'
export const toxiproxyImage = `ghcr.io/shopify/toxiproxy:${toxiproxyVersion}`
export const kafkaImage = (version: string): string => `apache/kafka:${version}`

/** The versions that Debian 12 has, so that they can be built where no registry answers. */
export const serviceImages: Readonly<Record<ServiceName, { readonly image: string, readonly version: string }>> = {
  postgresql: { image: 'postgres:15', version: '15' },
  redis: { image: 'redis:7.0', version: '7.0' }
}

const buildDeadlineMs = 15 * 60_000

export const imagePresent = async (docker: Docker, image: string): Promise<boolean> => {
  try {
    await docker.getImage(image).inspect()

    return true
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return false
    throw error
  }
}

/** Makes sure that the images are there, and says what it had to do for it. */
export const ensureImages = async (docker: Docker, { kafkaVersion, told, signal }: Pick<BootOrder, 'kafkaVersion' | 'told' | 'signal'>): Promise<void> => {
  const missing = []
  for (const image of [kafkaImage(kafkaVersion), toxiproxyImage]) if (!await imagePresent(docker, image)) missing.push(image)
  if (missing.length === 0) return

  told(`${missing.join(' and ')} missing here: ${existsSync(prepare) ? 'pulling or building' : 'nothing to get it with'}`)
  await getImages(['--kafka', kafkaVersion, '--toxiproxy', toxiproxyVersion], {
    missing, signal, next: `Check that Kafka ${kafkaVersion} exists, and try \`docker/prepare.sh --kafka ${kafkaVersion}\` by hand.`
  })
}

export const ensureServiceImage = async (docker: Docker, service: ServiceName, signal: AbortSignal): Promise<void> => {
  const { image, version } = serviceImages[service]
  if (await imagePresent(docker, image)) return

  await getImages([`--${service}`, version], { missing: [image], signal, next: `Try \`docker/prepare.sh --${service} ${version}\` by hand.` })
}

const prepare = projectFile('docker/prepare.sh')

interface Getting {
  readonly missing: readonly string[]
  readonly next: string
  readonly signal: AbortSignal
}

/** Rejects with the signal's reason where it was aborted: that the script was ended says nothing of what it wanted. */
const getImages = async (wanted: readonly string[], { missing, next, signal }: Getting): Promise<void> => {
  signal.throwIfAborted()
  try {
    await execa('bash', [prepare, ...wanted], { timeout: buildDeadlineMs, all: true, cancelSignal: signal })
  } catch (error) {
    signal.throwIfAborted()
    const output = error instanceof Error && 'all' in error && typeof error.all === 'string' ? error.all.trim().split('\n').slice(-8).join('\n') : messageOf(error)
    throw new InfrastructureError({ happened: `The image could neither be pulled nor built.\n${output}`, where: missing.join(', '), next, cause: error })
  }
}
