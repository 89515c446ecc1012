/**
 * Controllers apart from brokers. With dedicated controllers these are nodes of their own, and the loss of them is no loss of data; combined
 * with brokers, whoever loses his quorum loses brokers too.
 */
import type { Node, Subject } from '../model/cluster.ts'
import type { NodeTarget } from '../model/fault.ts'

/** All nodes that are controllers and nothing else. */
export const dedicatedControllers = (): NodeTarget => ({
  description: 'all dedicated controllers',
  choose: subject => Promise.resolve(dedicatedOf(subject))
})

/** As many dedicated controllers as it takes to leave no quorum, two of three, the active one among them; the seed says who else. */
export const majorityOfControllers = (): NodeTarget => ({
  description: 'a majority of the controllers, with the active one',
  choose: async (subject, random) => {
    const all = dedicatedOf(subject)
    const id = await subject.metadata.controller()
    const active = all.find(node => node.id === id)
    if (active === undefined) throw new Error('No dedicated controller is active at the moment.')
    const others = all.filter(node => node !== active)

    return [active, ...Array.from({ length: Math.floor(all.length / 2) }, () => {
      const one = random.pick(others)
      others.splice(others.indexOf(one), 1)

      return one
    })]
  },
  role: async (subject, nodes) => {
    const id = await subject.metadata.controller()

    return { held: nodes.some(node => node.id === id), evidence: `${id === undefined ? 'nobody' : `node ${id}`} was the active controller` }
  }
})

const dedicatedOf = ({ cluster }: Subject): readonly Node[] => {
  const found = cluster.nodes.filter(({ roles }) => !roles.includes('broker'))
  if (found.length === 0) throw new Error('The cluster has no dedicated controllers: ask for them with `brokers(3, { controllers: 3 })`.')

  return found
}
