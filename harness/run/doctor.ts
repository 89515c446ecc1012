/** What this machine can do, and what not and why: the engine, the images, memory and disk, and which faults by their names. */
import { statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dockerCapabilities } from '../cluster/docker/capabilities.ts'
import { connectRuntime, type Runtime } from '../cluster/docker/runtime.ts'
import { imagePresent, kafkaImage, serviceImages, toxiproxyImage } from '../cluster/docker/images.ts'
import { ownerIsAlive } from '../cluster/docker/labels.ts'
import { findLeftovers } from '../cluster/docker/leftovers.ts'
import { allFaults } from '../faults/all-faults.ts'
import type { Capabilities, Capability } from '../model/cluster.ts'
import { defaultKafkaVersion, type Doctor, type DoctorCheck } from '../model/commands.ts'
import { messageOf } from '../model/errors.ts'
import { serviceNames } from '../model/service.ts'

const leastMemoryBytes = 3 * 2 ** 30
const leastDiskBytes = 2 * 2 ** 30

export const doctor: Doctor = async () => {
  const machine = [memory(), await disk()]
  try {
    const runtime = await connectRuntime()

    return {
      checks: [
        engine(runtime), ...await images(runtime), ...await serviceImagesHere(runtime), ...machine, ...faultChecks(await dockerCapabilities()), ...await leftovers(runtime)
      ]
    }
  } catch (error) {
    return { checks: [{ what: 'Docker Engine', status: 'missing', told: messageOf(error), remedy: 'Run docker/prepare.sh.' }, ...machine] }
  }
}

const engine = ({ version, local }: Runtime): DoctorCheck => ({
  what: 'Docker Engine',
  status: 'ready',
  told: `${version} answers${local ? ', on this machine' : ', on another machine'}`
})

const images = async ({ docker }: Runtime): Promise<readonly DoctorCheck[]> =>
  Promise.all([kafkaImage(defaultKafkaVersion), toxiproxyImage].map(async (image): Promise<DoctorCheck> => await imagePresent(docker, image)
    ? { what: `image ${image}`, status: 'ready', told: 'is here' }
    : { what: `image ${image}`, status: 'limited', told: 'is not here yet', remedy: 'The first run pulls or builds it; docker/prepare.sh does so now.' }))

const serviceImagesHere = async ({ docker }: Runtime): Promise<readonly DoctorCheck[]> => Promise.all(serviceNames.map(async (service): Promise<DoctorCheck> => {
  const { image, version } = serviceImages[service]

  return await imagePresent(docker, image)
    ? { what: `image ${image}`, status: 'ready', told: 'is here' }
    : {
      what: `image ${image}`, status: 'limited', told: 'is not here yet; only an experiment with its effects there wants it',
      remedy: `That pulls or builds it, or is skipped with the reason; docker/prepare.sh --${service} ${version} gets it now.`
    }
}))

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`

const memory = (): DoctorCheck => totalmem() >= leastMemoryBytes
  ? { what: 'memory', status: 'ready', told: `${gigabytes(totalmem())} in all` }
  : { what: 'memory', status: 'limited', told: `${gigabytes(totalmem())} in all; three brokers and their clients want ${gigabytes(leastMemoryBytes)}`, remedy: 'Run fewer other programs.' }

/** Asked of the folder where reports and, on most machines, images are kept. */
const disk = async (): Promise<DoctorCheck> => {
  const { bavail, bsize } = await statfs(process.cwd())
  const free = bavail * bsize

  return free >= leastDiskBytes
    ? { what: 'disk', status: 'ready', told: `${gigabytes(free)} free` }
    : { what: 'disk', status: 'limited', told: `${gigabytes(free)} free; a run wants ${gigabytes(leastDiskBytes)}`, remedy: 'Free some space: old folders below reports/ can go.' }
}

/** Which faults this machine offers, by their names, and for each capability that it lacks why, and which faults wait for it. */
export const faultChecks = (capabilities: Capabilities): readonly DoctorCheck[] => {
  const lacking = (Object.keys(capabilities) as Capability[]).filter(name => !capabilities[name].available)
  const offered = allFaults.filter(({ needs }) => !needs.some(need => lacking.includes(need)))

  return [
    { what: 'faults', status: 'ready', told: offered.map(({ name }) => name).join(', ') },
    ...lacking.map(name => withoutCapability(name, capabilities[name]))
  ]
}

const withoutCapability = (name: Capability, capability: Capabilities[Capability]): DoctorCheck => {
  const waiting = allFaults.filter(({ needs }) => needs.includes(name)).map(fault => fault.name)

  return {
    what: `capability ${name}`,
    status: 'limited',
    told: `${capability.available ? '' : capability.reason}${waiting.length === 0 ? '' : `; so there is no ${waiting.join(', ')}`}`,
    remedy: 'An experiment that needs it is skipped, with this reason.'
  }
}

const leftovers = async ({ docker }: Runtime): Promise<readonly DoctorCheck[]> => {
  const found = await findLeftovers(docker)
  const abandoned = found.filter(({ owner }) => !ownerIsAlive(owner)).length
  const used = found.length - abandoned
  const running: DoctorCheck = { what: 'runs under way', status: 'ready', told: used === 0 ? 'none' : `${used} containers, networks, volumes and disks are in use by them` }

  return abandoned === 0
    ? [running, { what: 'leftovers', status: 'ready', told: 'none' }]
    : [running, { what: 'leftovers', status: 'limited', told: `${abandoned} containers, networks, volumes or disks whose harness is gone`, remedy: 'ackproof heal removes them.' }]
}
