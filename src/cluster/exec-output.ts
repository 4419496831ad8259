/**
 * Turns what a probe tool said (exit code and words) into an outcome. Pure, and the only place where message text is
 * matched. The invariant: `timed-out` only for a connect that was dropped in silence, `open` only for a completed
 * connection; whatever is not recognised is `unclear` and proves nothing.
 * Texts and codes are those captured from busybox, OpenBSD, traditional and nmap's nc, curl 7.88/8.14, iputils,
 * inetutils and busybox ping, and bind's dig (test/data/probe-outputs.json).
 */
import { escapeControl } from '../errors/escape.ts'
import { readCurl } from './exec-output/curl.ts'
import { readDig } from './exec-output/dig.ts'
import { readNc } from './exec-output/nc.ts'
import { readNotRun } from './exec-output/not-run.ts'
import { readPing } from './exec-output/ping.ts'
import type { Reading, ToolOutput } from './exec-output/reading.ts'
import type { ProbeReading } from './port.ts'

/** Both streams may be joined in either field; carriage returns of a terminal do no harm. */
export function readExecOutput(output: ToolOutput): ProbeReading {
  const text = `${output.stdout}\n${output.stderr}`.replaceAll('\r', '')
  const reading = classify(output, text)
  return {
    ...reading,
    evidence: {
      command: output.command,
      exitCode: output.exitCode,
      output: escapeControl(text.trim(), { multiline: true }),
    },
  }
}

function classify(output: ToolOutput, text: string): Reading {
  const notRun = readNotRun(output.tool, output.exitCode, text)
  if (notRun) return notRun
  // The exit code of a pipe is its last command's, and hidden errors are no evidence: silence there says nothing.
  const hidden = /2>\s*\/dev\/null|\|/.test(output.command)
  if (hidden) {
    return /^HTTP\/[\d.]+ \d{3}/m.test(text)
      ? { outcome: 'open', detail: 'an HTTP answer came back' }
      : { outcome: 'unclear', detail: 'the command hides its errors' }
  }
  switch (output.tool) {
    case 'nc':
      return readNc(output, text)
    case 'curl':
      return readCurl(output, text)
    case 'ping':
      return readPing(output, text)
    case 'dig':
      return readDig(output, text)
  }
}
