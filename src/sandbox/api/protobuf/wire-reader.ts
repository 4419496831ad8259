/** The protobuf wire format: tags, varints, length-delimited fields. Throws `RangeError` on anything cut short. */
export interface WireField {
  number: number
  wireType: number
  /** Varints and fixed-width values. */
  value: bigint
  /** Length-delimited values. */
  bytes: Buffer
}

const EMPTY = Buffer.alloc(0)

export function readFields(buffer: Buffer): WireField[] {
  const fields: WireField[] = []
  let at = 0
  const varint = (): bigint => {
    let result = 0n
    for (let shift = 0n; ; shift += 7n) {
      if (at >= buffer.length || shift > 63n) throw new RangeError('truncated varint')
      const byte = buffer[at++]!
      result |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, result)
    }
  }
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > buffer.length) throw new RangeError('truncated field')
    at += length
    return buffer.subarray(at - length, at)
  }
  while (at < buffer.length) {
    const tag = Number(varint())
    const number = tag >>> 3
    const wireType = tag & 7
    if (number === 0) throw new RangeError('field number 0')
    if (wireType === 0) fields.push({ number, wireType, value: varint(), bytes: EMPTY })
    else if (wireType === 1) fields.push({ number, wireType, value: 0n, bytes: take(8) })
    else if (wireType === 2) fields.push({ number, wireType, value: 0n, bytes: take(Number(varint())) })
    else if (wireType === 5) fields.push({ number, wireType, value: 0n, bytes: take(4) })
    else throw new RangeError(`wire type ${wireType}`)
  }
  return fields
}
