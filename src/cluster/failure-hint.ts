/** What to do about a refusal, by its class. Works on the API's status and on kubectl's words alike. */
export type FailureClass =
  | 'unauthorized'
  | 'forbidden'
  | 'admission'
  | 'no-such-kind'
  | 'no-such-tier'
  | 'tier-not-empty'
  | 'unknown-field'
  | 'invalid'
  | 'not-found'
  | 'namespace-missing'
  | 'exists'
  | 'conflict'
  | 'busy'
  | 'unreachable'
  | 'server'
  | 'other'

export interface SaidFailure {
  status?: number | undefined
  reason?: string | undefined
  message: string
}

/** Calico's own refusals come as 500 without a reason, so some classes can only be told by the words. */
export function classifyFailure({ status, reason, message }: SaidFailure): FailureClass {
  if (
    /no matches for kind "|the server doesn't have a resource type|could not find the requested resource/.test(message)
  )
    return 'no-such-kind'
  if (/Cannot delete a non-empty tier/.test(message)) return 'tier-not-empty'
  if (/StorageError: key not found|Tier "[^"]*" does not exist|tier .* does not exist/i.test(message))
    return 'no-such-tier'
  if (/unknown field "/.test(message)) return 'unknown-field'
  // With native v3 kinds a webhook checks the tier rights.
  if (/tiered-rbac\.projectcalico\.org"? denied/.test(message)) return 'forbidden'
  if (/violates PodSecurity|admission webhook .* denied/.test(message)) return 'admission'
  if (
    status === 401 ||
    /You must be logged in|\(Unauthorized\)|asked for the client to provide credentials/.test(message)
  )
    return 'unauthorized'
  if (status === 403 || /\(Forbidden\)|is forbidden: |operation on Calico tiered policy is forbidden/.test(message))
    return 'forbidden'
  if (/namespaces "[^"]*" not found/.test(message)) return 'namespace-missing'
  if (status === 404 || /\(NotFound\)/.test(message)) return 'not-found'
  if (reason === 'AlreadyExists' || /\(AlreadyExists\)/.test(message)) return 'exists'
  if (status === 409 || /\(Conflict\)/.test(message)) return 'conflict'
  if (status === 429 || /\(TooManyRequests\)/.test(message)) return 'busy'
  if (
    status === 400 ||
    status === 422 ||
    /\(BadRequest\)|\(Invalid\)| is invalid: |error validating data|error parsing/.test(message)
  )
    return 'invalid'
  if (
    /connection to the server .* was refused|Unable to connect to the server|connection refused|i\/o timeout|no such host|context deadline exceeded|TLS handshake/.test(
      message,
    )
  )
    return 'unreachable'
  if (
    (status !== undefined && status >= 500) ||
    /\(InternalError\)|\(ServiceUnavailable\)|unable to handle the request/.test(message)
  )
    return 'server'
  return 'other'
}

const hints: Record<FailureClass, string | undefined> = {
  unauthorized: 'The credentials of this context are not accepted (expired?). Log in again, then go on from here.',
  forbidden: 'Your user may not do this. `hipster-workshop doctor --rbac` prints the rights to ask for.',
  admission:
    "The cluster's admission rules refused it (Pod Security or a webhook). `hipster-workshop doctor` says what this namespace allows.",
  'no-such-kind':
    "The cluster does not serve this kind: Calico's v3 API is missing or too old. `hipster-workshop doctor` says what it has.",
  'no-such-tier': 'The tier this policy belongs to is not there. Apply the step that makes the tiers first.',
  'tier-not-empty': 'The tier still holds policies (staged ones count too). Delete them first, or leave the tier.',
  'unknown-field': 'This cluster does not know that field: it belongs to another edition or version of Calico.',
  invalid: 'The manifest was refused as it stands; nothing of this object was changed. Correct the field named above.',
  'not-found': 'It is not there. An earlier step may not have been applied, or somebody deleted it.',
  'namespace-missing': 'The namespace is not there yet: the first step of the track makes it.',
  exists: 'An object of that name is there already. `hipster-workshop status` shows what it differs in.',
  conflict: 'Somebody changed the object at the same time. Run the action again.',
  busy: 'The API server asks to slow down. Wait a moment and run the action again; what was applied stays.',
  unreachable:
    'The API server does not answer. Check network, VPN and proxy; run the action again: applying twice does no harm.',
  server: 'The API server failed. Run the action again; if it stays, look at the server (or at the Calico API server).',
  other: undefined,
}

export function failureHint(failure: SaidFailure): string | undefined {
  return hints[classifyFailure(failure)]
}
