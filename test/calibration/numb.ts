/** A fault that goes through all of its motions and does nothing: whom it acts on says that it was done, and that is all. */
import type { ClientEnd, ClientProcess, Link, Node, Subject } from '../../harness/model/cluster.ts'
import type { Fault } from '../../harness/model/fault.ts'
import type { OwnDisk } from '../../harness/model/own-disk.ts'

export const switchedOff = (fault: Fault): Fault => ({ ...fault, prepare: (subject, random) => fault.prepare(numb(subject), random) })

const nothing = (): Promise<void> => Promise.resolve()
const nothingToUndo = { [Symbol.asyncDispose]: nothing }

const numb = (subject: Subject): Subject => ({
  ...subject,
  cluster: { ...subject.cluster, nodes: subject.cluster.nodes.map(numbNode), links: subject.cluster.links.map(numbLink) },
  operations: { ...subject.operations, reassign: nothing, elect: () => Promise.resolve([]), configureTopic: nothing },
  clients: () => subject.clients().map(numbClient)
})

const numbNode = (node: Node): Node => ({
  ...node,
  disks: node.disks.map(numbDisk),
  kill: nothing,
  stop: nothing,
  start: nothing,
  pause: nothing,
  unpause: nothing,
  squeeze: () => Promise.resolve({ ...nothingToUndo, strain: () => Promise.resolve({ inForce: true, refusals: 0, usedMegabytes: 100 }) })
})

const numbDisk = (disk: OwnDisk): OwnDisk => ({
  ...disk,
  snapshot: () => Promise.resolve({ putBack: () => Promise.resolve({ bytes: 1_000_000 }), remove: nothing }),
  fill: nothing,
  empty: nothing,
  wipe: nothing,
  fail: nothing,
  repair: nothing,
  overwrite: nothing,
  throttle: () => Promise.resolve(nothingToUndo)
})

/** It believes itself in place. */
const numbLink = (link: Link): Link => ({
  ...link,
  disturb: () => Promise.resolve({ ...nothingToUndo, holds: () => Promise.resolve({ own: true, others: false, packets: { seen: 1000, lost: 0 } }) })
})

const numbClient = (client: ClientProcess): ClientProcess => {
  const goesOn = (): Promise<ClientEnd> => Promise.resolve({ pid: client.activity().pid, signal: undefined, exitCode: undefined })

  return { ...client, kill: goesOn, leave: goesOn, restart: nothing, freeze: nothing, thaw: () => undefined }
}
