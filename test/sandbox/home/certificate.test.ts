import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadCertificate } from '../../../src/sandbox/home/certificate.ts'
import { type Layout, layoutOf } from '../../../src/sandbox/home/layout.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const DAY = 24 * 3600 * 1000
let layout: Layout

beforeEach(() => {
  layout = { ...layoutOf(tmpdir(), '3.32') }
  const folder = mkdtempSync(join(tmpdir(), 'hw-cert-'))
  layout = { ...layout, folder, certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
})
afterEach(() => rmSync(layout.folder, { recursive: true, force: true }))

it('is a P-256 certificate for loopback that verifies with itself', () => {
  const { certificate, key } = loadCertificate(layout, NOW)
  const parsed = new X509Certificate(certificate)
  expect(parsed.verify(parsed.publicKey)).toBe(true)
  expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(parsed.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(parsed.checkHost('localhost')).toBe('localhost')
  expect(parsed.checkIP('127.0.0.2')).toBeUndefined()
  expect(parsed.ca).toBe(true)
  expect(parsed.subject).toBe('CN=hipster-workshop sandbox')
  expect(Date.parse(parsed.validFrom)).toBeLessThan(NOW.getTime())
  expect(Date.parse(parsed.validTo) - NOW.getTime()).toBe(365 * DAY)
})

it('is kept while it is good and renewed before it expires', () => {
  const { certificate } = loadCertificate(layout, NOW)
  expect(loadCertificate(layout, new Date(NOW.getTime() + 350 * DAY)).certificate).toBe(certificate)
  const renewed = loadCertificate(layout, new Date(NOW.getTime() + 360 * DAY)).certificate
  expect(renewed).not.toBe(certificate)
  expect(readFileSync(layout.certificate, 'utf8')).toBe(renewed)
})

it('stays valid where years need another time format', () => {
  const { certificate } = loadCertificate(null, new Date('2049-12-01T00:00:00Z'))
  expect(new Date(new X509Certificate(certificate).validTo).getUTCFullYear()).toBe(2050)
})
