/**
 * The world outside the cluster: a handful of names on documentation addresses (RFC 5737), with the answers the real
 * ones gave when they were looked at. Nothing here ever leaves the process.
 */
import type { HttpRequest, HttpResponse } from '../contracts.ts'

export interface OutsideHost {
  names: readonly string[]
  address: string
  /** Answers ICMP echo. */
  pings: boolean
  /** TCP ports that accept; every other one is dropped unless `others` says so. */
  ports: readonly number[]
  others?: 'dropped' | 'refused' | 'host-unreachable' | 'network-unreachable'
  http?: (request: HttpRequest) => HttpResponse
}

export interface OutsideWorld {
  hosts: readonly OutsideHost[]
  /** The cluster DNS asks here for everything it does not serve itself. */
  upstreamDns: string
  /** Public resolvers that answer a pod which asks them directly. */
  publicDns: readonly string[]
  /** Names whose lookup goes wrong, for tests: a server failure, or no answer at all. */
  broken?: Readonly<Record<string, 'servfail' | 'silent'>>
}

function answer(status: number, reason: string, headers: [string, string][], body = ''): HttpResponse {
  return { status, reason, headers, body, tookMs: 0 }
}

const HTML: [string, string] = ['Content-Type', 'text/html; charset=UTF-8']

function redirect(location: string, server: string, extra: [string, string][] = []): HttpResponse {
  return answer(301, 'Moved Permanently', [['Location', location], ...extra, ['Server', server]], '')
}

function google(host: string): (request: HttpRequest) => HttpResponse {
  return ({ scheme, path }) => {
    if (!host.startsWith('www.')) {
      const target = `${scheme}://www.${host}${path}`
      const body = `<HTML><HEAD><meta http-equiv="content-type" content="text/html;charset=utf-8">\n<TITLE>301 Moved</TITLE></HEAD><BODY>\n<H1>301 Moved</H1>\nThe document has moved\n<A HREF="${target}">here</A>.\r\n</BODY></HTML>\r\n`
      return answer(
        301,
        'Moved Permanently',
        [['Location', target], HTML, ['Server', 'gws'], ['Content-Length', String(body.length)]],
        body,
      )
    }
    return answer(
      200,
      'OK',
      [HTML, ['Server', 'gws']],
      '<!doctype html><html><head><title>Google</title></head><body></body></html>\n',
    )
  }
}

function secured(host: string, server: string, title: string): (request: HttpRequest) => HttpResponse {
  return ({ scheme, path }) =>
    scheme === 'http'
      ? answer(301, 'Moved Permanently', [
          ['Server', server],
          ['Location', `https://${host}${path}`],
          ['Connection', 'keep-alive'],
        ])
      : answer(
          200,
          'OK',
          [['Server', server], HTML],
          `<!DOCTYPE html><html><head><title>${title}</title></head><body></body></html>\n`,
        )
}

const WEB = [80, 443]

export const OUTSIDE_WORLD: OutsideWorld = {
  upstreamDns: '203.0.113.53',
  publicDns: ['8.8.8.8', '8.8.4.4', '1.1.1.1', '1.0.0.1', '9.9.9.9'],
  hosts: [
    { names: ['google.com'], address: '203.0.113.10', pings: true, ports: WEB, http: google('google.com') },
    {
      names: ['tigera.io'],
      address: '203.0.113.11',
      pings: true,
      ports: WEB,
      http: secured('tigera.io', 'cloudflare', 'Tigera'),
    },
    {
      names: ['github.com'],
      address: '203.0.113.12',
      pings: true,
      ports: [22, ...WEB],
      http: secured('github.com', 'github.com', 'GitHub'),
    },
    { names: ['google.ca'], address: '203.0.113.13', pings: true, ports: WEB, http: google('google.ca') },
    { names: ['www.google.com'], address: '203.0.113.14', pings: true, ports: WEB, http: google('www.google.com') },
    {
      names: ['www.tigera.io'],
      address: '203.0.113.15',
      pings: true,
      ports: WEB,
      http: ({ scheme, path }) =>
        redirect(`${scheme === 'http' ? 'https://www.tigera.io' : 'https://tigera.io'}${path}`, 'cloudflare', [
          ['Connection', 'keep-alive'],
        ]),
    },
    {
      names: ['example.com', 'www.example.com'],
      address: '203.0.113.16',
      pings: true,
      ports: WEB,
      http: () =>
        answer(
          200,
          'OK',
          [HTML],
          '<!doctype html><html><head><title>Example Domain</title></head><body><h1>Example Domain</h1></body></html>\n',
        ),
    },
    { names: ['www.google.ca'], address: '203.0.113.17', pings: true, ports: WEB, http: google('www.google.ca') },
    { names: ['dns.google'], address: '8.8.8.8', pings: true, ports: [53, 443] },
    { names: ['one.one.one.one'], address: '1.1.1.1', pings: true, ports: [53, ...WEB] },
  ],
}
