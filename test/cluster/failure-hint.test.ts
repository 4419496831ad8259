import { describe, expect, it } from 'vitest'
import { classifyFailure, type FailureClass, failureHint } from '../../src/cluster/failure-hint.ts'

/** As real servers and kubectl word them (recordings of kubectl 1.34 and of Calico's API). */
const said: [FailureClass, number | undefined, string][] = [
  [
    'no-such-kind',
    undefined,
    'error: resource mapping not found for name: "security" namespace: "" from "STDIN": no matches for kind "Tier" in version "projectcalico.org/v3"\nensure CRDs are installed first',
  ],
  ['no-such-kind', undefined, `error: the server doesn't have a resource type "tiers"`],
  [
    'no-such-tier',
    500,
    'StorageError: key not found, Code: 1, Key: projectcalico.org/globalnetworkpolicies/x, ResourceVersion: 0',
  ],
  ['no-such-tier', 400, 'globalnetworkpolicies.projectcalico.org "x" is forbidden: Tier "nosuch" does not exist'],
  ['tier-not-empty', 500, 'operation delete is not supported on platform: Cannot delete a non-empty tier'],
  [
    'unknown-field',
    400,
    'GlobalNetworkSet in version "v3" cannot be handled as a GlobalNetworkSet: strict decoding error: unknown field "spec.allowedEgressDomains"',
  ],
  [
    'forbidden',
    403,
    'tiers.projectcalico.org is forbidden: User "u" cannot list resource "tiers" in API group "projectcalico.org" at the cluster scope',
  ],
  [
    'forbidden',
    undefined,
    'Error from server (Forbidden): pods "<pod>" is forbidden: User "<user>" cannot patch resource "pods/ephemeralcontainers"',
  ],
  [
    'forbidden',
    400,
    'admission webhook "tiered-rbac.projectcalico.org" denied the request: Authorization failed: networkpolicies.projectcalico.org "security.r" is forbidden: User "u" cannot create',
  ],
  [
    'admission',
    403,
    'pods "x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
  ],
  ['unauthorized', undefined, 'error: You must be logged in to the server (Unauthorized)'],
  ['namespace-missing', 404, 'namespaces "hipstershop" not found'],
  ['not-found', undefined, 'Error from server (NotFound): pods "x" not found'],
  ['exists', undefined, 'Error from server (AlreadyExists): pods "multitool" already exists'],
  ['conflict', 409, 'Operation cannot be fulfilled on tiers.projectcalico.org "x": the object has been modified'],
  ['busy', 429, 'Too many requests, please try again later.'],
  ['invalid', 422, 'Tier.projectcalico.org "x" is invalid: spec.order: Invalid value'],
  [
    'unreachable',
    undefined,
    'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
  ],
  ['unreachable', undefined, 'Unable to connect to the server: dial tcp: lookup nosuch on 10.0.0.1:53: no such host'],
  ['server', 503, 'the server is currently unable to handle the request'],
  ['other', undefined, 'something else'],
]

describe('the class of a refusal', () => {
  it.each(said)('%s: %s %s', (kind, status, message) => {
    expect(classifyFailure({ status, message })).toBe(kind)
    expect(failureHint({ status, message }) !== undefined).toBe(kind !== 'other')
  })
})
