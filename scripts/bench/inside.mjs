// Loaded into the screen's process before it (`node --import`): when a key was read, when a frame was written, how late
// the event loop was. SIGUSR2 begins a measurement; the next one writes it to $HW_BENCH_NOTES. The clock is the machine's,
// so that the times can be compared with those of the process that typed.
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { ReadStream, WriteStream } from 'node:tty'

const notes = process.env.HW_BENCH_NOTES
const delay = monitorEventLoopDelay({ resolution: 1 })
let records = null
let began = null

const now = () => Number(process.hrtime.bigint()) / 1e6

const { push } = ReadStream.prototype
ReadStream.prototype.push = function (chunk, ...rest) {
  if (records && chunk) records.push([now(), 'read', String(chunk)])
  return push.call(this, chunk, ...rest)
}
const { write } = WriteStream.prototype
WriteStream.prototype.write = function (data, ...rest) {
  if (records) records.push([now(), 'written', String(data)])
  return write.call(this, data, ...rest)
}

process.on('SIGUSR2', () => {
  if (!records) {
    records = []
    delay.reset()
    delay.enable()
    began = { at: now(), cpu: process.cpuUsage() }
    return
  }
  delay.disable()
  const { user, system } = process.cpuUsage(began.cpu)
  const loop = { p50: delay.percentile(50) / 1e6, p95: delay.percentile(95) / 1e6, max: delay.max / 1e6 }
  writeFileSync(notes, JSON.stringify({ records, loop, cpuMs: (user + system) / 1e3, ms: now() - began.at }))
  records = null
})
