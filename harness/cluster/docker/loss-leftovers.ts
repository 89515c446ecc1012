/**
 * The packet losses that a dead harness left in force. They would go with the container in whose network they are; they are looked for
 * all the same, so that whoever heals is told of them, and removed first, so that they are gone even where a container cannot be removed.
 */
import { engineFacts, whyNotHere } from './engine-facts.ts'
import { ownerLabel, runLabel } from './labels.ts'
import type { Leftover } from './leftovers.ts'
import { removalOf } from './loss-rules.ts'
import { namespaceOf } from './network-namespace.ts'
import type { Docker } from './runtime.ts'

/** None where this user could not have set any: whoever can is told when he heals. */
export const findLossLeftovers = async (docker: Docker): Promise<readonly Leftover[]> => {
  if (process.getuid?.() !== 0 || whyNotHere(await engineFacts()) !== undefined) return []
  const containers = await docker.listContainers({ filters: { label: [runLabel], name: ['-toxiproxy$'] } })

  return (await Promise.all(containers.map(async ({ Id: id, Names: names, Labels: labels }): Promise<readonly Leftover[]> => {
    // It ended meanwhile, and its rules with it; or there is no iptables here, and there never were any.
    const found = await lossesIn(docker, id).catch(() => undefined)

    if (found === undefined) return []

    return [...Map.groupBy(found.rules, rule => rule.id).values()].map((rules): Leftover => ({
      kind: 'packet loss',
      name: `in ${names[0]?.slice(1) ?? id}`,
      run: labels[runLabel] ?? '',
      owner: labels[ownerLabel],
      remove: () => found.namespace.change(removalOf(rules))
    }))
  }))).flat()
}

const lossesIn = async (docker: Docker, container: string) => {
  const namespace = await namespaceOf(docker, container)

  return { namespace, rules: await namespace.rules() }
}
