/**
 * Finds and removes what runs created: of one run when it ends, of every dead harness in `heal`. Order matters: a network
 * can only go when its containers have gone, and a volume likewise, and a disk when no volume uses it.
 */
import { messageOf } from '../../model/errors.ts'
import { findDisks } from './disk-leftovers.ts'
import { ownerLabel, runLabel } from './labels.ts'
import type { Docker } from './runtime.ts'

/** One thing that a run created; `heal` knows other kinds of them beside those of an engine. */
export interface Leftover {
  /** `container`, `network`, `volume`, `loop device`, `disk images`. */
  readonly kind: string
  readonly name: string
  readonly run: string
  readonly owner: string | undefined
  readonly remove: () => Promise<unknown>
}

/** What is there with a run's mark, in the order in which it can be removed. */
export const findLeftovers = async (docker: Docker): Promise<readonly Leftover[]> => [...await findInEngine(docker), ...findDisks()]

/** What an engine has with a run's label. */
export const findInEngine = async (docker: Docker): Promise<readonly Leftover[]> => {
  const filters = { label: [runLabel] }
  const containers = await docker.listContainers({ all: true, filters })
  const networks = await docker.listNetworks({ filters })
  const volumes = await docker.listVolumes({ filters })

  return [
    ...containers.map(({ Id, Names, Labels }): Leftover => ({
      kind: 'container', name: Names[0]?.slice(1) ?? Id, ...marks(Labels), remove: () => removeContainer(docker, Id)
    })),
    ...networks.map(({ Id, Name, Labels }): Leftover => ({
      kind: 'network', name: Name, ...marks(Labels), remove: () => docker.getNetwork(Id).remove()
    })),
    ...volumes.Volumes.map(({ Name, Labels }): Leftover => ({
      kind: 'volume', name: Name, ...marks(Labels), remove: () => docker.getVolume(Name).remove({ force: true })
    }))
  ]
}

const marks = (labels: Readonly<Record<string, string>> | undefined): Pick<Leftover, 'run' | 'owner'> =>
  ({ run: labels?.[runLabel] ?? '', owner: labels?.[ownerLabel] })

/** A paused container cannot be killed on every engine, so it is woken first. */
const removeContainer = async (docker: Docker, id: string): Promise<void> => {
  const container = docker.getContainer(id)
  const { State: state } = await container.inspect()
  if (state.Paused) await container.unpause()
  await container.remove({ force: true, v: true })
}

export interface Removal {
  readonly removed: readonly string[]
  /** What could not be removed, with the reason. */
  readonly remaining: readonly string[]
}

export const removeRun = async (docker: Docker, run: string): Promise<Removal> =>
  removeAll((await findLeftovers(docker)).filter(leftover => leftover.run === run))

/** One kind after the other, in the order in which they were found. */
export const removeAll = async (found: readonly Leftover[]): Promise<Removal> => {
  const removed: string[] = []
  const remaining: string[] = []

  for (const leftovers of Map.groupBy(found, leftover => leftover.kind).values()) {
    await Promise.all(leftovers.map(async leftover => {
      const label = `${leftover.kind} ${leftover.name}`
      try {
        await leftover.remove()
        removed.push(label)
      } catch (error) {
        if (!isGone(error)) remaining.push(`${label}: ${messageOf(error)}`)
      }
    }))
  }

  return { removed, remaining }
}

/** Somebody else (Ryuk, a second heal) was faster: 404, or 409 "removal already in progress". */
const isGone = (error: unknown): boolean =>
  error instanceof Error && 'statusCode' in error && (error.statusCode === 404 || (error.statusCode === 409 && /already in progress/.test(error.message)))
