import { isFinished, isTerminating } from '../pods.ts'
import type { ActionKind, ActionOf } from './kind.types.ts'

export const runPod: ActionKind<ActionOf<'run-pod'>> = {
  changes: true,
  operation: ({ name, namespace, image, labels }, { deps }) => ({
    kind: 'run-pod',
    name,
    namespace,
    image: image === defaultImage ? deps.options.probeImage : image,
    ...(labels ? { labels } : {}),
  }),
  isDone: ({ name, namespace }, snapshot) => {
    const pod = snapshot.find({ apiVersion: 'v1', kind: 'Pod', namespace, name })
    return pod !== undefined && !isTerminating(pod) && !isFinished(pod)
  },
  // `kubectl run` refuses a name that is taken; a pod that is already there is what the step wants.
  skip: async ({ name, namespace }, { deps }) => {
    const pod = await deps.cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace, name })
    return pod && !isTerminating(pod) && !isFinished(pod) ? `pod ${name} is already there` : null
  },
}

/** The probe image of the lines as written; `--probe-image` takes its place. */
const defaultImage = 'wbitt/network-multitool'
