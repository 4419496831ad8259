import { escapeControl } from '../../errors/escape.ts'
import type { GetRequest } from './parse-get.ts'

/** A server's Table as kubectl prints it: columns of priority 0 (all with wide), three spaces between them. */
export function renderTable(
  table: { columnDefinitions?: any[]; rows?: any[] },
  options: Pick<GetRequest, 'showLabels' | 'labelColumns' | 'format' | 'noHeaders'> & { withNamespace: boolean },
): string[] {
  const columns = (table.columnDefinitions ?? []).map((column, index) => ({
    index,
    name: String(column.name),
    priority: column.priority ?? 0,
  }))
  const shown = columns.filter((column) => column.priority === 0 || options.format === 'wide')
  const header = [
    ...(options.withNamespace ? ['NAMESPACE'] : []),
    ...shown.map((column) => column.name.toUpperCase()),
    ...options.labelColumns.map((key) => key.split('/').at(-1)!.toUpperCase()),
    ...(options.showLabels ? ['LABELS'] : []),
  ]
  const rows = (table.rows ?? []).map((row) => {
    const metadata = row.object?.metadata ?? {}
    const labels: Record<string, string> = metadata.labels ?? {}
    return [
      ...(options.withNamespace ? [metadata.namespace ?? ''] : []),
      ...shown.map((column) => cell(row.cells?.[column.index])),
      ...options.labelColumns.map((key) => labels[key] ?? ''),
      ...(options.showLabels
        ? [
            Object.keys(labels)
              .sort()
              .map((key) => `${key}=${labels[key]}`)
              .join(',') || '<none>',
          ]
        : []),
    ].map((text) => escapeControl(text))
  })
  const lines = options.noHeaders ? rows : [header, ...rows]
  const widths = header.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)))
  return lines.map((line) =>
    line
      .map((text, index) => (index === line.length - 1 ? text : text.padEnd(widths[index]!)))
      .join('   ')
      .trimEnd(),
  )
}

function cell(value: unknown): string {
  return value === null || value === undefined ? '<none>' : String(value)
}
