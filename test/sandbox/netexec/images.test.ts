import { describe, expect, it } from 'vitest'
import { findImage, parseImage } from '../../../src/sandbox/netexec/images.ts'

const shop = (service: string, tag: string) =>
  findImage(`us-central1-docker.pkg.dev/google-samples/microservices-demo/${service}:${tag}`)

describe('the image catalogue', () => {
  it('takes references apart', () => {
    expect(parseImage('wbitt/network-multitool')).toEqual({
      registry: 'docker.io',
      repository: 'wbitt/network-multitool',
      tag: 'latest',
    })
    expect(parseImage('localhost:5000/a/b@sha256:00')).toEqual({
      registry: 'localhost:5000',
      repository: 'a/b',
      tag: 'latest',
    })
    expect(parseImage('docker.io/library/redis:alpine')).toEqual({
      registry: 'docker.io',
      repository: 'redis',
      tag: 'alpine',
    })
  })

  it.each(['frontend', 'checkoutservice', 'productcatalogservice', 'shippingservice', 'cartservice'])(
    'finds no shell in %s from v0.10.1 on',
    (service) => {
      expect(shop(service, 'v0.10.5')).toMatchObject({ known: true, shell: 'none', nc: null })
      expect(shop(service, 'v0.10.1').shell).toBe('none')
      expect(shop(service, 'v0.10.0')).toMatchObject({ shell: 'ash', nc: 'busybox' })
      expect(shop(service, 'v0.9.0').shell).toBe('ash')
    },
  )

  it.each(['adservice', 'currencyservice', 'emailservice', 'paymentservice', 'recommendationservice', 'loadgenerator'])(
    'finds Alpine in %s v0.10.5',
    (service) => {
      expect(shop(service, 'v0.10.5')).toMatchObject({ shell: 'ash', nc: 'busybox', ping: 'busybox' })
    },
  )

  it('knows which Debian images have no nc', () => {
    expect(shop('emailservice', 'v0.10.2')).toMatchObject({ shell: 'dash', nc: null, ping: null, wget: null })
    expect(shop('emailservice', 'v0.3.8').tools.has('wget')).toBe(true)
  })

  it('tells the multitool flavours apart', () => {
    expect(findImage('wbitt/network-multitool')).toMatchObject({
      known: true,
      shell: 'ash',
      nc: 'busybox',
      ping: 'iputils',
      curl: '8.14.1',
      uid: 0,
    })
    expect(findImage('wbitt/network-multitool:extra').nc).toBe('openbsd')
    expect(findImage('redis:alpine').listens).toEqual([{ port: 6379, protocol: 'TCP' }])
  })

  it('does not know what nobody published, prototype words included', () => {
    for (const name of [
      'nosuch/image:1',
      'constructor',
      'toString',
      '__proto__',
      'gcr.io/google-samples/microservices-demo/constructor:v1.0.0',
    ]) {
      expect(findImage(name)).toMatchObject({ known: false, shell: 'none' })
    }
  })
})

describe('images people try', () => {
  it.each([
    'hello-world',
    'python:3.12',
    'node:22-alpine',
    'httpd',
    'postgres:16',
    'registry.k8s.io/e2e-test-images/agnhost:2.53',
  ])('%s can be pulled', (image) => expect(findImage(image).known).toBe(true))

  it('python has curl only where the image has it', () => {
    expect(findImage('python:3.12').tools.has('curl')).toBe(true)
    expect(findImage('python:3.12-slim').tools.has('curl')).toBe(false)
  })
})
