/** Links in the documentation lead somewhere: to a file of the project, to a heading that is there, or to a whole address. */
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../source-files.ts'
import { anchorsOf, type Document, documents, linksOf, readDocument } from './markdown.ts'

/** The links of a document that lead nowhere. Whether another site answers is not asked. */
const brokenLinks = ({ path, text }: Document): readonly string[] => linksOf(text).filter(link => {
  if (/^[a-z]+:/.test(link)) return !link.startsWith('https://') || !URL.canParse(link)

  const [file = '', anchor] = link.split('#')
  const target = normalize(join(dirname(path), file))
  if (file !== '' && !existsSync(join(root, target))) return true

  return anchor !== undefined && !anchorsOf(file === '' ? text : readDocument(target).text).has(anchor)
}).map(link => `${path}: ${link}`)

describe('links', () => {
  it('of the README and of all documentation lead somewhere', () => {
    expect(documents().flatMap(brokenLinks)).toEqual([])
  })

  it('to a file, a heading or an address that is not there are told', () => {
    const text = [
      '# Here', '[a](lost.md) [b](../history-format.md#4-anomalies) [c](#here) [`d`](https://kafka.apache.org/documentation/#semantics)',
      '[e](gone.md) [f](../history-format.md#5-nothing) [g](#there) [h](http://example.org)', '```', '[i](fenced.md)', '```', '`[j](code.md)`'
    ].join('\n')

    expect(brokenLinks({ path: 'docs/anomalies/here.md', text }).map(link => link.split(': ')[1])).toEqual([
      'gone.md', '../history-format.md#5-nothing', '#there', 'http://example.org'
    ])
  })
})
