/** An experiment that pretends to kill the leader and does nothing: it must never come out upheld. */
import { brokers, experiment, kill, leaderOf, noLostWrites, numberedWrites, once, seconds, topic, type Fault } from '../../harness/index.ts'

const orders = topic('orders')

const switchedOff = (fault: Fault): Fault => ({
  ...fault,
  prepare: async (subject, random) => {
    const nodes = subject.cluster.nodes.map(node => ({ ...node, kill: () => Promise.resolve() }))

    return fault.prepare({ ...subject, cluster: { ...subject.cluster, nodes } }, random)
  }
})

export default experiment({
  claim: 'A leader that nobody killed survives.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 2, recordsPerSecond: 500 }),
  nemesis: once(seconds(2), switchedOff(kill(leaderOf(orders))), { lasting: seconds(3) }),
  duration: seconds(8),
  checkers: [noLostWrites]
})
