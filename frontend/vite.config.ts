import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const api = process.env.KURE_API ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: 'es2022',
    manifest: true,
    modulePreload: { polyfill: false },
    // The page's content security policy allows no data: addresses.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            // What every page needs, each in one piece: many small ones are larger, packed.
            {
              name: 'kure',
              test: /\/src\/(live\/(?!(apply|merge)-runs)|api\/(queries\/(auth|config|incidents|mirrors)|[^/]+)\.ts$)/,
            },
            {
              name: 'shared',
              test: /\/src\/(ui|lib)\/(a11y|button|class-names|field|hotkeys|id|nav|notice|pages?|preferences|query-state|skeleton|storage|time|toast|tone|watching)\.tsx?$/,
            },
            {
              name: 'icons',
              test: /lucide-react\/dist\/esm\/icons\/(flask-conical|octagon-alert|octagon-exclamation-point|search|loader-circle|refresh-cw|sliders-horizontal|shield-user|radio|wifi-off|x|workflow)\.(m?js)$/,
            },
            { name: 'tanstack', test: /node_modules\/@tanstack\/(?!react-virtual|virtual-core)/ },
          ],
        },
      },
    },
  },
  // The API answers only to its own name, and to pages of its own.
  server: { proxy: { '/api': { target: api, changeOrigin: true, headers: { origin: api } } } },
});
