#!/usr/bin/env node
/**
 * The launcher, of the checkout (runs harness/cli.ts) and of the package (runs dist/harness/cli.js). It is plain JavaScript
 * that old versions of Node can read, because `npx` runs it with whatever Node the system has: where that one is too old,
 * the launcher hands over to the Node that is installed beside the project, and says what is needed where there is none.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as modules from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const needed = [24, 6]
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, 'harness', 'cli.ts')
const entry = existsSync(source) ? source : join(root, 'dist', 'harness', 'cli.js')

const isNewEnough = version => {
  const [major, minor] = version.split('.').map(Number)

  return major > needed[0] || (major === needed[0] && minor >= needed[1])
}

const installedBeside = () => {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const folders = [root, dirname(dirname(root)), process.cwd()]

  return folders.map(folder => join(folder, 'node_modules', 'node', 'bin', name)).find(file => existsSync(file))
}

const handOver = node => {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, ACKPROOF_HANDED_OVER: '1' }
  })
  // The command heals what it disturbed before it ends: this process must outlive it. The command counts a signal that
  // reaches it twice, by the terminal and from here, as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', error => refuse(`It could not be started: ${error.message}.`))
  child.on('exit', (code, signal) => {
    process.exitCode = code === null ? 128 + constants.signals[signal] : code
  })
}

const refuse = reason => {
  process.stderr.write(`ackproof needs Node.js ${needed.join('.')} or newer; this is ${process.versions.node}. ${reason}\n`
    + `Install it, or add it to the project: npm install --save-dev node@24.6.0\n`)
  process.exitCode = 2
}

// Modules compiled once are read from a cache by the next process, client processes included: they start in a third of the
// time, and TypeScript's stripper, tens of megabytes, need not be loaded.
const useCompileCache = () => {
  modules.enableCompileCache()
  const folder = modules.getCompileCacheDir()
  if (folder !== undefined) process.env.NODE_COMPILE_CACHE ??= dirname(folder)
}

// The harness must not compete for memory with what it watches: a small young generation keeps it below 200 MB under load.
const keepSmall = () => setFlagsFromString('--max-semi-space-size=2')

if (isNewEnough(process.versions.node)) {
  keepSmall()
  useCompileCache()
  const { main } = await import(pathToFileURL(entry).href)
  await main(process.argv.slice(2))
} else {
  const node = process.env.ACKPROOF_HANDED_OVER === '1' ? undefined : installedBeside()
  if (node === undefined) refuse('No newer one is installed beside it.')
  else handOver(node)
}
