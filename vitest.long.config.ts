import { defineConfig } from 'vitest/config'

// The longer checks (`npm run test:long`): whole tracks by kubectl, pty walks, kills, faults.
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.{ts,tsx}'],
    env: { COLUMNS: '100', LINES: '30', FORCE_COLOR: '0', KUBERC: 'off' },
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
    retry: process.env.CI ? 1 : 0,
    fileParallelism: false,
    passWithNoTests: true,
  },
})
