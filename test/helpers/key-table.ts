/** The README's table of keys, as the keymap has it. */
import { keyLabel, keymap } from '../../src/ui/keymap.ts'

export function keyTable(): string {
  const rows = keymap.map(({ keys, help }) => {
    const names = keys.map((key) => `\`${keyLabel(key)}\``).join(' ')
    return `| ${names} | ${help} |`
  })
  return ['| key | what it does |', '|---|---|', ...rows].join('\n')
}
