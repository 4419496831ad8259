import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/long/**', 'node_modules/**'],
    // Screens are laid out for a known terminal, whatever the developer's own is.
    env: { COLUMNS: '100', LINES: '30', FORCE_COLOR: '0', KUBERC: 'off' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    // On a busy CI machine a timing flake is tried once more, and the runner says so; at home it fails.
    retry: process.env.CI ? 1 : 0,
  },
})
