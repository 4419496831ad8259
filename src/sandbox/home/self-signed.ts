import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/**
 * A self-signed server certificate in DER, written by hand: Node can sign but cannot make X.509, and the libraries that
 * can take longer to load than the whole sandbox takes to start. Tags and order follow RFC 5280, section 4.1.
 */
export interface SelfSigned {
  certificate: string
  key: string
}

export interface CertificateInput {
  commonName: string
  ips: readonly string[]
  names: readonly string[]
  notBefore: Date
  notAfter: Date
}

/** P-256 with SHA-256. It is its own authority, so clients can be told to trust exactly it. */
export function makeSelfSigned(input: CertificateInput): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(oid(2, 5, 4, 3), tagged(UTF8_STRING, Buffer.from(input.commonName, 'utf8')))))
  const body = sequence(
    tagged(context(0), integer(Buffer.from([2]))),
    // Positive and never zero.
    integer(Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    ECDSA_SHA256,
    name,
    sequence(time(input.notBefore), time(input.notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(context(3), sequence(...extensions(input))),
  )
  const signature = sign('sha256', body, privateKey)
  const der = sequence(body, ECDSA_SHA256, bitString(signature, 0))
  return { certificate: pem(der), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
}

const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OBJECT_ID = 0x06
const UTF8_STRING = 0x0c
const GENERALIZED_TIME = 0x18
const UTC_TIME = 0x17
const SEQUENCE = 0x30
const SET = 0x31
const TRUE = Buffer.from([0x01, 0x01, 0xff])

const ECDSA_SHA256 = sequence(oid(1, 2, 840, 10045, 4, 3, 2))

function extensions({ ips, names }: CertificateInput): Buffer[] {
  const alternatives = [
    ...ips.map((ip) => tagged(0x87, Buffer.from(ip.split('.').map(Number)))),
    ...names.map((name) => tagged(0x82, Buffer.from(name, 'latin1'))),
  ]
  return [
    // Basic constraints: an authority. Key usage: digitalSignature (bit 0) and keyCertSign (bit 5).
    extension([2, 5, 29, 19], true, sequence(TRUE)),
    extension([2, 5, 29, 15], true, bitString(Buffer.from([0x84]), 2)),
    extension([2, 5, 29, 37], false, sequence(oid(1, 3, 6, 1, 5, 5, 7, 3, 1))),
    extension([2, 5, 29, 17], false, sequence(...alternatives)),
  ]
}

function extension(id: readonly [number, number, ...number[]], critical: boolean, value: Buffer): Buffer {
  return sequence(oid(...id), ...(critical ? [TRUE] : []), tagged(OCTET_STRING, value))
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(SEQUENCE, Buffer.concat(parts))
}

function set(part: Buffer): Buffer {
  return tagged(SET, part)
}

function context(number: number): number {
  return 0xa0 | number
}

function integer(bytes: Buffer): Buffer {
  return tagged(INTEGER, bytes)
}

function bitString(bytes: Buffer, unusedBits: number): Buffer {
  return tagged(BIT_STRING, Buffer.concat([Buffer.from([unusedBits]), bytes]))
}

function oid(first: number, second: number, ...rest: number[]): Buffer {
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const digits = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80)
    bytes.push(...digits)
  }
  return tagged(OBJECT_ID, Buffer.from(bytes))
}

/** UTCTime through 2049, GeneralizedTime after it. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14)
  const text = date.getUTCFullYear() < 2050 ? `${digits.slice(2)}Z` : `${digits}Z`
  return tagged(text.length === 13 ? UTC_TIME : GENERALIZED_TIME, Buffer.from(text, 'latin1'))
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
