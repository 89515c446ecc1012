/**
 * Tries the package as its users get it: packs it, lets publint judge it, installs the tarball in an empty folder, and runs
 * its command and somebody's own experiment from there, that on a real cluster too. Run with `npm run test:package`; it installs from the registry.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'ackproof-package-'))

const experiment = `
import { brokers, experiment, noLostWrites, numberedWrites, seconds, topic, type TopicPlan } from 'ackproof'

const orders: TopicPlan = topic('orders')

export default experiment({
  claim: 'The package is whole.',
  cluster: brokers(3),
  workload: numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 100 }),
  duration: seconds(20),
  checkers: [noLostWrites]
})
`

const history = [
  { event: 'run', format: 1, run: 'r' },
  { event: 'send', at: 1, id: 'a', producer: 'p', topic: 't', partition: 0 },
  { event: 'acknowledged', at: 2, id: 'a', offset: 0 },
  { event: 'logged', topic: 't', partition: 0, offset: 0, id: 'a' },
  { event: 'audit', topic: 't', partition: 0, logStart: 0, logEnd: 1, complete: true }
].map(line => JSON.stringify(line)).join('\n')

const run = async (what: string, [command = '', ...words]: readonly string[], cwd = folder): Promise<string> => {
  console.log(`${what} ...`)
  const { stdout } = await execa(command, words, { cwd, timeout: 300_000 })

  return stdout
}

const compile = (file: string): Promise<string> => run(`types of ${file}`, [
  join(root, 'node_modules', '.bin', 'tsc'), '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024',
  '--lib', 'es2024,esnext.disposable', '--types', 'node', file
])

const contains = (text: string, wanted: string): void => {
  if (!text.includes(wanted)) throw new Error(`'${wanted}' is not in:\n${text}`)
}

try {
  const packed = JSON.parse(await run('npm pack', ['npm', 'pack', '--json', '--silent', '--pack-destination', folder], root)) as readonly { readonly filename: string }[]
  const tarball = join(folder, packed[0]?.filename ?? '')
  await run('publint', [join(root, 'node_modules', '.bin', 'publint'), '--strict', tarball], root)

  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'somebody', private: true, type: 'module' }))
  await run('npm install', ['npm', 'install', '--no-audit', '--no-fund', '--omit=optional', tarball])
  await writeFile(join(folder, 'my-claim.ts'), experiment)
  await writeFile(join(folder, 'good.ndjson'), history)

  const ackproof = [process.execPath, join(folder, 'node_modules', 'ackproof', 'bin', 'ackproof.js')]
  contains(await run('ackproof --version', [...ackproof, '--version']), '.')
  contains(await run('ackproof list', [...ackproof, 'list']), 'leader-sigkill')
  contains(await run('ackproof plan leader-sigkill', [...ackproof, 'plan', 'leader-sigkill']), 'kill')
  contains(await run('ackproof check', [...ackproof, 'check', 'good.ndjson']), 'UPHELD')
  contains(await run('ackproof plan ./my-claim.ts', [...ackproof, 'plan', './my-claim.ts']), 'The package is whole.')
  contains(await run('ackproof run ./my-claim.ts', [...ackproof, 'run', './my-claim.ts', '--duration', '5s']), 'UPHELD')
  await compile('my-claim.ts')
  // Types that cannot be found are `any`, and nothing would be wrong.
  await writeFile(join(folder, 'wrong-claim.ts'), experiment.replace('producers: 1', 'producers: \'one\''))
  const accepted = await compile('wrong-claim.ts').then(() => true, () => false)
  if (accepted) throw new Error('The compiler found nothing wrong with wrong-claim.ts: the package has no types.')
  console.log('The package works.')
} finally {
  await rm(folder, { recursive: true, force: true })
}
