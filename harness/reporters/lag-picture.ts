/**
 * `lag.svg`: how far each group was behind, over the time of a run, with the faults drawn in. A picture that needs no other file and no
 * script, for a browser or wherever Markdown shows pictures.
 */
import { printable } from '../model/printable.ts'
import type { FaultReport, LagReport, RunReport } from '../model/report.ts'
import { grouped, sinceStart } from './figures.ts'
import { stepsBefore } from './lag-words.ts'

const size = { width: 900, left: 80, right: 20, top: 40, plot: 260, line: 18 }
const plotWidth = size.width - size.left - size.right
const bottom = size.top + size.plot
/** Told apart by those who see no red or no green, too. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9']
const faultColour = '#d9d9d9'

/** Undefined: no group read anything. */
export const lagPicture = ({ lag = [], faults, experiment }: Pick<RunReport, 'lag' | 'faults' | 'experiment'>): string | undefined => {
  if (lag.length === 0) return undefined
  const scale = scaleOf(lag)
  const height = bottom + 30 + (lag.length + faults.length) * size.line + 12

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" width="${size.width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${size.width}" height="${height}" fill="white"/>`,
    `<text x="${size.left}" y="22" font-size="14">${escaped(experiment)}: records acknowledged, and not delivered yet</text>`,
    ...faults.flatMap(fault => faultBand(fault, scale)),
    ...timeAxis(scale),
    ...recordAxis(scale),
    ...lag.map((one, index) => curve(one, scale, colourOf(index))),
    ...lag.map((one, index) => legend(index, `<rect x="${size.left}" y="-8" width="14" height="4" fill="${colourOf(index)}"/>`, `${one.group}: at most ${grouped(one.most)}`)),
    ...faults.map((fault, index) => legend(
      lag.length + index, `<rect x="${size.left}" y="-11" width="14" height="12" fill="${faultColour}"/>`, `${fault.number}. ${fault.fault} (${fault.whom}), ${spanOf(fault)}`)),
    '</svg>',
    ''
  ].join('\n')
}

const colourOf = (index: number): string => colours[index % colours.length] ?? 'black'

interface Scale {
  /** Before, the cluster was started, and nobody could be behind. */
  readonly from: number
  readonly to: number
  readonly records: number
  readonly x: (us: number) => number
  readonly y: (records: number) => number
}

const scaleOf = (lag: readonly LagReport[]): Scale => {
  const from = Math.min(...lag.map(({ stepMs, behind }) => stepsBefore(behind) * stepMs * 1000))
  const to = Math.max(from + 1, ...lag.map(({ stepMs, behind }) => (behind.length - 1) * stepMs * 1000))
  const records = Math.max(1, ...lag.map(({ most }) => most))

  return {
    from, to, records,
    x: at => rounded(size.left + Math.min(1, Math.max(0, (at - from) / (to - from))) * plotWidth),
    y: behind => rounded(bottom - behind / records * size.plot)
  }
}

const rounded = (place: number): number => Math.round(place * 10) / 10

const curve = ({ behind, stepMs }: LagReport, { from, x, y }: Scale, colour: string): string =>
  `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${
    behind.flatMap((records, step) => step * stepMs * 1000 < from ? [] : [`${x(step * stepMs * 1000)},${y(records)}`]).join(' ')}"/>`

const faultBand = ({ number, injectingAt, healedAt }: FaultReport, { to: end, x }: Scale): readonly string[] => {
  const [from, to] = [x(injectingAt), x(healedAt ?? end)]

  return [
    `<rect x="${from}" y="${size.top}" width="${Math.max(2, rounded(to - from))}" height="${size.plot}" fill="${faultColour}" fill-opacity="0.6"/>`,
    `<text x="${from + 3}" y="${size.top + 12 + number % 3 * 13}">${number}</text>`
  ]
}

const spanOf = ({ injectingAt, healedAt }: FaultReport): string => healedAt === undefined ? `from ${sinceStart(injectingAt)}` : `${sinceStart(injectingAt)} to ${sinceStart(healedAt)}`

const timeAxis = ({ from, to, x }: Scale): readonly string[] => {
  const every = roundStep((to - from) / 1_000_000 / 8) * 1_000_000
  const first = Math.ceil(from / every)
  const ticks = Array.from({ length: Math.floor(to / every) - first + 1 }, (_, index) => (first + index) * every)

  return [
    `<line x1="${size.left}" y1="${bottom}" x2="${size.left + plotWidth}" y2="${bottom}" stroke="black"/>`,
    ...ticks.map(at => `<text x="${x(at)}" y="${bottom + 16}" text-anchor="middle">${sinceStart(at)}</text>`)
  ]
}

const recordAxis = ({ records, y }: Scale): readonly string[] => {
  const every = Math.max(1, roundStep(records / 5))
  const ticks = Array.from({ length: Math.floor(records / every) + 1 }, (_, index) => index * every)

  return [
    ...ticks.map(behind => `<line x1="${size.left}" y1="${y(behind)}" x2="${size.left + plotWidth}" y2="${y(behind)}" stroke="black" stroke-opacity="0.15"/>`),
    ...ticks.map(behind => `<text x="${size.left - 6}" y="${y(behind) + 4}" text-anchor="end">${grouped(behind)}</text>`)
  ]
}

/** At least as much, and 1, 2 or 5 times a power of ten; of seconds never less than one. */
const roundStep = (least: number): number => {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, least))))

  return ([1, 2, 5, 10].find(times => times * power >= least) ?? 10) * power
}

const legend = (line: number, mark: string, text: string): string =>
  `<g transform="translate(0 ${bottom + 42 + line * size.line})">${mark}<text x="${size.left + 22}">${escaped(text)}</text></g>`

const escaped = (text: string): string => printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
