/** Faults of disks act on nodes that have disks of their own: what is shared with the machine must not be filled or put back. */
import type { Node } from '../model/cluster.ts'
import type { OwnDisk } from '../model/own-disk.ts'
import { describeNodes } from './describe-nodes.ts'

/** Throws, before anything is done to anybody, unless all of the nodes have disks of their own. */
export const refuseWithoutDisks = (nodes: readonly Node[]): void => {
  const without = nodes.filter(({ disks }) => disks.length === 0)
  if (without.length > 0) throw new Error(`${describeNodes(without)} without a disk of its own: ask for disks in the experiment, like brokers(3, { disks: { megabytes: 256 } }).`)
}

export interface DiskOptions {
  /** The log directory whose disk is meant, from 1. Default: all that the node has. */
  readonly directory?: number
}

/** Of each node; throws where one has none, or none of that number. */
export const disksOf = (nodes: readonly Node[], { directory }: DiskOptions): readonly DisksOfNode[] => {
  refuseWithoutDisks(nodes)

  return nodes.map(node => {
    const disks = node.disks.filter(({ number }) => directory === undefined || number === directory)
    if (disks.length === 0) throw new Error(`${describeNodes([node])} has ${node.disks.length} log directories, and none of number ${directory}.`)

    return { node, disks }
  })
}

export interface DisksOfNode {
  readonly node: Node
  readonly disks: readonly OwnDisk[]
}

/** `disk`, or `disk 2` of several. */
export const describeDirectory = ({ directory }: DiskOptions): string => directory === undefined ? 'disk' : `disk ${directory}`
