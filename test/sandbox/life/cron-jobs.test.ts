import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseSchedule } from '../../../src/sandbox/api/validate/cron-schedule.ts'
import { namespace, startWorld, type World } from './start-world.ts'

const next = (text: string, after: string) => parseSchedule(text)?.(new Date(after))?.toISOString().slice(0, 16)

describe('a schedule', () => {
  it.each([
    ['* * * * *', '2026-05-04T10:00:30Z', '2026-05-04T10:01'],
    ['*/15 * * * *', '2026-05-04T10:46:00Z', '2026-05-04T11:00'],
    ['0 12 * * *', '2026-05-04T12:00:00Z', '2026-05-05T12:00'],
    ['30 6 1,15 * *', '2026-05-04T10:00:00Z', '2026-05-15T06:30'],
    ['0 0 * * mon-fri', '2026-05-08T10:00:00Z', '2026-05-11T00:00'],
    ['0 0 * * 7', '2026-05-04T10:00:00Z', '2026-05-10T00:00'],
    ['0 0 13 * fri', '2026-05-04T10:00:00Z', '2026-05-08T00:00'],
    ['0 0 29 2 *', '2026-05-04T10:00:00Z', '2028-02-29T00:00'],
    ['5/20 * * * *', '2026-05-04T10:30:00Z', '2026-05-04T10:45'],
    ['@hourly', '2026-05-04T10:30:00Z', '2026-05-04T11:00'],
  ])('%s after %s is %s', (text, after, wanted) => {
    expect(next(text, after)).toBe(wanted)
  })

  it.each(['', '* * * *', '60 * * * *', '*/0 * * * *', '5-1 * * * *', 'x * * * *', '@never'])('%j is none', (text) => {
    expect(parseSchedule(text)).toBeUndefined()
  })

  it('that never comes has no next time', () => {
    expect(next('0 0 31 2 *', '2026-05-04T10:00:00Z')).toBeUndefined()
  })
})

describe('a cron job', () => {
  let world: World
  afterEach(() => {
    world.close()
    vi.useRealTimers()
  })

  it('makes a job at its minute, says when, and keeps the last ones only', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: new Date('2026-05-04T10:00:20Z') })
    world = await startWorld('none')
    world.add('namespaces', namespace('lab'))
    world.add('cronjobs.batch', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'tick', namespace: 'lab' },
      spec: {
        schedule: '* * * * *',
        successfulJobsHistoryLimit: 2,
        jobTemplate: {
          spec: {
            template: {
              spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox', command: ['true'] }] },
            },
          },
        },
      },
    })
    const settle = async () => {
      const settled = world.settled()
      // `settled` looks again by a timer of its own.
      for (let turn = 0; turn < 200; turn++) {
        await new Promise((resolve) => setImmediate(resolve))
        await vi.advanceTimersByTimeAsync(1)
      }
      await settled
    }
    await settle()
    expect(world.store.list('jobs.batch', 'lab')).toEqual([])
    for (let minute = 0; minute < 3; minute++) {
      await vi.advanceTimersByTimeAsync(60_000)
      await settle()
    }
    const jobs = world.store.list('jobs.batch', 'lab').map(({ metadata }) => metadata.name)
    const at = (time: string) => `tick-${Date.parse(time) / 60_000}`
    expect(jobs).toEqual([at('2026-05-04T10:02:00Z'), at('2026-05-04T10:03:00Z')])
    const cron = world.store.get('cronjobs.batch', 'lab', 'tick')!
    expect(cron.status.lastScheduleTime).toBe('2026-05-04T10:03:00Z')
    expect(cron.status.active).toBeUndefined()
    expect(world.pods('lab')).toHaveLength(2)
  })
})
