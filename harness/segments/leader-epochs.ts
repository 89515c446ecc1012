/**
 * The file `leader-epoch-checkpoint` of a partition: where each leader's epoch begins in this replica's log. A version line (0),
 * the number of entries, then an epoch and its first offset a line.
 */

export interface EpochStart {
  readonly epoch: number
  readonly startOffset: number
}

/** The file is not what Kafka writes. */
export class DamagedCheckpoint extends Error {
  override readonly name = 'DamagedCheckpoint'
}

export const readLeaderEpochs = (text: string): readonly EpochStart[] => {
  const [version, count, ...lines] = text.trimEnd().split('\n')
  if (version !== '0') throw new DamagedCheckpoint(`A leader-epoch-checkpoint of version "${version}"; only version 0 is known.`)

  const epochs = lines.map((line): EpochStart => {
    const [, epoch, startOffset] = /^(\d+) (\d+)$/.exec(line) ?? []
    if (epoch === undefined) throw new DamagedCheckpoint(`A leader-epoch-checkpoint has the line "${line}"; an epoch and an offset were expected.`)

    return { epoch: Number(epoch), startOffset: Number(startOffset) }
  })
  if (Number(count) !== epochs.length) throw new DamagedCheckpoint(`A leader-epoch-checkpoint promises ${count} entries and has ${epochs.length}.`)

  return epochs
}
