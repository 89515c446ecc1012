/** Two log directories of one broker, read as one: nobody but the broker knows which partition lies in which. */
import { expect, test } from 'vitest'
import { joinedDisks } from '../../harness/cluster/docker/joined-disks.ts'
import type { Disk } from '../../harness/model/disk.ts'

const holding = (files: Readonly<Record<string, string>>): Disk => ({
  list: directories => Promise.resolve(Object.entries(files).filter(([path]) => directories.some(directory => path.startsWith(`${directory}/`)))
    .map(([path, text]) => ({ path, bytes: text.length }))),
  async* read(paths) { for (const path of paths) if (files[path] !== undefined) yield { path, bytes: Buffer.from(files[path]) } }
})

const [first, second] = [holding({ 'orders-0/a': 'zero', 'orders-2/a': 'two' }), holding({ 'orders-1/a': 'one' })]

const readBy = async (disk: Disk, paths: readonly string[]): Promise<readonly string[]> => {
  const found: string[] = []
  for await (const { bytes } of disk.read(paths)) found.push(bytes.toString())

  return found
}

test('the files of both are listed, and read in the order in which they were asked for', async () => {
  const joined = joinedDisks([first, second])

  expect((await joined.list(['orders-0', 'orders-1', 'orders-2'])).map(({ path }) => path)).toEqual(['orders-0/a', 'orders-2/a', 'orders-1/a'])
  expect(await readBy(joined, ['orders-0/a', 'orders-1/a', 'orders-2/a'])).toEqual(['zero', 'one', 'two'])
})

test('a file that is in neither has no bytes, and the others are read all the same', async () => {
  expect(await readBy(joinedDisks([first, second]), ['orders-0/a', 'orders-9/a', 'orders-1/a'])).toEqual(['zero', 'one'])
  expect(await readBy(joinedDisks([first]), ['orders-9/a', 'orders-2/a'])).toEqual(['two'])
})
