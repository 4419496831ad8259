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

  it('knows which steps were proved where nothing told of this program', async () => {
    const dir = home()
    const progress = openProgress(dir, 'uid', 'calico')
    await progress.record(0, true, true)
    await progress.record(1, true, true)
    await progress.record(2, true)
    expect(await openProgress(dir, 'uid', 'calico').byHand()).toEqual([0, 1])
    await progress.record(1, true)
    await progress.record(0, false, true)
    expect(await progress.byHand()).toEqual([])
    expect(await progress.passed()).toEqual([1, 2])
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

  it('keeps what was answered first, and forgets it with its step', async () => {
    const dir = home()
    const progress = openProgress(dir, 'uid', 'calico')
    await progress.record(4, true)
    await progress.answered('ask a', { step: 4, right: 1, total: 1 })
    await progress.answered('ask a', { step: 4, right: 0, total: 1 })
    await progress.answered('predict 6', { step: 6, right: 3, total: 5 })
    const again = openProgress(dir, 'uid', 'calico')
    expect(await again.answers()).toEqual({
      'ask a': { step: 4, right: 1, total: 1 },
      'predict 6': { step: 6, right: 3, total: 5 },
    })
    await again.forget(4)
    expect(await again.answers()).toEqual({ 'ask a': { step: 4, right: 1, total: 1 } })
    expect(await again.passed()).toEqual([4])
    await again.forget(null)
    expect(await again.answers()).toEqual({})
  })

  it.each([
    ['a file of another version', '{"v":2,"passed":[1],"answers":{"a":{"step":1,"right":1,"total":1}}}', []],
    ['no list', '{"v":1,"passed":"1","answers":[1]}', []],
    ['null', 'null', []],
    [
      'answers that cannot be',
      '{"v":1,"passed":[1,"x"],"answers":{"a":{"step":1,"right":2,"total":1},"b":null,"c":{"step":-1,"right":0,"total":1},"d":7}}',
      [1],
    ],
    ['answers of a file without any', '{"v":1,"passed":[1]}', [1]],
  ])('takes %s as nothing known', async (_, text, passed) => {
    const dir = home()
    const progress = openProgress(dir, 'uid', 'calico')
    await progress.record(1, true)
    writeFileSync(join(dir, 'progress/uid/calico.json'), text)
    expect(await progress.answers()).toEqual({})
    expect(await progress.passed()).toEqual(passed)
    await progress.answered('b', { step: 1, right: 1, total: 1 })
    expect(await progress.answers()).toEqual({ b: { step: 1, right: 1, total: 1 } })
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
