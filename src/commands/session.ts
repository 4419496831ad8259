import { lockHolder } from '../engine/lock.ts'
import { createSession } from '../engine/session.ts'
import type { Session } from '../engine/session.types.ts'
import { lockHeld } from '../errors/catalog/engine.ts'
import { escapeControl } from '../errors/escape.ts'
import { notConfirmed } from './confirm.ts'
import type { CommandContext } from './context.ts'
import { clearOtherTracks } from './other-tracks.ts'
import { type OpenWork, openWork, type WorkOptions } from './work.ts'

/** How the screen is told of the way to the cluster, and asked. */
interface ConnectHost {
  progress(text: string): void
  ask(question: { title: string; lines: readonly string[]; expect: string }): Promise<boolean>
  choose(question: {
    title: string
    lines: readonly string[]
    choices: readonly { key: string; label: string }[]
  }): Promise<string | null>
  signal: AbortSignal
}

/** Opens the place and the session over it; a cluster that is not ours is confirmed on the screen. */
export async function openSession(options: WorkOptions, context: CommandContext, host: ConnectHost): Promise<Session> {
  host.progress(options.context ? `Connecting to ${escapeControl(options.context)} …` : 'Starting the sandbox …')
  const signal = AbortSignal.any([context.signal, host.signal])
  const opened = await openWork(options, { ...context, signal }, 'read')
  try {
    const { cluster } = opened.place
    if (options.context && options.confirmContext !== cluster.context) {
      const { judgeCluster } = await import('../cluster/lab-guard.ts')
      const { reasons } = await judgeCluster(cluster)
      const lines = [
        `Steps change the cluster ${cluster.context} at ${cluster.server}.`,
        ...(reasons.length > 0 ? ['It does not look like a lab:', ...reasons.map((reason) => `- ${reason}`)] : []),
      ]
      const confirmed = await host.ask({
        title: 'Is this the cluster you mean?',
        lines: lines.map((line) => escapeControl(line)),
        expect: cluster.context,
      })
      if (!confirmed)
        throw notConfirmed(
          'The cluster was not confirmed. Nothing was changed.',
          'Start again and type its name, or choose the sandbox.',
        )
    }
    const isWatching = await onlyWatch(opened, host)
    if (!isWatching)
      await clearOtherTracks(opened, options, async ({ track, objects }, plan) => {
        const agreed = await host.ask({
          title: `The track ${track.id} is still in this cluster`,
          lines: [
            `${objects.length} policies and tiers of it would decide the connections of this track too: ${objects.slice(0, 4).join(', ')}${objects.length > 4 ? ', …' : ''}.`,
            '',
            `It can be taken back first, to the state before the workshop, in ${plan.entries.length} lines.`,
            `hipster-workshop reset --track ${track.id} --dry-run shows them all.`,
            ...plan.questions.map(({ question }) => `${question}; it is left as it is.`),
          ].map((line) => escapeControl(line)),
          expect: 'reset',
        })
        if (agreed) host.progress(`Taking back the track ${track.id} …`)
        return agreed
      })
    host.progress('Reading the cluster …')
    const { features } = await cluster.surface()
    const session = await createSession({
      work: opened.work,
      place: {
        name: cluster.context,
        edition: features.edition,
        version: features.calicoVersion ?? '',
        via: cluster.executor.via,
        kubeconfig: opened.place.sandbox?.kubeconfigPath ?? cluster.kubeconfig,
        isSandbox: cluster.isSandbox,
      },
    })
    return {
      ...session,
      get: session.get.bind(session),
      get events() {
        return session.events
      },
      async close() {
        try {
          await session.close()
        } finally {
          await opened.close()
        }
      },
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** Another process works on this track here: the person watches, or goes back. */
async function onlyWatch({ work, track, place }: OpenWork, host: ConnectHost): Promise<boolean> {
  const holder = await lockHolder(work.deps, track)
  if (!holder) return false
  const lines = [
    `Process ${holder.pid} on ${holder.host} works on the track ${track.id} in ${place.cluster.context}, since ${holder.since}.`,
    '',
    'You can watch: every view follows what it does, and nothing you press changes the cluster. As soon as it is done the keys work again.',
  ]
  const answer = await host.choose({
    title: 'Somebody works here already',
    lines: lines.map((line) => escapeControl(line)),
    choices: [{ key: 'enter', label: 'watch, read-only' }],
  })
  if (answer === null) throw lockHeld(holder, place.cluster.context)
  return true
}
