import { formatImageReference, parseImageReference } from '../images/image-reference.ts'
import { imageSize } from './container-ids.ts'
import type { ContainerRuntime } from './container-runtime.ts'

/** What pulling needs of the pod it happens in. */
export interface PullContext {
  /** Images this node has. */
  pulled: Set<string>
  event(reason: string, message: string, container: ContainerRuntime, type?: 'Normal' | 'Warning'): void
  write(): void
  sleep(ms: number): Promise<void>
}

const PULL_MS = 900
/** The registry is only asked whether the image is still the same. */
const CHECK_MS = 60
const RETRY_MS = 1000

export async function pullImage(container: ContainerRuntime, spec: any, context: PullContext): Promise<void> {
  const { pulled, event } = context
  const about = `"${spec.image}"`
  const present = pulled.has(spec.image)
  if (present && spec.imagePullPolicy !== 'Always') {
    event('Pulled', `Container image ${about} already present on machine`, container)
    return
  }
  event('Pulling', `Pulling image ${about}`, container)
  const ms = present ? CHECK_MS : PULL_MS
  await context.sleep(ms)
  pulled.add(spec.image)
  const took = `${ms}ms (${ms}ms including waiting)`
  event(
    'Pulled',
    `Successfully pulled image ${about} in ${took}. Image size: ${imageSize(spec.image)} bytes.`,
    container,
  )
}

/** An image no registry has, or no image name at all: the container waits for ever, and says why. */
export async function failToPull(container: ContainerRuntime, image: string, context: PullContext): Promise<void> {
  const { event } = context
  const wait = (reason: string, message: string) => {
    container.state = { waiting: { reason, message } }
    context.write()
  }
  const reference = parseImageReference(image)
  if (!reference) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`
    event('InspectFailed', message, container, 'Warning')
    event('Failed', 'Error: InvalidImageName', container, 'Warning')
    wait('InvalidImageName', message)
    return
  }
  const full = formatImageReference(reference)
  const why = `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`
  event('Pulling', `Pulling image "${image}"`, container)
  await context.sleep(PULL_MS)
  event('Failed', `Failed to pull image "${image}": ${why}`, container, 'Warning')
  event('Failed', 'Error: ErrImagePull', container, 'Warning')
  wait('ErrImagePull', why)
  await context.sleep(RETRY_MS)
  event('BackOff', `Back-off pulling image "${image}"`, container)
  event('Failed', 'Error: ImagePullBackOff', container, 'Warning')
  wait('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${why}`)
}
