import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.test.ts', 'scripts/*.test.mjs'],
        },
      },
      {
        extends: true,
        test: {
          name: 'component',
          environment: 'jsdom',
          // Two busy cores: see test/setup.ts.
          testTimeout: 20_000,
          include: ['src/**/*.test.tsx'],
          setupFiles: ['test/setup.ts'],
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/lib/**', 'src/live/**'],
      exclude: ['**/*.test.*'],
      reporter: [['text', { skipFull: true }]],
      thresholds: { lines: 95, functions: 95, statements: 95 },
    },
  },
});
