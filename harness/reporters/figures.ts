/** Numbers, times and long sentences as people read them. */
import { describeDuration, milliseconds } from '../model/duration.ts'
import type { FaultLatency } from '../model/report.ts'

/** `214,392`. */
export const grouped = (count: number): string => count.toLocaleString('en-US')

/** `1 record`, `1,204 records`. */
export const counted = (count: number, one: string, many: string): string => `${grouped(count)} ${count === 1 ? one : many}`

/** `14:02:11`, by the clock on the wall of whoever runs it. */
export const timeOfDay = (at: Date): string =>
  [at.getHours(), at.getMinutes(), at.getSeconds()].map(part => String(part).padStart(2, '0')).join(':')

/** `at 1:04` for the moment 64 s after the start of the run, given in microseconds. */
export const sinceStart = (at: number): string => {
  const whole = Math.floor(at / 1_000_000)

  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** The text in lines of at most so many characters; a longer word has a line of its own. */
export const wrapped = (text: string, width: number): readonly string[] =>
  text.split('\n').flatMap(paragraph => {
    const lines: string[] = []
    for (const word of paragraph.split(' ')) {
      const last = lines.at(-1)
      if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
      else lines.push(word)
    }

    return lines
  })

/** `p99 14 ms before, 612 ms during, 20 ms after (half of them 3 ms, 305 ms, 4 ms)`; undefined where nothing was measured while it lasted. */
export const latencySentence = ({ before, during, after }: FaultLatency): string | undefined => {
  if (during === undefined) return undefined
  const stretches = [...before ? [['before', before] as const] : [], ['during', during] as const, ...after ? [['after', after] as const] : []]
  const p99s = stretches.map(([name, { p99Ms }]) => `${shortly(p99Ms)} ${name}`)

  return `p99 ${p99s.join(', ')} (half of them ${stretches.map(([, { p50Ms }]) => shortly(p50Ms)).join(', ')})`
}

const shortly = (ms: number): string => describeDuration(milliseconds(ms))
