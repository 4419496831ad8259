import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openProgress } from '../../src/workshop/progress.ts'

function home(): string {
  const dir = mkdtempSync(join(tmpdir(), 'hw-progress-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

describe('progress', () => {
  it('is remembered per cluster and track', async () => {
    const dir = home()
    await openProgress(dir, 'uid-1', 'calico').record(3, true)
    expect(await openProgress(dir, 'uid-1', 'calico').passed()).toEqual([3])
    expect(await openProgress(dir, 'uid-1', 'netpol').passed()).toEqual([])
    expect(await openProgress(dir, 'uid-2', 'calico').passed()).toEqual([])
  })

  it('loses no step when several are recorded at once', async () => {
    const progress = openProgress(home(), 'uid', 'calico')
    await Promise.all([0, 1, 2, 3, 4].map((step) => progress.record(step, true)))
    expect(await progress.passed()).toEqual([0, 1, 2, 3, 4])
    await progress.record(2, false)
    expect(await progress.passed()).toEqual([0, 1, 3, 4])
    await progress.forget(1)
    expect(await progress.passed()).toEqual([0, 1])
    await progress.forget(null)
    expect(await progress.passed()).toEqual([])
  })

  it('takes a damaged file as nothing known, and leaves no half-written one', async () => {
    const dir = home()
    const progress = openProgress(dir, 'uid', 'calico')
    await progress.record(1, true)
    writeFileSync(join(dir, 'progress/uid/calico.json'), '{"passed": [1')
    expect(await progress.passed()).toEqual([])
    await progress.record(2, true)
    expect(readdirSync(join(dir, 'progress/uid'))).toEqual(['calico.json'])
  })

  it('stays in its folder whatever the cluster calls itself', async () => {
    const dir = home()
    await openProgress(dir, '../../x', 'a/b').record(0, true)
    expect(readdirSync(dir)).toEqual(['progress'])
  })

  it('says so when the home cannot be written', async () => {
    const dir = home()
    writeFileSync(join(dir, 'progress'), 'a file')
    await expect(openProgress(dir, 'uid', 'calico').record(0, true)).rejects.toMatchObject({
      code: 'HOME_NOT_WRITABLE',
      exitCode: 5,
    })
  })
})
