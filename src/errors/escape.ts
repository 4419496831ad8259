// biome-ignore lint/complexity/useRegexLiterals: built from escapes so that no control character stands in this file
const control = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]', 'g')

/**
 * Makes text from a cluster, a file or a tool safe to print: control characters (also C1 and the bidi overrides)
 * become visible escapes, so that a pod's name cannot repaint the screen. Newlines and tabs stay when `multiline`.
 */
export function escapeControl(text: string, options: { multiline?: boolean } = {}): string {
  return text.replace(control, (character) => {
    if (options.multiline && (character === '\n' || character === '\t')) return character
    if (character === '\n') return '\\n'
    if (character === '\t') return '\\t'
    if (character === '\r') return '\\r'
    return `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`
  })
}
