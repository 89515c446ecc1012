/** An image that is missing is fetched or built by a script, which may take minutes: who stops waiting for it is told that, and nothing else. */
import { expect, test } from 'vitest'
import { ensureServiceImage } from '../../harness/cluster/docker/images.ts'
import type { Docker } from '../../harness/cluster/docker/runtime.ts'

const withoutImages = { getImage: () => ({ inspect: () => Promise.reject(Object.assign(new Error('No such image.'), { statusCode: 404 })) }) } as unknown as Docker

test('an image that nobody waits for any more is no image that could not be got', async () => {
  const stopped = AbortSignal.abort(new Error('The run was interrupted.'))

  await expect(ensureServiceImage(withoutImages, 'redis', stopped)).rejects.toThrow('The run was interrupted.')
})
