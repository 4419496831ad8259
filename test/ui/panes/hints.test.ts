// What the bottom line offers does something, and nothing is cut where it could be read.
import { beforeAll, describe, expect, it } from 'vitest'
import type { SessionState } from '../../../src/engine/session.types.ts'
import { withWriting } from '../../../src/engine/write-yourself.ts'
import { lineText } from '../../../src/ui/lines/line.ts'
import { markdownLines, prepareMarkdown } from '../../../src/ui/lines/markdown.ts'
import { policyDocument } from '../../../src/ui/panes/board.ts'
import { predictDocument } from '../../../src/ui/panes/predict.ts'
import { duration } from '../../../src/ui/words.ts'
import type { Track } from '../../../src/workshop/step.ts'
import { frameRows } from '../../helpers/frame.ts'
import { trackOf } from '../../helpers/screen.ts'

beforeAll(prepareMarkdown)

const start = { phase: { kind: 'start' as const, places: [], looking: false }, session: null, state: null }

describe('the line of keys', () => {
  it('on the start screen is that of what lies on top', () => {
    expect(frameRows({ moment: 'begin', world: start }).at(-1)).toContain('enter start')
    const help = frameRows({ moment: 'begin', world: start, ui: { overlay: { kind: 'help' } } })
    expect(help.at(-1)).toContain('esc close')
    expect(help.at(-1)).not.toContain('start')
    const input = { kind: 'command' as const, text: '', at: 0, completions: [] }
    expect(frameRows({ moment: 'begin', world: start, ui: { input } }).at(-1)).toContain('tab complete')
  })

  it('offers to explain, to copy and to open only what there is', () => {
    expect(frameRows({ moment: 'begin' }).at(-1)).not.toContain('e explain')
    expect(frameRows({ moment: 'wrong' }).at(-1)).toContain('e explain')
    const log = frameRows({ moment: 'begin', ui: { view: 'log', filters: { log: 'no such line' } } }).at(-1)
    expect(log).not.toContain('output')
    expect(log).not.toContain('copy')
    expect(frameRows({ moment: 'proved', ui: { view: 'log' } }).at(-1)).toContain('enter output')
  })

  it('offers to scroll only where there is more', () => {
    expect(frameRows({ moment: 'begin', ui: { overlay: { kind: 'leave' } }, rows: 60 }).at(-1)).not.toContain('scroll')
    expect(frameRows({ moment: 'begin', ui: { overlay: { kind: 'help' } } }).at(-1)).toContain('scroll')
    expect(frameRows({ moment: 'begin', ui: { overlay: { kind: 'help' } }, rows: 200 }).at(-1)).not.toContain('scroll')
  })
})

describe('a step that was proved in another session', () => {
  it('says so, instead of looking as if nothing were proved', () => {
    const rows = frameRows({
      moment: 'end',
      state: ({ run }) => ({
        selected: 2,
        run: { ...run, steps: new Map([[2, { ...run.steps.get(2)!, actions: [], proofs: [], probes: new Map() }]]) },
      }),
    })
    expect(rows.join('\n')).toContain('proved earlier; p proves it again')
    expect(rows.join('\n')).toMatch(/✓ .*143/)
  })
})

describe('where there is little room', () => {
  it('enter keeps its place in the line of keys', () => {
    const state = () => ({ selected: 8 })
    expect(frameRows({ moment: 'end', state, columns: 40, rows: 10 }).at(-1)).toContain('enter see the result')
  })

  it('a count keeps its distance from the title', () => {
    const rows = frameRows({ moment: 'end', ui: { view: 'flows' }, columns: 60, rows: 20 })
    expect(rows[1]).toMatch(/… 1\/17$/)
  })

  it('the plan of a reset is broken between words', () => {
    const command = 'kubectl delete globalnetworkpolicies.projectcalico.org security.global-trusted-domains'
    const resetPlan = { to: 4, lines: [{ command, reason: 'made by step 7' }], questions: [], warnings: [] }
    const rows = frameRows({
      moment: 'end',
      state: () => ({ resetPlan }),
      ui: { overlay: { kind: 'reset' } },
      columns: 60,
    })
    expect(rows.join(' ').replaceAll(/\s+/g, ' ')).toContain(command)
  })

  it('the help cuts no key off', () => {
    const rows = frameRows({ moment: 'end', ui: { overlay: { kind: 'help' } }, rows: 200 })
    expect(rows.join('\n')).toMatch(/PgDn Ctrl-D space\n +a page down/)
  })

  it('the cell of the matrix says what was measured', () => {
    const rows = frameRows({ moment: 'end', ui: { view: 'matrix' }, columns: 60, rows: 24 })
    expect(rows.join('\n')).toContain('predicted blocked, measured timed out')
  })
})

describe('what is said while something is wrong', () => {
  const drift = [{ text: 'GlobalNetworkPolicy a of step 3 is missing', repair: 'kubectl apply -f a.yaml' }]

  it('the result does not call it done', () => {
    const ui = { overlay: { kind: 'finish' as const } }
    expect(frameRows({ moment: 'end', ui }).join('\n')).toContain('✓ Done: every step is proved')
    const text = frameRows({ moment: 'end', ui, state: () => ({ drift }) })
      .join(' ')
      .replaceAll(/\s+/g, ' ')
    expect(text).toContain('Every step was proved, but one thing is not as the steps left it: d shows how to repair it')
    expect(text).not.toContain('Done')
  })

  it('a word about work goes when the work is over', () => {
    const ui = { toast: { text: 'Still working; esc cancels.', while: 'busy' as const } }
    const busy = frameRows({ moment: 'end', ui, state: () => ({ mode: 'acting' }) })
    expect(busy.join('\n')).toContain('Still working')
    expect(frameRows({ moment: 'end', ui }).join('\n')).not.toContain('Still working')
  })

  it('the banners end their sentences once, and say where the rest is', () => {
    const connection = {
      ok: false as const,
      reason: 'The API server of sandbox does not answer: the connection was refused.',
    }
    const rows = frameRows({ moment: 'end', state: () => ({ drift, connection }) })
    expect(rows.join('\n')).toContain('does not answer')
    expect(rows.join('\n')).not.toMatch(/\.\.|……/)
    const many = [{ text: 'x '.repeat(200), repair: 'y '.repeat(200) }]
    expect(frameRows({ moment: 'end', state: () => ({ drift: many }) }).join('\n')).toMatch(/ \(d shows it all\)/)
  })

  it('work that takes long says for how long', () => {
    const at = (busyFor: number) =>
      frameRows({ moment: 'end', state: () => ({ mode: 'acting' }), world: { busyFor }, columns: 100 })[0]
    expect(at(2)).toMatch(/running {2}step/)
    expect(at(12)).toMatch(/running 12 s {2}step/)
    expect(at(65)).toMatch(/running 1 min 5 s {2}step/)
    expect(duration(119_800)).toBe('2 min 0 s')
  })

  it('what goes on keeps its distance from the place', () => {
    expect(frameRows({ moment: 'end', state: () => ({ mode: 'acting' }) })[0]).toMatch(/ [◐◓◑◒] running/)
  })
})

describe('a question', () => {
  const choices = [
    { from: 'productcatalogservice', to: 'recommendationservice', port: 8080, why: 'end of tier a', closes: true },
    { from: 'a', to: 'b', port: 1, why: '', closes: false },
  ]
  const quiz = { id: 'q', choices, picked: [0], answered: true }

  it('is whole in a narrow window, with the marks of its answer', () => {
    const ui = { overlay: { kind: 'predict' as const, quiz } }
    const text = frameRows({ moment: 'end', ui, columns: 40 }).join(' ').replaceAll(/\s+/g, ' ')
    expect(text).toContain('productcatalogservice → recommendationservice:8080 ✓ will be blocked end of tier a')
    expect(text).toContain('✓ All right. enter runs the next line.')
  })

  it('offers as many numbers as there are answers', () => {
    const open = { overlay: { kind: 'predict' as const, quiz: { ...quiz, answered: false } } }
    expect(frameRows({ moment: 'end', ui: open }).at(-1)).toContain('1-2 choose')
    const action = trackOf().steps[6]!.stages[0]!.actions.find(({ kind }) => kind === 'ask')!.id
    const ask = { overlay: { kind: 'ask' as const, action, picked: null } }
    expect(frameRows({ moment: 'end', ui: ask, state: () => ({ selected: 6 }) }).at(-1)).toContain('1-3 answer')
  })
})

describe('a line that was done and comes next all the same', () => {
  const framesOf = (track: Track) => {
    const stage = track.steps[6]!.stages[0]!
    const action = stage.actions.find(({ kind }) => kind === 'apply')!
    const command = 'kubectl apply -f my.yaml'
    const output = [{ stream: 'stdout' as const, text: 'networkpolicy/a created\n' }]
    const row = { stage: stage.id, id: action.id, title: action.title, command, status: 'done' as const, output }
    const step = { number: 6, status: 'running' as const, actions: [row], proofs: [], probes: new Map(), notices: [] }
    const state = ({ run }: SessionState) => ({
      track,
      selected: 6,
      run: { ...run, steps: new Map([[6, step]]) },
      nextAction: { stage: stage.id, action: action.id, command, title: row.title },
    })
    const rows = frameRows({ moment: 'end', state, ui: { pane: 'action' } })
    return rows.map((text) => text.slice(22).trim()).join(' ')
  }

  it("says of the learner's own file that it does not do yet what it should, under what came out", () => {
    const text = framesOf(withWriting(trackOf(), new Set([trackOf().steps[6]!.stages[0]!.id])))
    expect(text).toMatch(/▶ \d Apply what you wrote/)
    expect(text).toMatch(/networkpolicy\/a created +Not yet as this step wants it: w lists what is wrong/)
  })

  it('says of another line that its effect is gone', () => {
    const text = framesOf(trackOf())
    expect(text).toMatch(/▶ \d One policy for each workload/)
    expect(text).toContain('It was done, and its effect is not there any more: enter does it again.')
  })
})

describe('a long word about a key', () => {
  it('says that it goes on', () => {
    const ui = { toast: { text: `Sent to the clipboard: ${'kubectl get pods '.repeat(30)}` } }
    const rows = frameRows({ moment: 'end', ui })
    expect(rows.at(-2)).toMatch(/ …$/)
    expect(frameRows({ moment: 'end', ui: { toast: { text: 'Sent.' } } }).at(-2)).toBe(' Sent.')
  })
})

describe('long names', () => {
  it('of a policy are whole in its own page', () => {
    const board = frameRows({ moment: 'end', ui: { view: 'board' }, columns: 120 }).join('\n')
    expect(board).toContain('pci-allowlist')
    const policy = {
      id: 'x',
      kind: 'GlobalNetworkPolicy',
      name: `platform.${'long-'.repeat(30)}end`,
      namespace: null,
      order: 1,
      staged: false,
      selector: '',
      types: [],
      selects: [],
      rules: [],
      labels: {},
    }
    const text = policyDocument(policy, 60).map(lineText).join('')
    expect(text).toContain(policy.name)
  })
})

describe('the matrix', () => {
  it('says which row of how many has the cursor when not all have room', () => {
    const rows = (height: number) => frameRows({ moment: 'end', ui: { view: 'matrix' }, rows: height })
    expect(rows(18)[1]).toMatch(/ 1\/14$/)
    expect(rows(40)[1]).not.toMatch(/1\/14/)
  })

  it('keeps its rows in place and says why where a source would meet its own Service', () => {
    const at = (column: number) =>
      frameRows({ moment: 'proved', ui: { view: 'matrix', cursors: { matrix: 3, 'matrix:column': column } } })
    const [own, other] = [at(2), at(3)]
    expect(own.join('\n')).toContain('No flow: checkoutservice is not tried against its own Service')
    const legend = (rows: string[]) => rows.findIndex((row) => row.includes('(predicted)'))
    expect(legend(own)).toBe(legend(other))
  })
})

describe('text that is wider than its pane', () => {
  it('is code broken between words', () => {
    const line = 'kubectl --kubeconfig /tmp/home/sandbox/kubeconfig label pods --all -n hipstershop pci=true'
    const rows = markdownLines(`\`\`\`sh\n${line}\n\`\`\``, 58).map(lineText)
    expect(rows.map((row) => row.trim()).join(' ')).toBe(line)
  })

  it('is the title of a proof, whole below the list', () => {
    const rows = frameRows({ moment: 'begin', state: () => ({ selected: 1 }), ui: { pane: 'proof' } })
    const text = rows.map((row) => row.slice(22).trim()).join(' ')
    expect(text).toContain('13 of 13 pods in hipstershop carry pci=true, and no other label has changed')
  })

  it('is a table, cut at the edge instead of broken', () => {
    const rows = frameRows({ moment: 'end', state: () => ({ selected: 1 }), ui: { pane: 'action' }, rows: 40 })
    const table = rows.map((row) => row.slice(22)).filter((row) => /^ +(NAME|\w+-[\w-]+) +/.test(row))
    expect(table.filter((row) => row.endsWith('…')).length).toBeGreaterThan(3)
  })
})

describe('the prediction', () => {
  it('says so when nothing changes', () => {
    const text = predictDocument({ opens: [], closes: [], redecided: 0, unchanged: [] }, 80).map(lineText).join('\n')
    expect(text).toContain('No flow opens and none is blocked.')
    expect(text).not.toContain('0 flows will')
  })
})
