import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Layout } from './layout.ts'
import { readIfThere, writeFileAtomic } from './write-file.ts'

export interface Certificate {
  /** PEM; self-signed, so it is its own authority. */
  certificate: string
  key: string
}

const VALID_DAYS = 365
const RENEW_BEFORE_MS = 7 * 24 * 3600 * 1000

/** The kept certificate, or a new one when it is missing, unreadable or about to expire. */
export async function loadCertificate(layout: Layout | null, now: Date): Promise<Certificate> {
  const kept = layout && readKept(layout, now)
  if (kept) return kept
  const made = await makeCertificate(now)
  if (layout) {
    writeFileAtomic(layout.key, made.key)
    writeFileAtomic(layout.certificate, made.certificate)
  }
  return made
}

function readKept(layout: Layout, now: Date): Certificate | undefined {
  const certificate = readIfThere(layout.certificate)
  const key = readIfThere(layout.key)
  if (!certificate || !key) return undefined
  try {
    const parsed = new X509Certificate(certificate)
    const fresh =
      Date.parse(parsed.validTo) - now.getTime() > RENEW_BEFORE_MS && Date.parse(parsed.validFrom) <= now.getTime()
    return fresh && parsed.checkPrivateKey(createPrivateKey(key)) ? { certificate, key } : undefined
  } catch {
    // Half-written by a killed process, or damaged: a new one costs nothing.
    return undefined
  }
}

/** P-256: an RSA key alone would take longer than the whole start. */
async function makeCertificate(now: Date): Promise<Certificate> {
  const { generate } = await import('selfsigned')
  const day = 24 * 3600 * 1000
  const made = await generate([{ name: 'commonName', value: 'hipster-workshop sandbox' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - day),
    notAfterDate: new Date(now.getTime() + VALID_DAYS * day),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
          { type: 2, value: 'kubernetes' },
          { type: 2, value: 'kubernetes.default.svc' },
        ],
      },
    ],
  })
  return { certificate: made.cert, key: made.private }
}
