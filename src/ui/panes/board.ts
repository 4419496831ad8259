import { escapeControl } from '../../errors/escape.ts'
import type { BoardPolicy, BoardTier, BoardView, RemovedPolicy } from '../../policy/views.types.ts'
import { displayWidth, padToWidth, truncateToWidth } from '../../text/width.ts'
import { fillLine, fitLine, type Line, type Span } from '../lines/line.ts'
import { shareWidths } from '../lines/share-widths.ts'
import { windowAround } from '../lines/window.ts'
import { wrapSpans } from '../lines/wrap.ts'
import type { UiState } from '../ui-state.ts'
import { plural } from '../words.ts'
import type { PaneBox, PaneModel } from './pane.ts'

const narrowestTier = 22

/** Tiers left to right in the order they are asked, their policies top to bottom. Marked is what `step` did to them. */
export function boardPane(view: BoardView, ui: UiState, box: PaneBox, step: number): PaneModel {
  const height = Math.max(1, box.height - 1)
  const cursor = boardCursor(ui, view)
  const selected = view.tiers[cursor.tier]?.policies[cursor.policy]
  const detail = selected ? detailLines(selected, box.width, step) : []
  const removed = (view.removed ?? []).filter((policy) => policy.step === step)
  const shown = Math.max(1, Math.min(view.tiers.length, Math.floor(box.width / narrowestTier)))
  const tierWindow = windowAround(cursor.tier, 0, view.tiers.length, shown)
  const tiers = view.tiers.slice(tierWindow.from, tierWindow.to)
  const widths = tierWidths(tiers, removed, box.width)
  const rows = Math.max(1, height - 2 - detail.length)
  const columns = tiers.map((tier, index) =>
    tierLines(
      tier,
      removed.filter((policy) => policy.tier === tier.name),
      widths[index] ?? 0,
      rows,
      tierWindow.from + index === cursor.tier ? cursor.policy : -1,
      step,
    ),
  )
  const lines: Line[] = []
  for (let row = 0; row < rows + 2; row += 1)
    lines.push(columns.flatMap((column, index) => [...fillLine(column[row] ?? [], widths[index] ?? 0), { text: '  ' }]))
  if (view.tiers.length === 0) lines[0] = [{ text: ' No tiers: this cluster has no Calico policies yet.', dim: true }]
  else if (view.tiers.every((tier) => tier.policies.length === 0))
    lines[4] = [
      { text: ' No policy yet: where none selects a pod, everything may reach it and it may reach everything.' },
    ]
  const hidden = view.tiers.length - tiers.length
  return {
    id: 'board',
    title: [{ text: 'board' }, { text: `  asked left to right, top to bottom${legend(view, step)}`, dim: true }],
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

/** Every tier as wide as its names while there is room; the widest give way first. Room that is left is shared. */
function tierWidths(tiers: readonly BoardTier[], removed: readonly RemovedPolicy[], width: number): number[] {
  const natural = tiers.map((tier) =>
    Math.max(
      displayWidth(tier.name) + (tier.missing ? 14 : orderText(tier).length + 1),
      orderWidth(tier) + 12,
      ...removed.filter((policy) => policy.tier === tier.name).map((policy) => displayWidth(shortName(policy)) + 11),
      ...tier.policies.map(
        (policy) =>
          displayWidth(shortName(policy)) +
          orderWidth(tier) +
          3 +
          policyTail(policy).mark.length +
          policyTail(policy).pods.length,
      ),
    ),
  )
  const widths = shareWidths(natural, width - 2 * tiers.length)
  const used = widths.reduce((sum, size) => sum + size + 2, 0)
  const more = Math.min(6, Math.floor(Math.max(0, width - used) / Math.max(1, tiers.length)))
  return widths.map((size) => size + more)
}

export function boardCursor(ui: UiState, view: BoardView): { tier: number; policy: number } {
  const tier = Math.max(0, Math.min(ui.cursors['board:tier'] ?? 0, view.tiers.length - 1))
  const count = view.tiers[tier]?.policies.length ?? 0
  return { tier, policy: Math.max(0, Math.min(ui.cursors.board ?? 0, count - 1)) }
}

type Change = 'added' | 'changed' | 'removed'

const changeTones = { added: 'ok', changed: 'accent', removed: 'wrong' } as const
const changeMarks = { added: '+', changed: '~', removed: '-' } as const

function changeOf(policy: BoardPolicy, step: number): Change | null {
  if (policy.step === step) return 'added'
  return policy.changedIn?.includes(step) ? 'changed' : null
}

/** What the marks of this step mean; only those that are there. */
function legend({ tiers, removed = [] }: BoardView, step: number): string {
  const seen = new Set<Change | null>(tiers.flatMap((tier) => tier.policies.map((policy) => changeOf(policy, step))))
  if (removed.some((policy) => policy.step === step)) seen.add('removed')
  const marks = (['added', 'changed', 'removed'] as const).filter((change) => seen.has(change))
  if (marks.length === 0) return ''
  return ` · step ${step}: ${marks.map((change) => `${changeMarks[change]} ${change}`).join(', ')}`
}

function tierLines(
  tier: BoardTier,
  removed: readonly RemovedPolicy[],
  width: number,
  rows: number,
  cursor: number,
  step: number,
): Line[] {
  const head: Line = [
    { text: escapeControl(tier.name), bold: true, underline: true },
    {
      text: tier.missing ? ' no such tier!' : ` ${tier.order ?? 'last'}`,
      ...(tier.missing ? { tone: 'wrong' as const } : { dim: true }),
    },
  ]
  const body: Line[] = []
  const orders = orderWidth(tier)
  const window = windowAround(Math.max(0, cursor), 0, tier.policies.length, Math.max(1, rows - 1 - removed.length))
  for (let index = window.from; index < window.to; index += 1) {
    const policy = tier.policies[index]
    if (policy) body.push(policyLine(policy, { width, orders, here: index === cursor, step }))
  }
  if (window.to < tier.policies.length) body.push([{ text: `  … ${tier.policies.length - window.to} more`, dim: true }])
  for (const policy of removed)
    body.push([
      { text: ` ${changeMarks.removed}`, tone: changeTones.removed, bold: true },
      { text: ` ${truncateToWidth(escapeControl(shortName(policy)), Math.max(4, width - 11))} removed`, dim: true },
    ])
  const end: Line = [{ text: tier.defaultAction === 'Pass' ? '  end: pass' : '  end: deny', dim: true }]
  return [head, ...(body.length === 0 ? [[{ text: '  (no policy)', dim: true }]] : body), end]
}

/** `+650 checkoutservice 1p`: what this step did to it, order, name, pods selected; `staged` does not decide. */
function policyLine(
  policy: BoardPolicy,
  { width, orders, here, step }: { width: number; orders: number; here: boolean; step: number },
): Line {
  const change = changeOf(policy, step)
  const { mark, pods } = policyTail(policy)
  const order = orderText(policy).padStart(orders)
  const name = shortName(policy)
  const room = Math.max(4, width - 3 - order.length - mark.length - pods.length)
  const tone = policy.staged ? ({ tone: 'warn' } as const) : change ? ({ tone: changeTones[change] } as const) : {}
  const spans: Span[] = [
    { text: here ? '›' : ' ', tone: 'accent' },
    change ? { text: changeMarks[change], tone: changeTones[change], bold: true } : { text: ' ' },
    { text: `${order} `, dim: true },
    { text: truncateToWidth(escapeControl(name), room), bold: here || change !== null, ...tone },
    { text: mark, tone: 'warn' },
    { text: pods, dim: policy.selects.length > 0, ...(policy.selects.length === 0 ? { tone: 'wrong' as const } : {}) },
  ]
  return spans
}

/** What stands behind the name. */
function policyTail(policy: BoardPolicy): { mark: string; pods: string } {
  return { mark: policy.staged ? ' staged' : '', pods: ` ${policy.selects.length}p` }
}

function orderWidth(tier: BoardTier): number {
  return Math.max(0, ...tier.policies.map((policy) => orderText(policy).length))
}

function orderText({ order }: { order: number | null }): string {
  return order === null ? 'last' : String(order)
}

/** The tier stands above the column, so its prefix is left out. */
function shortName(policy: Pick<BoardPolicy, 'name' | 'kind'>): string {
  const dot = policy.name.indexOf('.')
  return dot > 0 && !policy.kind.startsWith('NetworkPolicy.k8s') ? policy.name.slice(dot + 1) : policy.name
}

function detailLines(policy: BoardPolicy, width: number, step: number): Line[] {
  const change = changeOf(policy, step)
  const where = policy.namespace ? ` in ${policy.namespace}` : ' (global)'
  return [
    [{ text: '─'.repeat(Math.min(width, 30)), dim: true }],
    [
      { text: ` ${escapeControl(policy.kind)} ${escapeControl(policy.name)}`, bold: true },
      { text: `${escapeControl(where)}${policy.staged ? ' · staged: decides nothing yet' : ''}`, dim: true },
      { text: change ? ` · ${change} by step ${step}` : '', dim: true },
    ],
    [
      { text: ` selects ${plural(policy.selects.length, 'pod')}: `, dim: true },
      { text: escapeControl(policy.selector) || 'all()' },
    ],
    [{ text: ` ${plural(policy.rules.length, 'rule')}; enter opens them`, dim: true }],
  ]
}

/** All of one policy: what it selects and its rules as sentences. */
export function policyDocument(policy: BoardPolicy, width: number): Line[] {
  const lines: Line[] = [
    ...wrapSpans(
      [
        { text: `${escapeControl(policy.kind)} ${escapeControl(policy.name)}`, bold: true },
        { text: policy.namespace ? ` in ${escapeControl(policy.namespace)}` : ' (global)', dim: true },
      ],
      width,
    ),
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
