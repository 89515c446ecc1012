/** Where acknowledgements say that records stand: mostly in the partition that they were sent to, but a client may have been told another. */
import { notKnown, type Evidence } from '../model/evidence.ts'

export type VisitPlaced = (partition: number, visit: (send: number) => void) => void

/** Visits the sends that a partition acknowledged at an offset that is known: those that were sent to it by time, then the others. */
export const placedSends = ({ sends }: Evidence): VisitPlaced => {
  const { starts, offset, acknowledgedPartition } = sends
  const elsewhere: number[] = []
  for (let send = 0; send < sends.length; send++) {
    if (offset[send] !== notKnown && acknowledgedPartition[send] !== sends.partition[send]) elsewhere.push(send)
  }

  return (partition, visit) => {
    for (let send = starts[partition]!; send < starts[partition + 1]!; send++) {
      if (offset[send] !== notKnown && acknowledgedPartition[send] === partition) visit(send)
    }
    for (const send of elsewhere) if (acknowledgedPartition[send] === partition) visit(send)
  }
}
