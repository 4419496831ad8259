import { describe, expect, it } from 'vitest'
import { createShopWorld } from '../network/shop-world.ts'
import { createLab } from './capture-lab.ts'

const MULTITOOL = 'hipstershop/multitool'

describe('tools in pods beyond the captures', () => {
  const world = createShopWorld()
  const sh = (script: string, pod = MULTITOOL) => world.sh(pod, script)
  const ipOf = (name: string): string => world.store.get('pods', 'hipstershop', name)?.status?.podIP

  describe('curl', () => {
    it('follows redirects only with -L', async () => {
      expect(
        await sh("curl -sL -o /dev/null -w '%{http_code} %{num_redirects} %{url_effective}' tigera.io"),
      ).toMatchObject({ stdout: '200 1 https://tigera.io/' })
      expect(await sh("curl -s -o /dev/null -w '%{http_code} %{redirect_url}' tigera.io")).toMatchObject({
        stdout: '301 https://tigera.io/',
      })
    })

    it('connects to the address --resolve gives, under the name', async () => {
      const { stdout } = await sh(
        "curl -sS -o /dev/null -I --resolve github.com:80:203.0.113.10 -w '%{remote_ip} %{http_code}' http://github.com/",
      )
      expect(stdout).toBe('203.0.113.10 301')
    })

    it('checks certificates unless -k', async () => {
      expect(await sh(`curl -sS https://${ipOf('multitool')}/`, 'default/multitool')).toMatchObject({
        code: 60,
        stderr: expect.stringContaining('curl: (60) SSL certificate problem: self-signed certificate'),
      })
      expect((await sh(`curl -sSk https://${ipOf('multitool')}/`, 'default/multitool')).stdout).toContain(
        'WBITT Network MultiTool',
      )
    })

    it('shows the exchange with -v', async () => {
      const { stderr } = await sh('curl -sv -o /dev/null frontend')
      expect(stderr.split(/\r?\n/)).toEqual(
        expect.arrayContaining(['* IPv6: (none)', '> GET / HTTP/1.1', '> Host: frontend', '< HTTP/1.1 200 OK']),
      )
    })

    it('meets what does not speak HTTP', async () => {
      expect(await sh('curl -sS redis-cart:6379')).toMatchObject({ code: 52 })
      expect(await sh('curl -sS shippingservice:50051')).toMatchObject({
        code: 1,
        stderr: 'curl: (1) Received HTTP/0.9 when not allowed\n',
      })
      expect(await sh("curl -sS -o /dev/null -w '%{http_code}' cartservice:7070")).toMatchObject({ stdout: '400' })
    })

    it('tries a port as telnet, and ends with its input', async () => {
      expect(await sh('curl -sv telnet://redis-cart:6379 </dev/null')).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('* Connected to redis-cart ('),
      })
      expect(await sh("printf 'PING\\r\\n' | curl -s telnet://redis-cart:6379")).toMatchObject({
        code: 0,
        stdout: '+PONG\r\n',
      })
      expect(await sh('curl -sS -m 2 telnet://redis-cart:6380')).toMatchObject({ code: 28 })
      expect(await sh('curl -sS smtp://redis-cart')).toMatchObject({ code: 1 })
    })

    it('writes files, fails with -f, refuses what it does not know', async () => {
      expect(
        await sh('curl -s -o /tmp/page frontend/cart && grep -c "Shopping cart\\|shopping cart" /tmp/page'),
      ).toMatchObject({ stdout: '2\n' })
      expect(await sh('curl -sSf frontend/nosuch')).toMatchObject({
        code: 22,
        stderr: 'curl: (22) The requested URL returned error: 404\n',
      })
      expect(await sh('curl --nosuch x')).toMatchObject({
        code: 2,
        stderr: "curl: option --nosuch: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
      })
      expect(await sh('curl')).toMatchObject({ code: 2 })
      expect(await sh('curl -sS ftp://x/')).toMatchObject({ code: 1 })
    })

    it('is stopped by -m in a page that waits for a blocked backend', async () => {
      const slow = createShopWorld()
      slow.store.create('networkpolicies.networking.k8s.io', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'shut', namespace: 'hipstershop' },
        spec: { podSelector: { matchLabels: { app: 'shippingservice' } }, policyTypes: ['Ingress'], ingress: [] },
      })
      expect(await slow.sh(MULTITOOL, 'curl -sS -m 5 frontend/cart')).toMatchObject({
        code: 28,
        stderr: expect.stringContaining('Operation timed out after 5000 milliseconds with 0 bytes received'),
      })
      expect(await slow.sh(MULTITOOL, "curl -sS -o /dev/null -m 25 -w '%{http_code}' frontend/cart")).toMatchObject({
        stdout: '500',
      })
    })
  })

  it('talks to redis with nc and redis-cli', async () => {
    expect(await sh("printf 'PING\\r\\n' | nc redis-cart 6379")).toMatchObject({ stdout: '+PONG\r\n', code: 0 })
    expect(await sh('redis-cli ping', 'hipstershop/redis-cart')).toMatchObject({ stdout: 'PONG\n' })
  })

  it('digs with and without TCP, backwards, and at another server', async () => {
    expect(await sh('dig +short +tcp cartservice.hipstershop.svc.cluster.local')).toMatchObject({
      stdout: expect.stringMatching(/^10\.96\.1\.\d+\n$/),
    })
    expect(await sh('dig +short -x 10.96.0.10')).toMatchObject({ stdout: 'kube-dns.kube-system.svc.cluster.local.\n' })
    expect(
      await sh('dig +short @8.8.8.8 google.com; dig +short @8.8.8.8 cartservice.hipstershop.svc.cluster.local'),
    ).toMatchObject({ stdout: '203.0.113.10\n' })
    expect(await sh('dig +time=1 +tries=2 @192.0.2.1 google.com')).toMatchObject({
      code: 9,
      stdout: expect.stringContaining(';; no servers could be reached'),
    })
    expect((await sh('dig nosuch.example.com')).stdout).toContain('status: NXDOMAIN')
    expect((await sh('host google.com')).stdout).toBe('google.com has address 203.0.113.10\n')
  })

  it('says so when the image has a tool the sandbox does not simulate', async () => {
    expect(await sh('tracepath google.com')).toMatchObject({
      stderr: 'tracepath: this sandbox does not simulate it\n',
      code: 126,
    })
  })

  it('explains nc to those who call it wrongly', async () => {
    expect(await sh('nc -Z redis-cart 6379')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^nc: unrecognized option: Z\nBusyBox/),
    })
    expect(await sh('nc redis-cart x')).toMatchObject({ code: 1, stderr: "nc: bad port 'x'\n" })
  })

  it('packs and unpacks with tar, bytes untouched, as kubectl cp does', async () => {
    const { stdout } = await sh(
      "mkdir -p /tmp/d && printf '\\303\\274\\000x' > /tmp/d/f && tar cf - -C /tmp d | tar tf -; tar cf - -C /tmp d | tar xf - -C /root; wc -c < /root/d/f; cat /root/d/f | base64",
    )
    expect(stdout).toBe('d/\nd/f\n4\nw7wAeA==\n')
  })

  it('shows kubelet’s variables of Services that were there before the pod', async () => {
    const { stdout } = await sh('env | grep -E "^(REDIS_CART|KUBERNETES)_" | sort')
    const redis = world.store.get('services', 'hipstershop', 'redis-cart')?.spec.clusterIP
    expect(stdout).toContain(`REDIS_CART_PORT=tcp://${redis}:6379\n`)
    expect(stdout).toContain(`REDIS_CART_SERVICE_HOST=${redis}\n`)
    expect(stdout).toContain('KUBERNETES_SERVICE_HOST=10.96.0.1\n')
  })

  it("tries a range of ports with OpenBSD's nc; one open port is enough", async () => {
    const lab = createLab({ nc: 'openbsd', libc: 'glibc' }, [])
    expect(await lab.run('nc -zv -w1 frontend 79-81')).toMatchObject({
      code: 0,
      stderr: `nc: connect to frontend (10.77.0.12) port 79 (tcp) timed out: Operation now in progress
Connection to frontend (10.77.0.12) 80 port [tcp/http] succeeded!
nc: connect to frontend (10.77.0.12) port 81 (tcp) timed out: Operation now in progress
`,
    })
    expect(await lab.run('nc -z -w1 frontend 90-91')).toMatchObject({ code: 1, stderr: '' })
    expect(await lab.run('nc -z frontend 80-x')).toMatchObject({ code: 1, stderr: 'nc: port number invalid: 80-x\n' })
  })
})
