/** The OpenAPI schema and the CEL rules of Calico's CRDs (config/crd), which the API server behind applies last. */
import type { KubeObject } from '../model.ts'
import { celIssue, enumIssue, schemaIssue, type ValidationIssue } from './issue.ts'

type Fields = Record<string, any>
const actions = ['Allow', 'Deny', 'Log', 'Pass']
/** What keeps the API server from looking at the rules (hasBlockingErr); ranges and duplicates do not. */
const blocking = new Set<ValidationIssue['reason']>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
])
const onlyNamespaceSelector = 'global() can only be used in an EntityRule namespaceSelector'

/**
 * Structural problems, and if there are none, the CEL rules; the server says so when it skipped them. `native` writes reach the CRD
 * as they were typed; the aggregated server sends what its Go types print (a missing action becomes "").
 */
export function schemaIssues(object: KubeObject, options: { native: boolean }): ValidationIssue[] {
  const structural = structuralIssues(object, options)
  if (!structural.some((issue) => blocking.has(issue.reason))) return [...structural, ...celIssues(object)]
  const note =
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation'
  return [
    ...structural,
    { stage: 'schema', reason: 'FieldValueInvalid', field: '<nil>', value: 'null', message: note, path: '' },
  ]
}

function structuralIssues(object: KubeObject, options: { native: boolean }): ValidationIssue[] {
  const spec = (object.spec ?? {}) as Fields
  const issues: ValidationIssue[] = []
  if (options.native && object.spec === undefined) issues.push(schemaIssue('spec', 'FieldValueRequired', null, ''))
  if (
    options.native &&
    object.kind === 'Tier' &&
    spec.defaultAction !== undefined &&
    !['Pass', 'Deny'].includes(spec.defaultAction)
  ) {
    issues.push(enumIssue('spec.defaultAction', spec.defaultAction, ['Pass', 'Deny']))
    const message = '"spec.defaultAction" must validate all the schemas (allOf)'
    issues.push({
      stage: 'schema',
      reason: 'FieldValueInvalid',
      field: '<nil>',
      value: '""',
      message,
      path: 'spec.defaultAction',
    })
  }
  if (/^(Staged)?(Global)?NetworkPolicy$/.test(object.kind)) {
    for (const [index, hint] of list(spec.performanceHints).entries()) {
      if (hint !== 'AssumeNeededOnEveryNode')
        issues.push(enumIssue(`spec.performanceHints[${index}]`, hint, ['AssumeNeededOnEveryNode']))
    }
    for (const direction of ['ingress', 'egress'] as const) {
      const rules = list(spec[direction])
      tooMany(rules, 1024, `spec.${direction}`, issues)
      for (const [index, rule] of rules.entries())
        ruleStructure(rule as Fields, `spec.${direction}[${index}]`, options, issues)
    }
    for (const field of ['selector', 'namespaceSelector', 'serviceAccountSelector'])
      tooLong(spec[field], 1024, `spec.${field}`, issues)
    if (Array.isArray(spec.types)) {
      if (options.native && spec.types.length === 0) {
        issues.push(
          schemaIssue('spec.types', 'FieldValueInvalid', 0, 'spec.types in body should have at least 1 items'),
        )
      }
      for (const [index, type] of spec.types.entries()) {
        if (type !== 'Ingress' && type !== 'Egress')
          issues.push(enumIssue(`spec.types[${index}]`, type, ['Ingress', 'Egress']))
      }
      tooMany(spec.types, 2, 'spec.types', issues)
      duplicates(spec.types, 'spec.types', issues)
    }
    duplicates(list(spec.performanceHints), 'spec.performanceHints', issues)
  }
  if (object.kind === 'HostEndpoint') hostEndpointStructure(spec, options, issues)
  if (
    /^Staged/.test(object.kind) &&
    spec.stagedAction !== undefined &&
    !['Set', 'Delete', 'Learn', 'Ignore'].includes(spec.stagedAction)
  ) {
    issues.push(enumIssue('spec.stagedAction', spec.stagedAction, ['Set', 'Delete', 'Learn', 'Ignore']))
  }
  if (/NetworkSet$/.test(object.kind)) duplicates(list(spec.nets), 'spec.nets', issues)
  return issues
}

function ruleStructure(rule: Fields, path: string, { native }: { native: boolean }, issues: ValidationIssue[]): void {
  if (native && rule.action === undefined) issues.push(schemaIssue(`${path}.action`, 'FieldValueRequired', null, ''))
  else if (!actions.includes(rule.action)) issues.push(enumIssue(`${path}.action`, rule.action ?? '', actions))
  if (rule.ipVersion !== undefined && rule.ipVersion !== 4 && rule.ipVersion !== 6)
    issues.push(enumIssue(`${path}.ipVersion`, rule.ipVersion, ['4', '6']))
  for (const field of ['icmp', 'notICMP'] as const) {
    for (const [name, most] of [
      ['type', 254],
      ['code', 255],
    ] as const) {
      outside(rule[field]?.[name], 0, most, `${path}.${field}.${name}`, issues)
    }
  }
  for (const side of ['source', 'destination'] as const) {
    const entity = rule[side] as Fields | undefined
    if (!entity) continue
    for (const field of ['selector', 'notSelector', 'namespaceSelector'])
      tooLong(entity[field], 1024, `${path}.${side}.${field}`, issues)
    for (const field of ['nets', 'notNets']) {
      tooMany(list(entity[field]), 256, `${path}.${side}.${field}`, issues)
      duplicates(list(entity[field]), `${path}.${side}.${field}`, issues)
    }
    for (const field of ['ports', 'notPorts']) tooMany(list(entity[field]), 50, `${path}.${side}.${field}`, issues)
    for (const field of ['name', 'namespace'])
      tooLong(entity.services?.[field], 253, `${path}.${side}.services.${field}`, issues)
    duplicates(list(entity.serviceAccounts?.names), `${path}.${side}.serviceAccounts.names`, issues)
  }
  tooMany(list(rule.http?.methods), 20, `${path}.http.methods`, issues)
  tooMany(list(rule.http?.paths), 20, `${path}.http.paths`, issues)
  for (const [index, entry] of list(rule.http?.paths).entries()) {
    for (const field of ['exact', 'prefix'])
      tooLong((entry as Fields | null)?.[field], 1024, `${path}.http.paths[${index}].${field}`, issues)
  }
}

function hostEndpointStructure(spec: Fields, { native }: { native: boolean }, issues: ValidationIssue[]): void {
  tooLong(spec.interfaceName, 15, 'spec.interfaceName', issues)
  tooLong(spec.node, 253, 'spec.node', issues)
  for (const [index, port] of (list(spec.ports) as Fields[]).entries()) {
    const path = `spec.ports[${index}]`
    for (const field of native ? ['name', 'port', 'protocol'] : []) {
      if (port[field] === undefined) issues.push(schemaIssue(`${path}.${field}`, 'FieldValueRequired', null, ''))
    }
    outside(port.port, 1, 65535, `${path}.port`, issues)
  }
  for (const field of ['expectedIPs', 'profiles']) duplicates(list(spec[field]), `spec.${field}`, issues)
}

function outside(value: unknown, least: number, most: number, path: string, issues: ValidationIssue[]): void {
  if (typeof value !== 'number') return
  const refuse = (bound: string) =>
    issues.push(schemaIssue(path, 'FieldValueInvalid', value, `${path} in body should be ${bound}`))
  if (value < least) refuse(`greater than or equal to ${least}`)
  if (value > most) refuse(`less than or equal to ${most}`)
}

function celIssues({ kind, metadata, spec = {} }: KubeObject): ValidationIssue[] {
  if (kind === 'Tier') return tierRules(metadata.name, spec)
  if (kind === 'HostEndpoint') return hostEndpointRules(spec)
  if (!/^(Staged)?(Global)?NetworkPolicy$/.test(kind)) return []
  const issues: ValidationIssue[] = []
  if (/Global/.test(kind)) {
    const { preDNAT, doNotTrack, applyOnForward } = spec
    if (preDNAT && doNotTrack)
      issues.push(celIssue('spec', 'preDNAT and doNotTrack cannot both be true', 'FieldValueForbidden'))
    if (preDNAT && list(spec.egress).length > 0)
      issues.push(celIssue('spec', 'preDNAT policy cannot have any egress rules', 'FieldValueForbidden'))
    if (preDNAT && list(spec.types).includes('Egress'))
      issues.push(celIssue('spec', "preDNAT policy cannot have 'Egress' type", 'FieldValueForbidden'))
    if (!applyOnForward && (preDNAT || doNotTrack))
      issues.push(celIssue('spec', 'applyOnForward must be true if either preDNAT or doNotTrack is true'))
  }
  for (const field of /Global/.test(kind)
    ? ['selector', 'serviceAccountSelector', 'namespaceSelector']
    : ['selector', 'serviceAccountSelector']) {
    if (typeof spec[field] === 'string' && spec[field].includes('global('))
      issues.push(celIssue('spec', onlyNamespaceSelector))
  }
  for (const direction of ['ingress', 'egress'] as const) {
    for (const [index, rule] of list(spec[direction]).entries())
      issues.push(...ruleRules(rule as Fields, `spec.${direction}[${index}]`))
  }
  return issues
}

function ruleRules(rule: Fields, path: string): ValidationIssue[] {
  const { action, protocol, notProtocol, ipVersion, http, icmp, notICMP, destination } = rule
  const issues: ValidationIssue[] = []
  if (http && protocol !== undefined && protocol !== 'TCP' && protocol !== 6)
    issues.push(celIssue(path, 'rules with HTTP match must have protocol TCP or unset'))
  if (http && action !== 'Allow')
    issues.push(celIssue(path, 'HTTP match is only valid on Allow rules', 'FieldValueForbidden'))
  if (destination?.services && (list(destination.ports).length > 0 || list(destination.notPorts).length > 0)) {
    issues.push(celIssue(path, 'ports and notPorts cannot be specified with services', 'FieldValueForbidden'))
  }
  if (icmp && !['ICMP', 'ICMPv6', 1, 58].includes(protocol))
    issues.push(celIssue(path, 'ICMP fields require protocol to be ICMP or ICMPv6'))
  for (const value of [protocol, notProtocol]) {
    if ((value === 'ICMP' || value === 1) && ipVersion !== undefined && ipVersion !== 4)
      issues.push(celIssue(path, 'protocol ICMP requires ipVersion 4'))
    if ((value === 'ICMPv6' || value === 58) && ipVersion !== undefined && ipVersion !== 6)
      issues.push(celIssue(path, 'protocol ICMPv6 requires ipVersion 6'))
  }
  for (const [field, value] of [
    ['icmp', icmp],
    ['notICMP', notICMP],
  ] as const) {
    if (value && value.code !== undefined && value.type === undefined)
      issues.push(celIssue(`${path}.${field}`, 'ICMP code specified without an ICMP type'))
  }
  for (const side of ['source', 'destination'] as const) issues.push(...entityRules(rule[side], `${path}.${side}`))
  return issues
}

function entityRules(entity: Fields | undefined, path: string): ValidationIssue[] {
  if (!entity) return []
  const issues: ValidationIssue[] = []
  const { services } = entity
  if (typeof entity.selector === 'string' && entity.selector.includes('global('))
    issues.push(celIssue(path, onlyNamespaceSelector))
  if (!services) return issues
  const clash = (what: string) =>
    issues.push(celIssue(path, `cannot specify ${what} and Services on the same rule`, 'FieldValueForbidden'))
  if (entity.namespaceSelector) clash('NamespaceSelector')
  if (entity.serviceAccounts) clash('ServiceAccounts')
  if (!services.name) issues.push(celIssue(path, 'services must specify a service name', 'FieldValueRequired'))
  if (entity.selector || entity.notSelector) clash('Selector/NotSelector')
  if (list(entity.nets).length > 0 || list(entity.notNets).length > 0) clash('Nets/NotNets')
  return issues
}

function tierRules(name: string, { order, defaultAction }: Fields): ValidationIssue[] {
  const builtIn = (
    { default: [1_000_000, 'Deny'], 'kube-admin': [1000, 'Pass'], 'kube-baseline': [10_000_000, 'Pass'] } as Record<
      string,
      [number, string]
    >
  )[name]
  if (!builtIn) return []
  const issues: ValidationIssue[] = []
  // A missing action is defaulted to Deny by the schema before the rules look at it.
  if ((defaultAction ?? 'Deny') !== builtIn[1])
    issues.push(celIssue('', `The '${name}' tier must have default action '${builtIn[1]}'`))
  if (order !== builtIn[0]) issues.push(celIssue('', `${name} tier order must be ${builtIn[0]}`))
  return issues
}

function hostEndpointRules({ node, interfaceName, expectedIPs }: Fields): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  if (!interfaceName && list(expectedIPs).length === 0)
    issues.push(celIssue('spec', 'at least one of interfaceName or expectedIPs must be specified'))
  if (!node) issues.push(celIssue('spec', 'node must be specified'))
  return issues
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function tooMany(values: readonly unknown[], most: number, path: string, issues: ValidationIssue[]): void {
  if (values.length > most)
    issues.push(
      schemaIssue(path, 'FieldValueTooMany', values.length, `${values.length}: must have at most ${most} items`),
    )
}

function tooLong(value: unknown, most: number, path: string, issues: ValidationIssue[]): void {
  if (typeof value === 'string' && value.length > most)
    issues.push(schemaIssue(path, 'FieldValueTooLong', value, `may not be more than ${most} bytes`))
}

/** `x-kubernetes-list-type: set`. */
function duplicates(values: readonly unknown[], path: string, issues: ValidationIssue[]): void {
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) < index) issues.push(schemaIssue(`${path}[${index}]`, 'FieldValueDuplicate', value, ''))
  }
}
