import type { KubeObject } from '../../src/policy/model.ts'

/** A namespace with a frontend, a cart behind a Service on another port, and a pod nobody owns; written out as a cluster has them. */
export function namespace(name: string, labels: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

export function pod(
  id: string,
  labels: Record<string, string>,
  ip: string,
  spec: Record<string, unknown> = {},
): KubeObject {
  const [space = '', name = ''] = id.split('/')
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: space, labels },
    spec: { nodeName: 'node', containers: [{ name: 'main', ports: [{ name: 'grpc', containerPort: 7070 }] }], ...spec },
    status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] },
  }
}

export function service(id: string, app: string, port: number, targetPort: number | string): KubeObject {
  const [space = '', name = ''] = id.split('/')
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: space },
    spec: { clusterIP: '10.96.0.7', selector: { app }, ports: [{ port, targetPort, protocol: 'TCP' }] },
  }
}

export function calico(
  kind: string,
  id: string,
  spec: Record<string, unknown>,
  extra: Record<string, unknown> = {},
): KubeObject {
  const [space, name] = id.includes('/') ? id.split('/') : [undefined, id]
  return {
    apiVersion: 'projectcalico.org/v3',
    kind,
    metadata: { name: name!, ...(space ? { namespace: space } : {}), ...extra },
    spec,
  }
}

export const defaultTier = calico('Tier', 'default', { order: 1_000_000, defaultAction: 'Deny' })

export const shop: KubeObject[] = [
  defaultTier,
  namespace('shop'),
  pod('shop/frontend', { app: 'frontend' }, '10.65.0.1', {
    containers: [
      {
        name: 'main',
        env: [
          { name: 'CART_SERVICE_ADDR', value: 'cart:5000' },
          { name: 'OTHER', value: 'x' },
        ],
      },
    ],
  }),
  pod('shop/cart', { app: 'cart' }, '10.65.0.2'),
  service('shop/cart', 'cart', 5000, 'grpc'),
]

export const allowCart = calico('NetworkPolicy', 'shop/allow-cart', {
  selector: 'app == "cart"',
  types: ['Ingress'],
  ingress: [
    { action: 'Allow', protocol: 'TCP', source: { selector: 'app == "frontend"' }, destination: { ports: [5000] } },
  ],
})
