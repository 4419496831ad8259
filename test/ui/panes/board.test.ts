// The board in moments recorded of a real session: what the selected step did to the policies.
import { describe, expect, it } from 'vitest'
import { buildFrame } from '../../../src/ui/frame.ts'
import { lineText } from '../../../src/ui/lines/line.ts'
import { initialUi } from '../../../src/ui/ui-state.ts'
import { recordedSession } from '../../helpers/recorded-session.ts'
import { trackOf } from '../../helpers/screen.ts'

const track = trackOf()

function boardAt(step: number, cursors: Record<string, number> = {}): string {
  const session = recordedSession('end', track, () => ({ selected: step }))
  const world = {
    tracks: [track],
    outline: track,
    phase: { kind: 'ready' as const },
    question: null,
    session,
    state: session.get(),
    quiz: true,
    canShell: true,
    tick: 0,
  }
  const frame = buildFrame(world, { ...initialUi, view: 'board', cursors }, { columns: 120, rows: 40 })
  return frame.lines.map(lineText).join('\n')
}

describe('the board', () => {
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
