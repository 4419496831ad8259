import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Operation } from '../../src/cluster/port.ts'
import { shownCommand, shownExec, toKubectlArgs } from '../../src/cluster/to-kubectl-args.ts'

const cases: [Operation, string][] = [
  [
    { kind: 'apply', path: '/home/me/workshop/manifests/a.yaml', shownPath: 'manifests/a.yaml' },
    'kubectl apply -f manifests/a.yaml',
  ],
  [{ kind: 'delete', path: '/x/a.yaml' }, 'kubectl delete -f /x/a.yaml --ignore-not-found'],
  [
    {
      kind: 'delete-object',
      resource: 'tiers.projectcalico.org',
      ref: { apiVersion: 'projectcalico.org/v3', kind: 'Tier', name: 'security' },
    },
    'kubectl delete tiers.projectcalico.org security --ignore-not-found',
  ],
  [
    { kind: 'label', resource: 'pods', namespace: 'hipstershop', all: true, labels: { pci: 'true' } },
    'kubectl label pods --all -n hipstershop pci=true',
  ],
  [
    {
      kind: 'label',
      resource: 'pods',
      namespace: 'hipstershop',
      selector: 'app in (a,b)',
      labels: { pci: null, x: 'y' },
      overwrite: true,
    },
    "kubectl label pods -l 'app in (a,b)' -n hipstershop pci- x=y --overwrite",
  ],
  [{ kind: 'create-namespace', name: 'hipstershop' }, 'kubectl create namespace hipstershop'],
  [
    { kind: 'run-pod', name: 'multitool', namespace: 'default', image: 'wbitt/network-multitool' },
    'kubectl run multitool -n default --image=wbitt/network-multitool',
  ],
  [
    { kind: 'restart', namespace: 'hipstershop', selector: 'app=frontend' },
    'kubectl delete pods -n hipstershop -l app=frontend',
  ],
  [
    { kind: 'wait', resource: 'pods', namespace: 'hipstershop', all: true, condition: 'Ready', timeoutSeconds: 300 },
    'kubectl wait --for=condition=Ready pods --all -n hipstershop --timeout=300s',
  ],
  [
    { kind: 'wait', resource: 'pod', namespace: 'd', name: 'm', condition: 'delete', timeoutSeconds: 5 },
    'kubectl wait --for=delete pod/m -n d --timeout=5s',
  ],
  [
    { kind: 'show', args: ['get', 'pods', '-n', 'hipstershop', '--show-labels'] },
    'kubectl get pods -n hipstershop --show-labels',
  ],
]

describe('the line shown', () => {
  it.each(cases)('of %j', (operation, line) => {
    expect(shownCommand(operation)).toBe(line)
  })

  const apply: Operation = { kind: 'apply', path: '/a b/c.yaml' }

  it('names the context of a real cluster, and the file only when it was given', () => {
    expect(shownCommand(apply, { context: 'kind-hw', isSandbox: false })).toBe(
      "kubectl --context kind-hw apply -f '/a b/c.yaml'",
    )
    expect(shownCommand(apply, { context: 'kind-hw', isSandbox: false, kubeconfig: '/my kube/config' })).toBe(
      "kubectl --kubeconfig '/my kube/config' --context kind-hw apply -f '/a b/c.yaml'",
    )
  })

  it("names the sandbox's kubeconfig, so that it works in any terminal, and nothing in the workshop's own shell", () => {
    expect(shownCommand(apply, { context: 'sandbox', isSandbox: true, kubeconfig: '/h/kubeconfig' })).toBe(
      "kubectl --kubeconfig /h/kubeconfig apply -f '/a b/c.yaml'",
    )
    expect(
      shownCommand(apply, { context: 'sandbox', isSandbox: true, kubeconfig: '/h/kubeconfig', insideShell: true }),
    ).toBe("kubectl apply -f '/a b/c.yaml'")
  })

  it('quotes for Windows with double quotes', () => {
    expect(
      shownCommand(
        { kind: 'apply', path: 'C:\\My Files\\a.yaml' },
        { context: 'c', isSandbox: false, platform: 'win32' },
      ),
    ).toBe('kubectl --context c apply -f "C:\\My Files\\a.yaml"')
  })

  it.skipIf(process.platform === 'win32')('is taken apart by a shell into the arguments that are run', () => {
    const operation: Operation = {
      kind: 'label',
      resource: 'pods',
      selector: "app in (a),x!='y'",
      namespace: 'we$ird',
      labels: { a: '`b`' },
    }
    const target = { context: "it's $HOME", isSandbox: false }
    const line = shownCommand(operation, target).replace(/^kubectl/, `printf '%s\\n'`)
    expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual(
      toKubectlArgs(operation, target),
    )
  })

  it('of a probe inside a pod', () => {
    expect(
      shownExec({ context: 'c', isSandbox: false }, { namespace: 'n', pod: 'p', container: 'hw-probe' }, [
        'nc',
        '-zvw',
        '3',
        'cartservice',
        '7070',
      ]),
    ).toBe('kubectl --context c exec -n n p -c hw-probe -- nc -zvw 3 cartservice 7070')
  })
})
