/** How far groups were behind, in words, and as a line of blocks where no picture can be. */
import { printable } from '../model/printable.ts'
import type { LagReport } from '../model/report.ts'
import { grouped, sinceStart } from './figures.ts'

/** `billing at most 6,012 records behind, at 0:31; caught up at 0:52, by 286 records/s beyond what was written`. */
export const lagSentence = ({ group, most, mostAt, caughtUpAt, caughtUpPerSecond }: LagReport): string => {
  if (most === 0) return `${printable(group)} never behind`
  const caughtUp = caughtUpAt === undefined
    ? ['not caught up by the end']
    : caughtUpPerSecond === undefined ? [] : [`caught up at ${sinceStart(caughtUpAt)}, by ${grouped(caughtUpPerSecond)} records/s beyond what was written`]

  return [`${printable(group)} at most ${grouped(most)} records behind, at ${sinceStart(mostAt)}`, ...caughtUp].join('; ')
}

const blocks = '▁▂▃▄▅▆▇█'
const mostBlocks = 40

/** How many steps there are before the group was behind for the first time; one of them is kept. */
export const stepsBefore = (behind: LagReport['behind']): number => Math.max(0, behind.findIndex(records => records > 0) - 1)

/** The run from left to right, from when the group was behind for the first time; the highest block is the most. */
export const lagBlocks = ({ behind: whole, most }: LagReport): string => {
  const behind = whole.slice(stepsBefore(whole))
  const width = Math.max(1, Math.ceil(behind.length / mostBlocks))

  return Array.from({ length: Math.ceil(behind.length / width) }, (_, index) => {
    const highest = Math.max(...behind.slice(index * width, (index + 1) * width))

    return blocks[most === 0 ? 0 : Math.round(highest / most * (blocks.length - 1))]
  }).join('')
}
