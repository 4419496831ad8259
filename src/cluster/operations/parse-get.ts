/** The part of `kubectl get` that can be answered by a table: null when a flag asks for more. */
export interface GetRequest {
  resources: string[]
  name?: string
  namespace?: string
  allNamespaces: boolean
  selector?: string
  fieldSelector?: string
  showLabels: boolean
  labelColumns: string[]
  format: 'table' | 'wide' | 'json'
  noHeaders: boolean
}

export function parseGet(args: readonly string[]): GetRequest | null {
  if (args[0] !== 'get') return null
  const request: GetRequest = {
    resources: [],
    allNamespaces: false,
    showLabels: false,
    labelColumns: [],
    format: 'table',
    noHeaders: false,
  }
  const words: string[] = []
  for (let index = 1; index < args.length; index++) {
    const [flag, inline] = splitFlag(args[index]!)
    const value = () => inline ?? args[++index] ?? ''
    switch (flag) {
      case '-n':
      case '--namespace':
        request.namespace = value()
        break
      case '-A':
      case '--all-namespaces':
        request.allNamespaces = true
        break
      case '-l':
      case '--selector':
        request.selector = value()
        break
      case '--field-selector':
        request.fieldSelector = value()
        break
      case '-L':
      case '--label-columns':
        request.labelColumns.push(...value().split(','))
        break
      case '--show-labels':
        request.showLabels = true
        break
      case '--no-headers':
        request.noHeaders = true
        break
      case '-o':
      case '--output': {
        const format = value()
        if (format !== 'wide' && format !== 'json') return null
        request.format = format
        break
      }
      default:
        if (flag.startsWith('-')) return null
        words.push(flag)
    }
  }
  const [resource, name, ...rest] = words
  if (resource === undefined || rest.length > 0) return null
  const slash = resource.split('/')
  if (slash.length === 2 && name === undefined) return { ...request, resources: [slash[0]!], name: slash[1]! }
  return { ...request, resources: resource.split(','), ...(name === undefined ? {} : { name }) }
}

function splitFlag(argument: string): [string, string | undefined] {
  const equals = argument.startsWith('--') ? argument.indexOf('=') : -1
  if (equals > 0) return [argument.slice(0, equals), argument.slice(equals + 1)]
  // -nNAME and -n=NAME
  const short = /^(-[nlLo])=?(.+)$/.exec(argument)
  return short && !argument.startsWith('--') ? [short[1]!, short[2]!] : [argument, undefined]
}
