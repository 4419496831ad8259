// The board in moments recorded of a real session: what the selected step did to the policies.
import { describe, expect, it } from 'vitest'
import { frameRows } from '../../helpers/frame.ts'

function boardAt(step: number, cursors: Record<string, number> = {}): string {
  const ui = { view: 'board' as const, cursors }
  return frameRows({ moment: 'end', ui, state: () => ({ selected: step }), columns: 120, rows: 40 }).join('\n')
}

describe('the board', () => {
  it('says what it means that there is no policy, and offers none to open', () => {
    const rows = frameRows({ moment: 'begin', ui: { view: 'board' } })
    expect(rows.join('\n')).toContain('No policy yet: where none selects a pod')
    expect(rows.at(-1)).not.toContain('rules')
  })

  it('marks what the step added', () => {
    const text = boardAt(3)
    expect(text).toContain('step 3: + added')
    expect(text).toMatch(/\+-50 allow-dns/)
    // Orders stand below each other.
    expect(text).toMatch(/^. {3}0 pci-allowlist/m)
  })

  it('marks what the step changed, and says so of the selected policy', () => {
    expect(boardAt(8)).toContain('step 8: ~ changed')
    expect(boardAt(8).match(/~ *\d+ \w+/g)).toHaveLength(2)
    expect(boardAt(6, { board: 2 })).toMatch(/›~ *75 pci-restrict/)
    expect(boardAt(6, { board: 2 })).toContain('(global) · changed by step 6')
  })

  it('shows what the step took away', () => {
    expect(boardAt(7)).toContain('step 7: + added, - removed')
    expect(boardAt(7)).toMatch(/ - default-deny removed/)
    expect(boardAt(3)).not.toContain('removed')
  })
})
