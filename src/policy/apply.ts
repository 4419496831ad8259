import { afterPodChanges } from './apply-pods.ts'
import type { KubeObject } from './model.ts'
import { kindOf, objectKey } from './objects/by-kind.ts'
import { type PolicyEntry, policyKey, readPolicy } from './policy-set.ts'
import { createWorld, type World, withPolicies } from './world.ts'

export interface Changes {
  /** Added, or in place of the object of the same kind, namespace and name. */
  put?: readonly KubeObject[]
  /** Only kind, namespace and name count. */
  remove?: readonly KubeObject[]
}

/** Endpoints come and go, and what is known about their labels stays: from so many classes per endpoint on it is forgotten. */
const classesMost = 4
const classesAlways = 1000

/**
 * The world after a change. When only policies change, everything else is shared with the world before. What was read and decided
 * stays in any case, as far as it does not concern endpoints a changed policy selects: a big world follows in milliseconds.
 */
export function applyChanges(world: World, changes: Changes): World {
  const put = changes.put ?? []
  const remove = changes.remove ?? []
  const objects = changedObjects(world.objects, put, remove)
  const isPoliciesOnly = [...put, ...remove].every((object) => policyKey(object) !== null)
  if (!isPoliciesOnly) return afterOtherChanges(world, objects, { put, remove })
  const entries = new Map(world.entries)
  const touched: PolicyEntry[] = []
  const replace = (key: string, next: KubeObject | null) => {
    const previous = entries.get(key)?.entry
    if (previous) touched.push(previous)
    entries.delete(key)
    if (!next) return
    const reading = readPolicy(next, world.registry)
    entries.set(key, reading)
    if (reading.entry) touched.push(reading.entry)
  }
  for (const object of remove) replace(policyKey(object)!, null)
  for (const object of put) replace(policyKey(object)!, object)
  const { policies: _policies, entries: _entries, notes: _notes, ...base } = world
  const next = withPolicies({ ...base, objects }, entries)
  if (sameTiers(world, next)) next.policies.adopt(world.policies, touched, world.registry.labelClasses)
  return next
}

function afterOtherChanges(world: World, objects: readonly KubeObject[], changes: Required<Changes>): World {
  const { registry, endpoints } = world
  if (registry.labelClasses.length > classesMost * endpoints.length + classesAlways)
    return createWorld(objects, world.options)
  const withOtherPods = afterPodChanges(world, objects, changes)
  if (withOtherPods) return withOtherPods
  const next = createWorld(objects, world.options, registry)
  const touched: PolicyEntry[] = []
  for (const key of new Set([...world.entries.keys(), ...next.entries.keys()])) {
    const [before, after] = [world.entries.get(key)?.entry, next.entries.get(key)?.entry]
    if (before !== after) touched.push(...[before, after].filter((entry) => entry !== null && entry !== undefined))
  }
  if (sameTiers(world, next)) next.policies.adopt(world.policies, touched, registry.labelClasses)
  return next
}

/** A policy may bring a tier nobody has an object for, or take the last one away: then every list is made anew. */
function sameTiers(before: World, after: World): boolean {
  const names = (world: World) => world.policies.tiers.map(({ name }) => name).join('\n')
  return names(before) === names(after)
}

/** What identifies an object among all; null for kinds policy does not know. */
function identityOf(object: KubeObject): string | null {
  const kind = kindOf(object)
  return kind && `${kind} ${objectKey(object, kind)}`
}

function changedObjects(
  objects: readonly KubeObject[],
  put: readonly KubeObject[],
  remove: readonly KubeObject[],
): KubeObject[] {
  const changed = [...put, ...remove]
  const gone = new Set(changed.map(identityOf))
  gone.delete(null)
  // The names alone tell most of thousands of objects apart from the few that changed.
  const names = new Set(changed.map((object) => object.metadata?.name))
  const stays = (object: KubeObject) => !names.has(object.metadata?.name) || !gone.has(identityOf(object))
  return [...objects.filter(stays), ...put]
}
