/** SHA-224 (FIPS 180-4), here because this folder may not use Node's modules and ids need no speed. */
export function sha224(bytes: Uint8Array): Uint8Array {
  const state = Uint32Array.of(
    0xc1059ed8,
    0x367cd507,
    0x3070dd17,
    0xf70e5939,
    0xffc00b31,
    0x68581511,
    0x64f98fa7,
    0xbefa4fa4,
  )
  const padded = pad(bytes)
  const words = new Uint32Array(64)
  for (let block = 0; block < padded.length; block += 64) {
    const view = new DataView(padded.buffer, block, 64)
    for (let index = 0; index < 16; index++) words[index] = view.getUint32(index * 4)
    for (let index = 16; index < 64; index++) {
      const early = words[index - 15]!
      const late = words[index - 2]!
      const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
      const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
      words[index] = words[index - 16]! + s0 + words[index - 7]! + s1
    }
    compress(state, words)
  }
  const digest = new Uint8Array(28)
  const out = new DataView(digest.buffer)
  for (let index = 0; index < 7; index++) out.setUint32(index * 4, state[index]!)
  return digest
}

function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  new DataView(padded.buffer).setUint32(padded.length - 4, bytes.length * 8)
  return padded
}

function compress(state: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let index = 0; index < 64; index++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const first = (h + s1 + ((e & f) ^ (~e & g)) + roundConstants[index]! + words[index]!) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  ;[a, b, c, d, e, f, g, h].forEach((value, index) => {
    state[index] = state[index]! + value
  })
}

function rotate(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by))
}

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const roundConstants: Uint32Array = Uint32Array.from(firstPrimes(64), cubeRootFraction)

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
  }
  return primes
}

function cubeRootFraction(prime: number): number {
  // floor(cbrt(prime) * 2^32) in integers, so that no rounding of a float can decide a bit.
  const target = BigInt(prime) << 96n
  let low = 0n
  let high = 1n << 36n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle ** 3n <= target) low = middle
    else high = middle
  }
  return Number(low & 0xffffffffn)
}
