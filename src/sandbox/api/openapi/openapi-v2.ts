import { createHash } from 'node:crypto'

const TITLE = 'Kubernetes'

/**
 * OpenAPI v2 without paths and definitions. Every kubectl since 1.29 reads v3 and asks for this only about a kind v3 does not have;
 * finding none here either it goes on to say `no matches for kind`, as on a real cluster.
 */
export function openApiV2(version: string): { json: string; protobuf: string; etag: string } {
  const info = Buffer.concat([text(1, TITLE), text(2, version)])
  return {
    etag: `"${createHash('sha512').update(version).digest('hex').toUpperCase()}"`,
    json: JSON.stringify({ swagger: '2.0', info: { title: TITLE, version }, paths: {}, definitions: {} }),
    // openapi.v2.Document {1: swagger, 2: info}; every byte of it is ASCII.
    protobuf: Buffer.concat([text(1, '2.0'), bytes(2, info)]).toString('latin1'),
  }
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value, 'utf8'))
}

/** A length-delimited protobuf field shorter than 128 bytes. */
function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2, value.length]), value])
}
