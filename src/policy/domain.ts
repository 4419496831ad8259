/**
 * Enterprise's domain names: exact, or one `*` in place of a whole component, standing for one or more of them
 * (`*.example.com` matches `a.b.example.com`, not `example.com`). Names compare without case and final dot.
 */
export function matchesDomain(pattern: string, name: string): boolean {
  const wanted = components(pattern)
  const given = components(name)
  const star = wanted.indexOf('*')
  if (star < 0) return wanted.join('.') === given.join('.')
  const tail = wanted.length - star - 1
  if (given.length < wanted.length) return false
  const headMatches = wanted.slice(0, star).every((part, index) => part === given[index])
  return headMatches && wanted.slice(star + 1).every((part, index) => part === given[given.length - tail + index])
}

function components(name: string): string[] {
  return name.toLowerCase().replace(/\.$/, '').split('.')
}
