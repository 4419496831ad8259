/** Mistakes in manifests that no proof of their step can notice, and why. A stale entry fails the mutation test. */
export interface Unnoticed {
  track: string
  /** Matches the mutant's name. */
  pattern: RegExp
  reason: string
  /** The step whose proofs notice it; checked. */
  later?: number
}

export const unnoticed: readonly Unnoticed[] = [
  {
    track: 'calico',
    pattern: /^03-global security\.security-default-pass selects (nobody|only )/,
    reason:
      'In step 3 no other policy stands in the tier security, so a pod that this one does not select skips the tier: the same as Pass. With the wall in step 4, the end of the tier denies.',
    later: 5,
  },
  {
    track: 'calico',
    pattern:
      /^(03-global platform\.allow-dns|04-pci security\.pci-allowlist) egress \d destination (anybody|any port)$/,
    reason:
      'Only the cluster DNS listens on port 53, and it listens on nothing else that every cluster has: what the wider rule lets through reaches nobody.',
  },
  {
    track: 'calico',
    pattern: /^04-pci security\.pci-allowlist egress \d says Pass$/,
    reason: 'platform.allow-dns allows the same connections one tier later.',
  },
  {
    track: 'calico',
    pattern: /^04-pci security\.pci-allowlist selects only \(projectcalico\.org\/namespace == "hipstershop"\)$/,
    reason:
      'multitool.default is no pci pod in step 4, so nothing in the tier denies it DNS; it becomes one in step 5.',
    later: 5,
  },
  {
    track: 'calico',
    pattern: /^04-pci security\.pci-allowlist ingress 0 destination any port$/,
    reason:
      'The frontend listens on one port only. A connection to another is refused or dropped, and neither counts as blocked.',
  },
  {
    track: 'calico',
    pattern: /^04-pci security\.pci-restrict ingress 1 source anybody$/,
    reason: 'Differs only for senders outside the cluster; no probe comes from there.',
  },
  {
    track: 'calico',
    pattern:
      /^04-pci security\.pci-restrict selects only \(projectcalico\.org\/namespace == "hipstershop"\) && pci == "true"$/,
    reason:
      'multitool.default carries no pci label in step 4, so the policy does not select it anyway; with the label, in step 5, everything it can reach is a pci pod.',
  },
  {
    track: 'calico',
    pattern: /^(06-app|08-tighten) app-hipstershop\.\S+ (ingress|egress) \d destination any port$/,
    reason:
      "The shop's pods listen on one port each. A connection to another is refused or dropped, and neither counts as blocked.",
  },
  {
    track: 'calico',
    pattern: /^(06-app|08-tighten) app-hipstershop\.\S+ egress \d destination anybody$/,
    reason:
      "Nobody else listens on that port, or whoever does (paymentservice and shippingservice share 50051, 8080 has three) is guarded by its own policy's ingress.",
  },
  {
    track: 'calico',
    pattern:
      /^06-app app-hipstershop\.frontend (ingress 0 (dropped|says Deny|says Pass|for UDP|destination next port)|without type Ingress)$/,
    reason:
      'pci-allowlist in the tier security has already let everybody in to the frontend; the rule here documents it for the day that door is taken out.',
  },
  {
    track: 'calico',
    pattern:
      /^07-dns-domains security\.global-trusted-domains selects only \(projectcalico\.org\/namespace == "hipstershop"\)$/,
    reason: 'platform.default-egress lets multitool.default out to any address in any case.',
  },
  {
    track: 'netpol',
    pattern: /^0\d-\S+ \S+-allow-\S+ ingress 0 any port$/,
    reason:
      "The shop's pods listen on one port each. A connection to another is refused or dropped, and neither counts as blocked.",
  },
  {
    track: 'netpol',
    pattern: /^05-frontend frontend-allow-loadgenerator /,
    reason: 'frontend-allow-any lets in every source anyhow; this policy says who is expected, and policies only add.',
  },
]
