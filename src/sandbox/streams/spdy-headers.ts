import { constants, inflateSync } from 'node:zlib'
import { SPDY_DICTIONARY } from './spdy-dictionary.ts'

/** More header bytes than any client of ours sends in a connection's life. */
const LONGEST_HISTORY = 512 * 1024

/**
 * Header blocks of one connection share one compression context per direction. Node's synchronous zlib keeps no
 * context between calls, so the blocks so far are decompressed again together: they are few and short.
 */
export class HeaderReader {
  #history = Buffer.alloc(0)
  #read = 0

  read(block: Buffer): Map<string, string> {
    this.#history = Buffer.concat([this.#history, block])
    if (this.#history.length > LONGEST_HISTORY) throw new Error('too many SPDY headers')
    const all = inflateSync(this.#history, {
      dictionary: SPDY_DICTIONARY,
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: 16 * LONGEST_HISTORY,
    })
    const fresh = all.subarray(this.#read)
    this.#read = all.length
    return parseHeaders(fresh)
  }
}

function parseHeaders(block: Buffer): Map<string, string> {
  const headers = new Map<string, string>()
  let at = 0
  const take = (): string => {
    const length = block.readUInt32BE(at)
    const text = block.toString('latin1', at + 4, at + 4 + length)
    at += 4 + length
    return text
  }
  const count = block.readUInt32BE(at)
  at += 4
  for (let i = 0; i < count; i++) {
    const name = take()
    headers.set(name, take())
  }
  return headers
}

/** Empty header blocks in stored zlib blocks: valid to any inflater and without a context to keep. */
export class EmptyHeaderWriter {
  #begun = false

  write(): Buffer {
    // Stored block, LEN=4, NLEN, a count of zero; then the empty block of a sync flush, without which Go waits for more.
    const stored = Buffer.from([0x00, 0x04, 0x00, 0xfb, 0xff, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0xff, 0xff])
    const block = this.#begun ? stored : Buffer.concat([Buffer.from([0x78, 0x01]), stored])
    this.#begun = true
    return block
  }
}
