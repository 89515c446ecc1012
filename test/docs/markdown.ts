/** The project's Markdown as its tests read it: sections, examples, links and the anchors that links can point to. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../source-files.ts'

export interface Document {
  /** From the project's root: `docs/anomalies/lost.md`. */
  readonly path: string
  readonly text: string
}

/** All Markdown at the root and below `docs/`, and the guide to reports. */
export const documents = (): readonly Document[] => [
  ...readdirSync(root).filter(name => name.endsWith('.md')),
  'reports/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md')).map(name => `docs/${name}`)
].map(readDocument)

export const readDocument = (path: string): Document => ({ path, text: readFileSync(join(root, path), 'utf8') })

/** The text below the heading `## title`, up to the next one; empty if there is none. */
export const section = (text: string, title: string): string => {
  const [, after = ''] = `\n${text}`.split(`\n## ${title}\n`)

  return after.split('\n## ')[0] ?? ''
}

export interface Example {
  readonly history: string
  /** What the lines below the block say: `lost, violation, 1`. */
  readonly stated: readonly string[]
}

/** Each fenced history, and the `Found:` lines directly below it. */
export const examples = (text: string): readonly Example[] =>
  [...text.matchAll(/^```ndjson\n([\s\S]*?)^```\n((?:Found: .*\n)*)/gm)].map(([, history = '', lines = '']) => ({
    history,
    stated: lines.trim().split('\n').map(line => line.replace(/^Found: |`|\s+$/g, '')).filter(line => line !== 'nothing')
  }))

/** Where links point to. What is fenced or set as code holds none. */
export const linksOf = (text: string): readonly string[] =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)

/** The anchors of a document's headings, as GitHub makes them. */
export const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set([...withoutFences(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title.toLowerCase().replace(/[^\p{Letter}\p{Number} _-]/gu, '').replaceAll(' ', '-')))

const withoutFences = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '')
/** Code inside a link's text is kept: its brackets do not matter, and the link does. */
const withoutCode = (text: string): string => withoutFences(text).replace(/(?<!\[)`[^`\n]*`(?!\])/g, '')
