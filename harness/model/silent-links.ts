/**
 * Which links carry nothing when nothing is disturbed. A link that is slow to answer on a busy machine is asked again; one that
 * never answers is silent.
 */
import type { Cluster, Link } from './cluster.ts'

const tries = 3

export const silentLinks = async (
  cluster: Pick<Cluster, 'probe'>, links: readonly Link[], deadline: { readonly milliseconds: number }
): Promise<readonly string[]> => {
  let silent = links
  for (let attempt = 0; attempt < tries && silent.length > 0; attempt += 1) {
    const answered = new Set((await cluster.probe(silent, deadline)).filter(result => result.answered).map(result => result.link))
    silent = silent.filter(link => !answered.has(link.name))
  }

  return silent.map(link => link.name)
}
