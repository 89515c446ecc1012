/**
 * The pages on anomalies are held to what they say: each example is judged by the real judge and must come to exactly what
 * stands below it.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { judge } from '../../harness/checkers/index.ts'
import { anomalies, type Anomaly, levels } from '../../harness/model/judgement.ts'
import { anomalyPage } from '../../harness/reporters/anomaly-page.ts'
import { importText } from '../histories.ts'
import { root } from '../source-files.ts'
import { examples, linksOf, readDocument, section } from './markdown.ts'

const pageOf = (name: Anomaly): string => readDocument(anomalyPage(name)).text
const index = readDocument('docs/anomalies/README.md').text

/** What a page says of the anomaly's level, on one line. */
const levelSentence = (name: Anomaly): string => (/^Level: ([\s\S]*?)Counted in/m.exec(pageOf(name))?.[1] ?? '').replaceAll('\n', ' ')

/** What an example comes to: its findings, and whatever of it the importer did not understand. */
const judged = async (history: string): Promise<readonly string[]> => {
  const evidence = await importText(history)

  return [...judge(evidence).findings.map(({ anomaly, level, count }) => `${anomaly}, ${level}, ${count}`), ...evidence.warnings]
}

/** What is wrong with a page's examples, in sentences. */
const faultsOf = async (name: Anomaly, page: string): Promise<readonly string[]> => {
  const faults: string[] = []
  for (const title of ['Guilty', 'Innocent']) {
    const all = examples(section(page, title))
    if (all.length === 0) faults.push(`${title} has no example`)
    for (const { history, stated } of all) {
      const found = await judged(history)
      if ([...found].sort().join() !== [...stated].sort().join()) faults.push(`${title} says [${stated.join('; ')}], and the judge [${found.join('; ')}]`)
      if (found.some(one => one.startsWith(`${name}, `)) !== (title === 'Guilty')) faults.push(`${title} ${title === 'Guilty' ? 'lacks' : 'has'} ${name}`)
    }
  }

  return faults
}

describe('the pages on anomalies', () => {
  it('are one for each anomaly that the judge knows, and no more', () => {
    expect(readdirSync(join(root, 'docs/anomalies')).sort()).toEqual([...anomalies.map(name => `${name}.md`), 'README.md'].sort())
  })

  it('are listed in the order in which reports list them', () => {
    expect(linksOf(index).filter(link => /^[a-z-]+\.md$/.test(link))).toEqual(anomalies.map(name => `${name}.md`))
  })

  it.each(anomalies)('%s: the guilty history is found guilty, the innocent one is not, and nothing else is found', async name => {
    expect(await faultsOf(name, pageOf(name))).toEqual([])
  })

  it.each(anomalies)('%s: has its name, causes and something to do', name => {
    const page = pageOf(name)

    expect(page.split('\n')[0]).toBe(`# ${name}`)
    expect(section(page, 'Usual causes')).toMatch(/^- /m)
    expect(section(page, 'What to do')).toMatch(/^- /m)
  })

  it.each(anomalies)('%s: names the levels that the index names, and the level of its own example', name => {
    const named = levels.filter(level => levelSentence(name).includes(level))
    const row = index.split('\n').find(line => line.startsWith(`| [${name}](`)) ?? ''
    const [, own = ''] = examples(section(pageOf(name), 'Guilty')).flatMap(({ stated }) => stated).find(one => one.startsWith(`${name}, `))?.split(', ') ?? []

    expect(levels.filter(level => row.split('|').at(-2)?.includes(level))).toEqual(named)
    expect(named).toContain(own)
  })

  it.each(anomalies)('%s: says so if a weak topic permits it, and only then', async name => {
    const [guilty] = examples(section(pageOf(name), 'Guilty'))
    const found = await judged((guilty?.history ?? '').replaceAll('"minInsyncReplicas": 2', '"minInsyncReplicas": 1'))

    expect(found.some(one => one.startsWith(`${name}, permitted`))).toBe(levelSentence(name).includes('weak topic'))
  })

  it.each(anomalies)('%s: says so if a weak topic permits it only of what may have been written later, and only then', async name => {
    const [guilty] = examples(section(pageOf(name), 'Guilty'))
    const weak = (guilty?.history ?? '').replaceAll('"minInsyncReplicas": 2', '"minInsyncReplicas": 1')
    const unproven = weak.replaceAll(/("event": "acknowledged".*?), "offset": \d+/g, '$1')
    const isLevel = async (history: string, level: string) => (await judged(history)).some(one => one.startsWith(`${name}, ${level}`))

    expect(await isLevel(weak, 'violation') && await isLevel(unproven, 'permitted')).toBe(levelSentence(name).includes('written only after'))
  })
})

describe('a page that is wrong', () => {
  const page = pageOf('lost')

  it('is noticed by a count, a level or an anomaly that the judge does not come to', async () => {
    const wrong = (statement: string): string => page.replace('Found: `lost`, violation, 1', statement)

    for (const statement of ['Found: `lost`, violation, 2', 'Found: `lost`, permitted, 1', 'Found: nothing', 'Found: `lost`, violation, 1\nFound: `vanished`, violation, 1']) {
      expect(await faultsOf('lost', wrong(statement)), statement).toHaveLength(1)
    }
  })

  it('is noticed by an innocent example that is guilty, by a missing one, and by words that the importer ignores', async () => {
    expect(await faultsOf('lost', page.replace('"logStart": 1', '"logStart": 0').replace('Found: nothing', 'Found: `lost`, violation, 1'))).toEqual(['Innocent has lost'])
    expect(await faultsOf('lost', page.replace('## Guilty', '## Other'))).toEqual(['Guilty has no example'])
    expect(await faultsOf('lost', page.replace('"event": "run", ', '"event": "run", "colour": "red", '))).toHaveLength(1)
  })
})
