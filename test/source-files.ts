/** The project's source files as the tidiness test reads them: text, imports, and the compiler's tree. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const root = fileURLToPath(new URL('..', import.meta.url))

export interface SourceFile {
  /** From the project's root, with slashes: `harness/model/clock.ts`. */
  readonly path: string
  readonly text: string
  readonly tree: ts.SourceFile
}

export interface Import {
  /** The imported file from the project's root, or a package's name. */
  readonly from: string
  readonly line: number
}

/** All TypeScript files below these folders. */
export const sourceFiles = (...folders: readonly string[]): readonly SourceFile[] =>
  folders.flatMap(folder => {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })

    return entries
      .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
      .map(entry => read(join(entry.parentPath, entry.name)))
  })

const read = (file: string): SourceFile => {
  const text = readFileSync(file, 'utf8')
  const path = relative(root, file)

  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true) }
}

/** Every node of the tree. */
export const nodesOf = (file: SourceFile): readonly ts.Node[] => {
  const nodes: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    nodes.push(node)
    ts.forEachChild(node, visit)
  }
  visit(file.tree)

  return nodes
}

export const lineOf = ({ tree }: SourceFile, node: ts.Node): number => tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1

/** Static and dynamic imports, re-exports, and imports of types. */
export const importsOf = (file: SourceFile): readonly Import[] =>
  nodesOf(file).flatMap(node => {
    const specifier = specifierOf(node)

    return specifier === undefined ? [] : [{ from: targetOf(file, specifier), line: lineOf(file, node) }]
  })

const specifierOf = (node: ts.Node): string | undefined => {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return node.moduleSpecifier.text
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [first] = node.arguments

    return first && ts.isStringLiteral(first) ? first.text : undefined
  }

  return undefined
}

/** `harness/model/clock.ts` for a relative import; `kafkajs` and `@platformatic/kafka` for packages and their inner files. */
const targetOf = ({ path }: SourceFile, specifier: string): string => {
  if (specifier.startsWith('.')) return relative(root, resolve(root, dirname(path), specifier))
  if (specifier.startsWith('node:')) return specifier

  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}
