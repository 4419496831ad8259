import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

export interface KubectlVersion {
  minor: string
  path: string
  missing: boolean
}

/** `$HW_KUBECTLS` (paths, separated by colons), else the binaries of 1.31, 1.34 and 1.36 where their build script puts them. */
export function kubectlVersions(): KubectlVersion[] {
  const given = process.env.HW_KUBECTLS?.split(':').filter(Boolean)
  if (given) return given.map((path) => ({ minor: minorOf(path), path, missing: !existsSync(path) }))
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hipster-workshop-tools')
  return ['1.31', '1.34', '1.36'].map((minor) => {
    const path = join(cache, `kubectl-${minor}`)
    return { minor, path, missing: !existsSync(path) }
  })
}

function minorOf(path: string): string {
  try {
    const text = execFileSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8' })
    const { major, minor } = JSON.parse(text).clientVersion
    return `${major}.${minor}`
  } catch {
    return path
  }
}

export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  stdin?: string
  env?: Record<string, string>
  /** Ends the command with SIGINT once its output holds this, as a person would. */
  until?: RegExp
}

/** One kubectl with a kubeconfig, cache and folder of its own. */
export class Shell {
  readonly folder = mkdtempSync(join(tmpdir(), 'hw-kubectls-'))
  readonly #env: Record<string, string>

  constructor(binary: string, kubeconfig: string) {
    writeFileSync(join(this.folder, 'config'), kubeconfig)
    execFileSync('ln', ['-s', binary, join(this.folder, 'kubectl')])
    this.#env = {
      PATH: `${this.folder}:${process.env.PATH ?? ''}`,
      HOME: this.folder,
      KUBECONFIG: join(this.folder, 'config'),
      KUBECACHEDIR: join(this.folder, 'cache'),
      KUBERC: 'off',
    }
  }

  file(name: string, content: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, content)
    return path
  }

  /** A line as it is typed into a shell. */
  run(line: string, { stdin = '', env = {}, until }: RunOptions = {}): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn('bash', ['-c', until ? `exec ${line}` : line], {
        cwd: this.folder,
        env: { ...this.#env, ...env },
      })
      const output = { stdout: '', stderr: '' }
      const add = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
        output[stream] += chunk
        if (until?.test(output[stream])) child.kill('SIGINT')
      }
      const limit = setTimeout(() => child.kill('SIGKILL'), 60_000)
      child.stdout.on('data', add('stdout'))
      child.stderr.on('data', add('stderr'))
      child.on('error', reject)
      child.stdin.on('error', () => undefined)
      child.on('close', (code) => {
        clearTimeout(limit)
        resolve({ code, ...output })
      })
      child.stdin.end(stdin)
    })
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
