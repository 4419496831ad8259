/** Domain rules see names: a pod that asked the cluster DNS for a name may use the addresses it got under that name. */

export interface LearnedNames {
  learn(pod: string, ip: string, name: string): void
  of(pod: string, ip: string): readonly string[] | undefined
}

export function createLearnedNames(): LearnedNames {
  const byPod = new Map<string, Map<string, string[]>>()
  return {
    learn(pod, ip, name) {
      const byIp = byPod.get(pod) ?? new Map<string, string[]>()
      const known = byIp.get(ip) ?? []
      if (!known.includes(name)) byIp.set(ip, [...known, name])
      byPod.set(pod, byIp)
      // Names are many only when somebody scripts it: then the oldest pod's are forgotten, it will ask again.
      if (byPod.size > 4096) byPod.delete(byPod.keys().next().value as string)
    },
    of: (pod, ip) => byPod.get(pod)?.get(ip),
  }
}
