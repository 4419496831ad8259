// A sandbox in a process of its own: `serve-sandbox.mjs BUNDLE HOME`. Tells its parent how long the start took once the
// bundle was loaded, and on each message what it has used since; ends when the parent lets go.
const [bundle, home] = process.argv.slice(2)
const { createSandbox } = await import(bundle)

const milliseconds = ({ user, system }) => (user + system) / 1000
const before = process.cpuUsage()
const began = performance.now()
const sandbox = await createSandbox({ home, calico: '3.32', timeScale: 0 })
const ms = performance.now() - began
process.send({
  url: sandbox.url,
  token: /token: (\S+)/.exec(sandbox.kubeconfig)[1],
  ms,
  cpuMs: milliseconds(process.cpuUsage(before)),
})

process.on('message', async (message) => {
  if (message === 'settle') await sandbox.settled()
  process.send({ cpuMs: milliseconds(process.cpuUsage()), rssMb: process.memoryUsage().rss / 1e6 })
})
process.on('disconnect', () => sandbox.close())
