/**
 * Stories on a screen: what became of one record, and what a run found. The sentence comes first, then why, then the timeline
 * that it follows from, and the commands to go on with.
 */
import type { Finding } from '../model/judgement.ts'
import { printable } from '../model/printable.ts'
import { moment, type RecordStory, type Remark, type RunStory, type Story, type StoryEntry, type StorySource } from '../model/story.ts'
import { counted, grouped, timeOfDay, wrapped } from './figures.ts'
import { groupFindings, weighs } from './finding-words.ts'
import type { Paint } from './paint.ts'
import { shellWord } from './shell-word.ts'
import { paintVerdict, verdictTitle, verdictWords } from './verdict-words.ts'

export interface Layout {
  readonly paint: Paint
  /** Of the terminal; undefined: not a terminal. */
  readonly columns: number | undefined
}

const narrowest = 60
const widest = 110
const usual = 100
const widthOf = ({ columns }: Layout): number => Math.min(Math.max(columns ?? usual, narrowest), widest) - 1

/** `explain RUN ID`, line by line, without line ends. */
export const recordStory = (told: RecordStory, layout: Layout): readonly string[] => {
  const { story } = told
  const { paint } = layout
  const [first] = story.remarks

  return [
    '',
    `  ${[paint.strong(printable(story.id)), ...story.places.map(printable), toneOf(first, paint)(printable(first.title).toUpperCase())].join('   ')}`,
    ...story.remarks.flatMap(remark => ['', ...remarkLines(remark, layout)]),
    '',
    ...timeline(story.timeline, layout),
    '',
    ...story.notKnown.length === 0 ? [] : block('not known', story.notKnown.map(printable).join('; '), layout),
    ...block('times', `minutes and seconds since the run began${startWords(told)}`, layout),
    ...block('more', `npx ackproof explain ${shellWord(told.source)} ${shellWord(story.id)} --json`, layout),
    ''
  ]
}

/** What is wrong is bad, what is only told is not. */
const toneOf = ({ anomaly, title }: Remark, paint: Paint): Paint['bad'] =>
  anomaly === null ? title === 'not known' ? paint.doubtful : paint.good : anomaly === 'redelivered' ? paint.doubtful : paint.bad

const remarkLines = ({ sentence, why }: Remark, layout: Layout): readonly string[] => [
  ...indented(sentence, { indent: 2, layout }),
  ...why === null ? [] : indented(why, { indent: 4, layout }).map(layout.paint.faint)
]

/** Whoever has a longer name is named in the text. */
const widestActor = 14

/** By time, or `audit`; then who, then what. */
const timeline = (entries: readonly StoryEntry[], layout: Layout): readonly string[] => {
  const rows = entries.map(({ at, actor, what, kind }) => ({ when: at === null ? 'in the end' : moment(at), who: printable(actor), what: printable(what), kind }))
  const whenWidth = Math.max(0, ...rows.map(({ when }) => when.length))
  const whoWidth = Math.max(0, ...rows.map(({ who }) => who.length).filter(length => length <= widestActor))
  const indent = 2 + whenWidth + 2 + whoWidth + 2

  return rows.flatMap(({ when, who, what, kind }) => {
    const [head = '', ...rest] = wrapped(who.length > whoWidth ? `${who}: ${what}` : what, widthOf(layout) - indent)
    const label = who.length > whoWidth ? '' : who
    const lines = [`  ${when.padStart(whenWidth)}  ${label.padEnd(whoWidth)}  ${head}`, ...rest.map(line => ' '.repeat(indent) + line)]

    return kind === 'record' ? lines : lines.map(layout.paint.faint)
  })
}

const labelWidth = 11

const block = (label: string, text: string, layout: Layout): readonly string[] =>
  wrapped(text, widthOf(layout) - labelWidth - 2).map((line, index) => `  ${(index === 0 ? label : '').padEnd(labelWidth)}${line}`)

const indented = (text: string, { indent, layout }: { readonly indent: number, readonly layout: Layout }): readonly string[] =>
  wrapped(printable(text), widthOf(layout) - indent).map(line => ' '.repeat(indent) + line)

const startWords = ({ startedAt }: StorySource): string => {
  const start = startedAt === null ? undefined : new Date(startedAt)

  return start === undefined || Number.isNaN(start.getTime()) ? '' : `, at ${timeOfDay(start)} by this machine's clock`
}

const shownKinds = 6
const shownWitnesses = 3

/** `explain RUN`, line by line, without line ends. */
export const runStory = (told: RunStory, layout: Layout): readonly string[] => {
  const { verdict, control, claim, experiment, source, reasons, judgement, stories } = told
  const { paint } = layout
  const kinds = groupFindings(judgement.findings)
  const [first] = stories.keys()
  const because = reasons.length > 0 ? reasons : verdict === 'upheld' ? [] : [verdictWords[verdict].meaning]

  return [
    '',
    `  ${paintVerdict(paint, verdict, verdictTitle(verdict, { control }))}   ${paint.strong(printable(experiment ?? source))}`,
    ...claim === null ? [] : indented(claim, { indent: 2, layout }),
    ...because.flatMap(reason => ['', ...indented(reason, { indent: 2, layout })]),
    ...kinds.slice(0, shownKinds).flatMap(kind => ['', ...kindLines(kind, told, layout)]),
    ...kinds.length > shownKinds ? ['', `  and ${counted(kinds.length - shownKinds, 'more kind', 'more kinds')} of finding: see --json`] : [],
    ...kinds.length === 0 ? ['', '  Nothing was found.'] : [],
    '',
    ...first === undefined ? [] : block('one record', `npx ackproof explain ${shellWord(source)} ${shellWord(first)}`, layout),
    ...block('times', `minutes and seconds since the run began${startWords(told)}`, layout),
    ...block('for tools', `npx ackproof explain ${shellWord(source)} --json`, layout),
    ''
  ]
}

const kindLines = (kind: ReturnType<typeof groupFindings>[number], { judgement, stories }: RunStory, layout: Layout): readonly string[] => {
  const { told, places, reasons, level, anomaly } = kind
  const note = weighs(kind) ? '' : ` (${level})`
  const findings = judgement.findings.filter(finding => finding.anomaly === anomaly && finding.level === level)
  const paint = weighs(kind) ? layout.paint.bad : (text: string): string => text

  return [
    ...indented(`${told}${note}: ${places}`, { indent: 2, layout }).map(paint),
    ...reasons.flatMap(reason => indented(reason, { indent: 4, layout }).map(layout.paint.faint)),
    ...witnessesOf(findings, stories).flatMap(witness => bullet(witness, layout))
  ]
}

/** One line for each record, however often it is a witness. */
const witnessesOf = (findings: readonly Finding[], stories: ReadonlyMap<string, Story>): readonly string[] => {
  const told = findings.flatMap(({ anomaly, witnesses }) => witnesses.map(witness => {
    const { id, offset, at, member, note } = witness
    const story = id === null ? undefined : stories.get(id)
    const remark = story?.remarks.find(each => each.anomaly === anomaly) ?? story?.remarks[0]
    const facts = [
      ...offset === null ? [] : [`offset ${grouped(offset)}`], ...member === undefined ? [] : [`by ${member}`], ...at === null ? [] : [`at ${moment(at)}`],
      ...note === undefined ? [] : [note]
    ].join(', ')

    return `${id ?? ''}${id === null ? '' : '  '}${remark === undefined ? facts : remark.sentence}`
  }))

  return [...new Set(told)].filter(text => text !== '').slice(0, shownWitnesses)
}

const bullet = (text: string, layout: Layout): readonly string[] =>
  wrapped(printable(text), widthOf(layout) - 6).map((line, index) => (index === 0 ? `    · ${line}` : `      ${line}`))
