import { escapeControl } from '../../errors/escape.ts'
import type { BoardPolicy, BoardTier, BoardView } from '../../policy/views.types.ts'
import { padToWidth, truncateToWidth } from '../../text/width.ts'
import { fillLine, fitLine, type Line, type Span } from '../lines/line.ts'
import { windowAround } from '../lines/window.ts'
import { wrapSpans } from '../lines/wrap.ts'
import type { UiState } from '../ui-state.ts'
import { plural } from '../words.ts'
import type { PaneBox, PaneModel } from './pane.ts'

const narrowestTier = 22

/** Tiers left to right in the order they are asked, their policies top to bottom. `step` marks what it added. */
export function boardPane(view: BoardView, ui: UiState, box: PaneBox, step: number): PaneModel {
  const height = Math.max(1, box.height - 1)
  const cursor = boardCursor(ui, view)
  const selected = view.tiers[cursor.tier]?.policies[cursor.policy]
  const detail = selected ? detailLines(selected, box.width) : []
  const shown = Math.max(1, Math.min(view.tiers.length, Math.floor(box.width / narrowestTier)))
  const tierWindow = windowAround(cursor.tier, 0, view.tiers.length, shown)
  const tiers = view.tiers.slice(tierWindow.from, tierWindow.to)
  const tierWidth = Math.min(44, Math.floor(box.width / Math.max(1, tiers.length)))
  const rows = Math.max(1, height - 2 - detail.length)
  const columns = tiers.map((tier, index) =>
    tierLines(tier, tierWidth - 2, rows, tierWindow.from + index === cursor.tier ? cursor.policy : -1, step),
  )
  const lines: Line[] = []
  for (let row = 0; row < rows + 2; row += 1)
    lines.push(columns.flatMap((column) => [...fillLine(column[row] ?? [], tierWidth - 2), { text: '  ' }]))
  if (view.tiers.length === 0) lines[0] = [{ text: ' No tiers: this cluster has no Calico policies yet.', dim: true }]
  const hidden = view.tiers.length - tiers.length
  return {
    id: 'board',
    title: [{ text: 'board' }, { text: '  asked left to right, top to bottom', dim: true }],
    status: hidden > 0 ? `${plural(hidden, 'more tier')} ←→` : '',
    width: box.width,
    height,
    lines: [...lines, ...detail].slice(0, height).map((line) => fitLine(line, box.width)),
    focused: box.focused,
    scroll: {
      kind: 'list',
      count: view.tiers[cursor.tier]?.policies.length ?? 0,
      page: Math.max(1, rows),
      at: cursor.policy,
    },
  }
}

export function boardCursor(ui: UiState, view: BoardView): { tier: number; policy: number } {
  const tier = Math.max(0, Math.min(ui.cursors['board:tier'] ?? 0, view.tiers.length - 1))
  const count = view.tiers[tier]?.policies.length ?? 0
  return { tier, policy: Math.max(0, Math.min(ui.cursors.board ?? 0, count - 1)) }
}

function tierLines(tier: BoardTier, width: number, rows: number, cursor: number, step: number): Line[] {
  const head: Line = [
    { text: escapeControl(tier.name), bold: true, underline: true },
    {
      text: tier.missing ? ' no such tier!' : ` ${tier.order ?? 'last'}`,
      ...(tier.missing ? { tone: 'wrong' as const } : { dim: true }),
    },
  ]
  const body: Line[] = []
  const window = windowAround(Math.max(0, cursor), 0, tier.policies.length, Math.max(1, rows - 1))
  for (let index = window.from; index < window.to; index += 1) {
    const policy = tier.policies[index]
    if (policy) body.push(policyLine(policy, width, index === cursor, step))
  }
  if (window.to < tier.policies.length) body.push([{ text: `  … ${tier.policies.length - window.to} more`, dim: true }])
  const end: Line = [{ text: tier.defaultAction === 'Pass' ? '  end: pass' : '  end: deny', dim: true }]
  return [head, ...(tier.policies.length === 0 ? [[{ text: '  (no policy)', dim: true }]] : body), end]
}

/** `650 checkoutservice ●1`: order, name, pods selected; `+` is new in this step, `(staged)` does not decide. */
function policyLine(policy: BoardPolicy, width: number, here: boolean, step: number): Line {
  const added = policy.step === step
  const mark = policy.staged ? ' staged' : ''
  const pods = ` ${policy.selects.length}p`
  const order = policy.order === null ? 'last' : String(policy.order)
  const name = shortName(policy)
  const room = Math.max(4, width - 3 - order.length - mark.length - pods.length)
  const tone = policy.staged ? ({ tone: 'warn' } as const) : added ? ({ tone: 'ok' } as const) : {}
  const spans: Span[] = [
    { text: here ? '›' : ' ', tone: 'accent' },
    { text: added ? '+' : ' ', tone: 'ok', bold: true },
    { text: `${order} `, dim: true },
    { text: truncateToWidth(escapeControl(name), room), bold: here || added, ...tone },
    { text: mark, tone: 'warn' },
    { text: pods, dim: policy.selects.length > 0, ...(policy.selects.length === 0 ? { tone: 'wrong' as const } : {}) },
  ]
  return spans
}

/** The tier stands above the column, so its prefix is left out. */
function shortName(policy: BoardPolicy): string {
  const dot = policy.name.indexOf('.')
  return dot > 0 && !policy.kind.startsWith('NetworkPolicy.k8s') ? policy.name.slice(dot + 1) : policy.name
}

function detailLines(policy: BoardPolicy, width: number): Line[] {
  const where = policy.namespace ? ` in ${policy.namespace}` : ' (global)'
  return [
    [{ text: '─'.repeat(Math.min(width, 30)), dim: true }],
    [
      { text: ` ${escapeControl(policy.kind)} ${escapeControl(policy.name)}`, bold: true },
      { text: `${escapeControl(where)}${policy.staged ? ' · staged: decides nothing yet' : ''}`, dim: true },
    ],
    [
      { text: ' selects ', dim: true },
      { text: escapeControl(policy.selector) || 'all()' },
      { text: `  → ${plural(policy.selects.length, 'pod')}`, dim: true },
    ],
    [{ text: ` ${plural(policy.rules.length, 'rule')}; enter opens them`, dim: true }],
  ]
}

/** All of one policy: what it selects and its rules as sentences. */
export function policyDocument(policy: BoardPolicy, width: number): Line[] {
  const lines: Line[] = [
    [
      { text: `${escapeControl(policy.kind)} ${escapeControl(policy.name)}`, bold: true },
      { text: policy.namespace ? ` in ${escapeControl(policy.namespace)}` : ' (global)', dim: true },
    ],
    [
      {
        text: `order ${policy.order ?? 'none (last)'} · ${policy.types.join(' and ') || 'no direction'}${policy.staged ? ' · staged: shows what it would decide, decides nothing' : ''}`,
        dim: true,
      },
    ],
    [],
    ...wrapSpans(
      [{ text: 'selects ', dim: true }, { text: escapeControl(policy.selector) || 'all()' }],
      width,
      [],
      [{ text: '        ' }],
    ),
    ...wrapSpans(
      [
        {
          text:
            policy.selects.length === 0
              ? 'no pod: it decides nothing'
              : policy.selects.map((pod) => escapeControl(pod)).join(', '),
          dim: true,
        },
      ],
      width,
      [{ text: '        ' }],
    ),
  ]
  for (const direction of ['ingress', 'egress'] as const) {
    const rules = policy.rules.filter((rule) => rule.direction === direction)
    if (rules.length === 0 && !policy.types.some((type) => type.toLowerCase() === direction)) continue
    lines.push(
      [],
      [
        {
          text: direction === 'ingress' ? 'ingress: what may come in' : 'egress: what may go out',
          bold: true,
          tone: 'accent',
        },
      ],
    )
    if (rules.length === 0)
      lines.push([{ text: '  no rules: everything that gets here falls to the end of the tier', dim: true }])
    for (const rule of rules)
      lines.push(
        ...wrapSpans(
          [{ text: escapeControl(rule.text) }],
          width,
          [{ text: padToWidth(`  #${rule.index + 1}`, 6), dim: true }],
          [{ text: '      ' }],
        ),
      )
  }
  return lines
}
