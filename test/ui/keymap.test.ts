import { describe, expect, it } from 'vitest'
import { commandUsages, completeCommand, parseCommand, parseFlow } from '../../src/ui/command-line.ts'
import { commandOf, keymap } from '../../src/ui/keymap.ts'
import { keyNames, pastedText } from '../../src/ui/keys.ts'
import { editText } from '../../src/ui/text-input.ts'

const names = {
  sources: ['cartservice', 'checkoutservice', 'frontend'],
  targets: ['redis-cart:6379', 'cartservice:7070'],
  steps: [0, 1, 2],
}

describe('keymap', () => {
  it('gives a key one meaning in every view', () => {
    for (const view of ['lesson', 'matrix', 'board', 'flows', 'log'] as const) {
      for (const key of keymap.flatMap((binding) => binding.keys)) {
        const general = keymap.filter((binding) => binding.keys.includes(key) && !binding.only)
        const special = keymap.filter((binding) => binding.keys.includes(key) && binding.only?.includes(view))
        expect(general.length, `${key} in ${view}`).toBeLessThanOrEqual(1)
        expect(special.length, `${key} in ${view}`).toBeLessThanOrEqual(1)
      }
    }
  })

  it('reads h as a hint in the lesson and as left in the matrix', () => {
    expect(commandOf('h', 'lesson')).toBe('hint')
    expect(commandOf('h', 'matrix')).toBe('left')
    expect(commandOf('nothing', 'lesson')).toBe(null)
  })
})

describe('command line', () => {
  it('completes names, steps and flows', () => {
    expect(completeCommand('ma', names)).toEqual(['matrix'])
    expect(completeCommand('step ', names)).toEqual(['step 0', 'step 1', 'step 2'])
    expect(completeCommand('try c', names)).toEqual(['try cartservice ', 'try checkoutservice '])
    expect(completeCommand('explain frontend ca', names)).toEqual(['explain frontend cartservice:7070'])
  })

  it('takes every listed command by its name, and clear beginnings', () => {
    for (const { name } of commandUsages) expect(parseCommand(name)).toEqual({ ok: true, name, args: [] })
    expect(parseCommand('mat')).toEqual({ ok: true, name: 'matrix', args: [] })
    expect(parseCommand('s')).toMatchObject({ ok: false })
  })

  it('reads flows as they are shown, and says what is wrong with others', () => {
    expect(parseFlow(['a', '→', 'b:80'])).toEqual({ ok: true, from: 'a', to: 'b', port: 80 })
    expect(parseFlow(['a', 'b'])).toEqual({ ok: true, from: 'a', to: 'b' })
    expect(parseFlow(['a'])).toMatchObject({ ok: false })
    expect(parseFlow(['a', 'b:99999'])).toMatchObject({ ok: false })
  })
})

describe('editing a line', () => {
  it('inserts, deletes and moves like a shell', () => {
    const value = { text: 'try a bb', at: 8 }
    expect(editText(value, 'ctrl+w', '')).toEqual({ text: 'try a ', at: 6 })
    expect(editText(value, 'ctrl+u', '')).toEqual({ text: '', at: 0 })
    expect(editText(value, 'backspace', '')).toEqual({ text: 'try a b', at: 7 })
    expect(editText({ text: 'ab', at: 1 }, 'x', 'x')).toEqual({ text: 'axb', at: 2 })
    expect(editText(value, 'pgdn', '')).toBe(null)
  })
})

describe('keys that arrive together', () => {
  it('are each a key, whatever they are: a slow line sends many at once', () => {
    const none = {} as Parameters<typeof keyNames>[1]
    expect(keyNames(':ma\t\r', none)).toEqual([':', 'm', 'a', 'tab', 'enter'])
    expect(keyNames('\u0015a b\u007f\u0003', none)).toEqual(['ctrl+u', 'a', 'space', 'b', 'backspace', 'ctrl+c'])
  })

  it('pasted text is one line without control characters', () => {
    expect(pastedText('kubectl get\n  pods\u001b[31m\n')).toBe('kubectl get pods[31m')
  })
})
