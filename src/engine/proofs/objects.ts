import { fieldAt, says } from '../matches.ts'
import { isTerminating } from '../pods.ts'
import { type Check, type Checked, type Detail, fine, type ProofOf, wrong } from './check.types.ts'

/** Objects exist (or do not) and say what they should. */
export const objects: Check<ProofOf<'objects'>> = {
  kinds: (proof) => proof.objects.map(({ apiVersion, object }) => ({ apiVersion, kind: object })),
  check(proof, snapshot): Checked {
    const details: Detail[] = []
    let ok = true
    const fail = (text: string) => {
      ok = false
      details.push(wrong(text))
    }
    for (const { apiVersion, object: kind, name, namespace, absent, fields } of proof.objects) {
      const title = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
      const live = snapshot.find({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) })
      const unread = snapshot.unread.find((entry) => entry.kind === kind)
      if (unread) fail(`${title} cannot be read: ${unread.message}`)
      else if (absent) {
        if (live && !isTerminating(live)) fail(`${title} is still there`)
        else details.push(fine(`${title} is gone`))
      } else if (!live) fail(`${title} is missing`)
      else {
        const different = Object.entries(fields ?? {}).filter(([path, value]) => !says(fieldAt(live, path), value))
        for (const [path, value] of different)
          fail(`${title}: ${path} is ${show(fieldAt(live, path))}, expected ${show(value)}`)
        if (different.length === 0)
          details.push(
            fine(
              `${title} is there${
                fields
                  ? ` (${Object.entries(fields)
                      .map(([path, value]) => `${path} ${show(value)}`)
                      .join(', ')})`
                  : ''
              }`,
            ),
          )
      }
    }
    return { ok, details }
  },
}

function show(value: unknown): string {
  return value === undefined ? 'not set' : typeof value === 'string' ? value : JSON.stringify(value)
}
