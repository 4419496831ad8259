/**
 * Whom to trust when the kubeconfig names no certificate authority. kubectl (Go's crypto/x509) asks the system's store, or
 * what SSL_CERT_FILE and SSL_CERT_DIR name instead; Node knows a list of its own and NODE_EXTRA_CA_CERTS. Both count here.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as tls from 'node:tls'

/** As in crypto/x509/root_linux.go, the first that is there. */
const systemFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** PEM texts; undefined: Node's own list is all there is. */
export function trustedRoots(env: Readonly<Record<string, string | undefined>>): string[] | undefined {
  const more = [...filesOf(env.NODE_EXTRA_CA_CERTS), ...storeOf(env)]
  return more.length === 0 ? undefined : [...tls.rootCertificates, ...more]
}

function storeOf(env: Readonly<Record<string, string | undefined>>): string[] {
  if (env.SSL_CERT_FILE || env.SSL_CERT_DIR)
    return [...filesOf(env.SSL_CERT_FILE), ...(env.SSL_CERT_DIR ?? '').split(delimiter).flatMap(folderOf)]
  // Node 22.15 and newer reads the stores of macOS and Windows too.
  const { getCACertificates } = tls as { getCACertificates?: (type: 'system') => string[] }
  if (getCACertificates) return getCACertificates('system')
  for (const file of systemFiles) {
    const found = filesOf(file)
    if (found.length > 0) return found
  }
  return []
}

/** A file that cannot be read counts for nothing, as in Go and Node. */
function filesOf(file: string | undefined): string[] {
  if (!file) return []
  try {
    const text = readFileSync(file, 'utf8')
    return text.includes('BEGIN CERTIFICATE') ? [text] : []
  } catch {
    return []
  }
}

function folderOf(folder: string): string[] {
  if (folder === '') return []
  try {
    return readdirSync(folder).flatMap((name) => filesOf(join(folder, name)))
  } catch {
    return []
  }
}
