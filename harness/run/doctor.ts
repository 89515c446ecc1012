/** What this machine can do, and what not and why: the engine, the images, memory and disk, which faults by their names, and what earlier runs left. */
import { statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dockerCapabilities } from '../cluster/docker/capabilities.ts'
import { connectRuntime, type Runtime } from '../cluster/docker/runtime.ts'
import { imagePresent, kafkaImage, serviceImages, toxiproxyImage } from '../cluster/docker/images.ts'
import { ownerIsAlive } from '../cluster/docker/labels.ts'
import type { Leftover } from '../cluster/docker/leftovers.ts'
import { allFaults } from '../faults/all-faults.ts'
import type { Capabilities, Capability } from '../model/cluster.ts'
import { defaultKafkaVersion, type Doctor, type DoctorCheck } from '../model/commands.ts'
import { messageOf, UsageError } from '../model/errors.ts'
import { serviceNames } from '../model/service.ts'
import { inEngine, leftoverPlaces, type LeftoverPlaces } from './leftover-places.ts'

const leastMemoryBytes = 3 * 2 ** 30
const leastDiskBytes = 2 * 2 ** 30

export const doctor: Doctor = async ({ out }) => {
  const machine = [memory(), await disk()]
  const places = leftoverPlaces(out)
  try {
    const runtime = await connectRuntime()
    const offered = [engine(runtime), ...await images(runtime), ...await serviceImagesHere(runtime), ...machine, ...faultChecks(await dockerCapabilities())]

    return { checks: [...offered, ...await leftoverChecks(places)] }
  } catch (error) {
    if (error instanceof UsageError) throw error

    return { checks: [{ what: 'Docker Engine', status: 'missing', told: messageOf(error), remedy: 'Run docker/prepare.sh.' }, ...machine, ...await leftoverChecks(places)] }
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

/** All that `heal` would go through: what is in use by runs under way, and what nobody's is any more. */
export const leftoverChecks = async (places: LeftoverPlaces): Promise<readonly DoctorCheck[]> => {
  const { found, lack } = await inEngine(places)
  const { gone = [], used = [] } = Object.groupBy([...places.processes(), ...places.files(), ...found, ...places.disks()], ({ owner }) => ownerIsAlive(owner) ? 'used' : 'gone')
  const running: DoctorCheck = { what: 'runs under way', status: 'ready', told: used.length === 0 ? 'none' : `in use by them: ${byKind(used)}` }
  if (gone.length > 0) return [running, { what: 'leftovers', status: 'limited', told: `of harnesses that are gone: ${byKind(gone)}`, remedy: 'ackproof heal removes them.' }]

  return [running, lack === undefined ? { what: 'leftovers', status: 'ready', told: 'none' } : { what: 'leftovers', status: 'limited', told: 'none, as far as can be seen without an engine' }]
}

/** `container (3), network (1)`. */
const byKind = (things: readonly Leftover[]): string => [...Map.groupBy(things, ({ kind }) => kind)].map(([kind, all]) => `${kind} (${all.length})`).join(', ')
