import type { ImageFacts } from '../../netexec/image-bases.ts'
import { programName } from '../images/main-process.ts'
import type { LogLine, LogScript } from './container-log.ts'

/** What the simulated servers write: lines at their start, and lines that come back every so often. */
interface Script {
  boot: readonly ((at: Date) => string)[]
  every?: { seconds: number; line: (at: Date, n: number) => string }
}

const text = (line: string) => () => line
/** logrus' JSON, as the shop's Go services write it. */
const goJson = (message: string) => (at: Date) =>
  JSON.stringify({ message, severity: 'info', timestamp: at.toISOString() })
const nodeJson = (name: string, message: string) => (at: Date) =>
  JSON.stringify({ severity: 'info', time: at.getTime(), pid: 1, hostname: name, name, message })
const pythonJson = (name: string, message: string) => (at: Date) =>
  JSON.stringify({ timestamp: at.getTime() / 1000, severity: 'INFO', name, message })
const redis = (message: string) => (at: Date) => {
  const [, date, month, year] = /\w+, (\d+) (\w+) (\d+)/.exec(at.toUTCString()) ?? []
  return `1:M ${date} ${month} ${year} ${at.toISOString().slice(11, 23)} * ${message}`
}

const PAGES = ['/', '/product/OLJCESPC7Z', '/cart', '/setCurrency', '/product/66VCHSJNUP', '/cart/checkout']

const SCRIPTS: Readonly<Record<string, Script>> = {
  adservice: { boot: [pythonJson('AdService', 'Ad Service started, listening on 9555')] },
  cartservice: {
    boot: [
      text('info: Microsoft.Hosting.Lifetime[14]'),
      text('      Now listening on: http://[::]:7070'),
      text('info: Microsoft.Hosting.Lifetime[0]'),
      text('      Application started. Press Ctrl+C to shut down.'),
    ],
    every: { seconds: 20, line: () => 'GetCartAsync called with userId=anonymous' },
  },
  checkoutservice: {
    boot: [
      goJson('Tracing disabled.'),
      goJson('Profiling disabled.'),
      goJson('starting to listen on tcp: "[::]:5050"'),
    ],
    every: { seconds: 30, line: (at) => goJson('[PlaceOrder] user_id="anonymous" user_currency="USD"')(at) },
  },
  currencyservice: {
    boot: [
      nodeJson('currencyservice-server', 'Starting gRPC server on port 7000...'),
      nodeJson('currencyservice-server', 'CurrencyService gRPC server started on port 7000'),
    ],
    every: { seconds: 10, line: (at) => nodeJson('currencyservice-server', 'conversion request successful')(at) },
  },
  emailservice: {
    boot: [
      pythonJson('emailservice-server', 'starting the email service in dummy mode.'),
      pythonJson('emailservice-server', 'listening on port: 8080'),
    ],
    every: {
      seconds: 30,
      line: (at) =>
        pythonJson(
          'emailservice-server',
          'A request to send order confirmation email to someone@example.com has been received.',
        )(at),
    },
  },
  frontend: {
    boot: [goJson('Tracing disabled.'), goJson('Profiling disabled.'), goJson('starting server on :8080')],
    every: {
      seconds: 5,
      line: (at, n) =>
        JSON.stringify({
          'http.req.method': 'GET',
          'http.req.path': PAGES[n % PAGES.length],
          message: 'request complete',
          severity: 'debug',
          timestamp: at.toISOString(),
        }),
    },
  },
  loadgenerator: {
    boot: [
      text('Starting Locust 2.32.4'),
      text('Ramping to 10 users at a rate of 1.00 per second'),
      text('All users spawned: {"WebsiteUser": 10} (10 total users)'),
    ],
    every: {
      seconds: 5,
      line: (_, n) =>
        `GET      ${(PAGES[n % PAGES.length] ?? '/').padEnd(62)}  ${String(n + 1).padStart(6)}     0(0.00%)`,
    },
  },
  paymentservice: {
    boot: [nodeJson('paymentservice-server', 'PaymentService gRPC server started on port 50051')],
    every: {
      seconds: 30,
      line: (at) => nodeJson('paymentservice-charge', 'Transaction processed: visa ending 0454')(at),
    },
  },
  productcatalogservice: {
    boot: [
      goJson('Tracing disabled.'),
      goJson('Profiling disabled.'),
      goJson('successfully parsed product catalog json'),
      goJson('starting grpc server at :3550'),
    ],
  },
  recommendationservice: {
    boot: [
      pythonJson('recommendationservice-server', 'initializing recommendationservice'),
      pythonJson('recommendationservice-server', 'listening on port: 8080'),
    ],
    every: {
      seconds: 10,
      line: (at) =>
        pythonJson(
          'recommendationservice-server',
          "[Recv ListRecommendations] product_ids=['OLJCESPC7Z', '9SIQT8TOJO']",
        )(at),
    },
  },
  shippingservice: {
    boot: [
      goJson('Tracing disabled.'),
      goJson('Profiling disabled.'),
      goJson('Shipping Service listening on port :50051'),
    ],
    every: { seconds: 15, line: (at) => goJson('[GetQuote] received request')(at) },
  },
  'redis-cart': {
    boot: [
      redis('oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo'),
      redis('Running mode=standalone, port=6379.'),
      redis('Server initialized'),
      redis('Ready to accept connections tcp'),
    ],
  },
  multitool: {
    boot: [
      text('The directory /usr/share/nginx/html is not mounted.'),
      text('Therefore, over-writing the default index.html file with some useful information:'),
    ],
  },
  coredns: {
    boot: [
      text('.:53'),
      text('[INFO] plugin/reload: Running configuration SHA512'),
      text('CoreDNS-1.12.1'),
      text('linux/amd64, go1.24.1'),
    ],
  },
  'kube-apiserver': { boot: [text('Serving securely on [::]:6443')] },
  node: {
    boot: [
      text('[INFO] Early log level set to info'),
      text('[INFO] Using node name from environment'),
      text('Calico node started successfully'),
    ],
  },
}

export function logScriptFor(image: ImageFacts): LogScript {
  const script = SCRIPTS[programName(image)]
  if (!script) return () => []
  return (fromMs, toMs, startedAt) => {
    const lines: LogLine[] = []
    if (fromMs < 0)
      for (const [i, line] of script.boot.entries())
        lines.push({ at: startedAt + i, text: line(new Date(startedAt + i)) })
    const { every } = script
    if (every) {
      const step = every.seconds * 1000
      // A sandbox that ran for days writes its last lines only.
      const last = Math.floor(toMs / step)
      const first = Math.max(Math.floor(Math.max(fromMs, 0) / step) + 1, last - 500)
      for (let n = first; n <= last; n++)
        lines.push({ at: startedAt + n * step, text: every.line(new Date(startedAt + n * step), n) })
    }
    return lines
  }
}
