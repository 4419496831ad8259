import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Layout } from './layout.ts'
import { makeSelfSigned } from './self-signed.ts'
import { readIfThere, writeFileAtomic } from './write-file.ts'

export interface Certificate {
  /** PEM; self-signed, so it is its own authority. */
  certificate: string
  key: string
}

const VALID_DAYS = 365
const DAY_MS = 24 * 3600 * 1000
const RENEW_BEFORE_MS = 7 * DAY_MS

/** The kept certificate, or a new one when it is missing, unreadable or about to expire. */
export function loadCertificate(layout: Layout | null, now: Date): Certificate {
  const kept = layout && readKept(layout, now)
  if (kept) return kept
  const made = makeCertificate(now)
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
function makeCertificate(now: Date): Certificate {
  return makeSelfSigned({
    commonName: 'hipster-workshop sandbox',
    ips: ['127.0.0.1'],
    names: ['localhost', 'kubernetes', 'kubernetes.default.svc'],
    // Clocks of a client in a container may be behind.
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + VALID_DAYS * DAY_MS),
  })
}
