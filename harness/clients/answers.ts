/**
 * What the brokers' answers show of sends that an application takes for done, because the call did not fail: which partitions of a send no
 * broker answered for. It tells whose doing a missing record is: no broker ever said that it has it.
 */

/** What a library reports of one partition; no offset: none was told. */
interface Answer {
  readonly partition: number
  readonly offset: number | undefined
}

export interface Answers {
  /** A call has returned: the partition of each record (undefined: left to the library), and what it was answered. The offsets by partition. */
  readonly take: (sent: readonly (number | undefined)[], answers: readonly Answer[]) => ReadonlyMap<number, number>
  readonly remarks: (library: string) => readonly string[]
}

export const watchAnswers = (): Answers => {
  let sends = 0
  let records = 0

  return {
    take: (sent, answers) => {
      const open = sent.filter(partition => partition !== undefined && answers.every(answer => answer.partition !== partition))
      if (open.length > 0) sends += 1
      records += open.length

      return new Map(answers.flatMap(({ partition, offset }) => offset === undefined ? [] : [[partition, offset]]))
    },
    remarks: library => sends === 0
      ? []
      : [`${library} took ${records} records of ${sends} ${sends === 1 ? 'send' : 'sends'} for written without a broker's answer for their partition.`]
  }
}
