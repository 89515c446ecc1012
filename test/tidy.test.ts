/**
 * Tidiness that a compiler does not see: who imports whom, how large things are, and calls that have a better place. Each
 * violation names the file, the line, and what to do instead.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { findExperiments, loadExperiment } from '../harness/run/find-experiments.ts'
import { readmeWithClaims } from './claims-table.ts'
import { importsOf, lineOf, nodesOf, root, type SourceFile, sourceFiles } from './source-files.ts'

const harness = sourceFiles('harness')
const experiments = sourceFiles('experiments')
const tests = sourceFiles('test', 'bench')

/** The part of the harness that a file belongs to; `door` for the few files that may join anything. */
const partOf = (path: string): string => /^harness\/([^/]+)\//.exec(path)?.[1] ?? 'door'

const alone = ['model']
/** Beside itself, each part may import only these. What is not named here may import `model` alone. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  workloads: [...alone, 'clients'],
  commands: [...alone, 'reporters', 'run'],
  run: [...alone, 'ledger', 'cluster', 'clients', 'workloads', 'faults', 'nemesis', 'checkers', 'reporters', 'effects', 'segments', 'observers', 'story']
}

/** Packages that have one home each. */
const homes: readonly { readonly packages: readonly string[], readonly parts: readonly string[] }[] = [
  { packages: ['kafkajs', '@platformatic/kafka', '@confluentinc/kafka-javascript'], parts: ['clients'] },
  { packages: ['dockerode', 'testcontainers', 'toxiproxy-node-client'], parts: ['cluster'] },
  { packages: ['execa', 'node:child_process'], parts: ['cluster', 'run'] },
  { packages: ['node:sqlite', 'pg', 'redis'], parts: ['effects'] },
  { packages: ['listr2', 'junit-report-builder'], parts: ['reporters'] },
  { packages: ['commander'], parts: ['commands', 'door'] }
]

describe('imports', () => {
  it('go only where the parts allow it', () => {
    expect(harness.flatMap(file => importsOf(file).flatMap(({ from, line }) => {
      const [here, there] = [partOf(file.path), partOf(from)]
      const inside = from.startsWith('harness/')
      if (from.startsWith('experiments/') || from.startsWith('test/')) return [`${file.path}:${line}: the harness does not know ${from}`]
      if (!inside || here === 'door' || here === there || (mayImport[here] ?? alone).includes(there)) return []

      return [`${file.path}:${line}: ${here}/ may not import ${from}; declare what it needs in model/, and let run/ hand it over`]
    }))).toEqual([])
  })

  it('of packages stay in the part that owns them', () => {
    expect(harness.flatMap(file => importsOf(file).flatMap(({ from, line }) => {
      const home = homes.find(({ packages }) => packages.includes(from))

      return !home || home.parts.includes(partOf(file.path)) ? [] : [`${file.path}:${line}: ${from} belongs in ${home.parts.join('/ or ')}/`]
    }))).toEqual([])
  })

  it('of experiments are the one door', () => {
    expect(experiments.flatMap(file => importsOf(file).flatMap(({ from, line }) =>
      from === 'harness/index.ts' ? [] : [`${file.path}:${line}: import from harness/index.ts, not from ${from}`]))).toEqual([])
  })
})

describe('sizes', () => {
  it('of files stay below 300 lines', () => {
    expect([...harness, ...experiments, ...tests].flatMap(({ path, text }) => {
      const lines = text.split('\n').length - 1

      return lines > 300 ? [`${path}: ${lines} lines; a file above 300 is probably two things`] : []
    })).toEqual([])
  })

  it('of functions stay below 70 lines', () => {
    expect([...harness, ...experiments].flatMap(file => nodesOf(file).filter(node => ts.isFunctionLike(node)).flatMap(node => {
      const lines = node.getText(file.tree).split('\n').length

      return lines > 70 ? [`${file.path}:${lineOf(file, node)}: ${lines} lines; a function above 70 is probably two things`] : []
    }))).toEqual([])
  })
})

interface Ban {
  readonly what: string
  readonly instead: string
  readonly found: (node: ts.Node, file: SourceFile) => boolean
  /** Where it is at home. */
  readonly except: RegExp
}

const calls = (node: ts.Node, name: RegExp): node is ts.CallExpression => ts.isCallExpression(node) && name.test(node.expression.getText())
const isEmptyCatch = (node: ts.Node): boolean =>
  ts.isCatchClause(node) && node.block.statements.length === 0 && !/\/[/*]/.test(node.block.getText())
const isSleep = (node: ts.Node): boolean =>
  (ts.isImportDeclaration(node) && node.moduleSpecifier.getText().includes('timers/promises'))
  || (calls(node, /^setTimeout$/) && /^(resolve|done|\(\) => resolve\(\))$/.test(node.arguments[0]?.getText() ?? ''))
const entries = /^harness\/(cli|run\/[a-z-]*worker|run\/[a-z-]*process)\.ts$/

const bans: readonly Ban[] = [
  { what: 'Date.now', instead: 'the run\'s clock (model/clock.ts), passed in', found: node => calls(node, /^Date\.now$/), except: /^harness\/(model\/clock\.ts|reporters\/)/ },
  {
    what: 'new Date()', instead: 'the run\'s clock (model/clock.ts), passed in', except: /^harness\/(model\/clock\.ts|reporters\/)/,
    found: node => ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0
  },
  { what: 'Math.random', instead: 'a Random split from the run\'s seed (model/random.ts)', found: node => calls(node, /^Math\.random$/), except: /^$/ },
  { what: 'sleeping', instead: 'a wait that says what for and has a deadline (run/waiting.ts)', found: isSleep, except: /^harness\/(.*\/)?(waiting|pace)\.ts$/ },
  { what: 'console', instead: 'a reporter', found: node => calls(node, /^console\./), except: /^harness\/(cli\.ts|reporters\/)/ },
  { what: 'process.exit', instead: 'process.exitCode, or an error', found: node => calls(node, /^process\.exit$/), except: entries },
  { what: 'an empty catch', instead: 'a comment in it that says why nothing is to be done', found: isEmptyCatch, except: /^$/ },
  { what: 'any', instead: 'unknown, or the type', found: node => node.kind === ts.SyntaxKind.AnyKeyword, except: /^$/ }
]

describe('habits', () => {
  it.each(bans)('do without $what', ({ what, instead, found, except }) => {
    expect([...harness, ...experiments].filter(({ path }) => !except.test(path)).flatMap(file =>
      nodesOf(file).filter(node => found(node, file)).map(node => `${file.path}:${lineOf(file, node)}: ${what}: use ${instead}`))).toEqual([])
  })

  it('name things for what they are', () => {
    expect([...harness, ...experiments, ...tests].map(({ path }) => path)
      .filter(path => /(^|[/-])(utils?|helpers?|common|managers?|misc)([-./]|$)/.test(path))).toEqual([])
  })

  it('begin every file with a paragraph that says what it is', () => {
    expect([...harness, ...experiments, ...tests].filter(({ text }) => !/^(#!.*\n)?\/\*\*?\s/.test(text)).map(({ path }) => path)).toEqual([])
  })
})

describe('experiments', () => {
  it('claim one sentence each, with a period, and no two the same', async () => {
    const claims = await Promise.all((await findExperiments()).map(async file => ({ file: basename(file.file), claim: (await loadExperiment(file)).experiment.claim })))

    expect(claims.filter(({ claim }) => !/^\S.*\.$/.test(claim))).toEqual([])
    expect([...Map.groupBy(claims, ({ claim }) => claim).values()].filter(({ length }) => length > 1)).toEqual([])
  })
})

describe('the README', () => {
  it('lists the claims as the experiments make them', async () => {
    expect(await readFile(join(root, 'README.md'), 'utf8'), 'run `npm run readme`').toBe(await readmeWithClaims())
  })
})

describe('the repository', () => {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  // Written in pieces, so that this file does not name what it forbids.
  const foreign = new RegExp(['registry\\.' + 'npmjs', 'proxy\\.' + 'golang', 'repo1?\\.' + 'maven', 'crates\\.' + 'io', '"/work' + '/', '"resolved": "' + 'http'].join('|'))

  it('names no registry\'s host and no path of anybody\'s machine', () => {
    expect(listed.filter(path => !/\.(png|zst|gz)$/.test(path)).filter(path => {
      try {
        return foreign.test(readFileSync(join(root, path), 'utf8'))
      } catch {
        // Listed by git, but removed from the work tree.
        return false
      }
    })).toEqual([])
  })
})
