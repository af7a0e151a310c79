// How the console is built: JSX by Vite's own transform, no plugin; nothing inline, so that the strict CSP of the server holds; one chunk a page
// and a language. `vite console` serves it for development and hands API calls to a server at SESAME_URL.
import { defineConfig } from 'vite';

const api = process.env['SESAME_URL'] ?? 'http://127.0.0.1:8025';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    // light-dark() of look/tokens.css is left as it is.
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    emptyOutDir: true,
  },
  server: {
    proxy: Object.fromEntries(['/v1', '/console', '/docs', '/openapi.json'].map(path => [path, { target: api, changeOrigin: false }])),
  },
});
