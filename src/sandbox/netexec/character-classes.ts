/** POSIX character classes, as the inside of a JavaScript set: `[:alpha:]` is `A-Za-z`. */
export const CHARACTER_CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
}
