import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/', '**/build/', 'coverage/', 'test/**/fixtures/', '**/public/', 'template/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Overloads are told apart for inference: one union would leave callbacks without types.
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: { 'no-console': 'error' },
  },
  {
    // What browsers run: checked as scripts, with what a browser has.
    files: ['src/frame/pages/*.js', 'src/browser/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...[
            'addEventListener',
            'clearInterval',
            'clearTimeout',
            'document',
            'fetch',
            'Headers',
            'history',
            'location',
          ],
          ...['open', 'parent', 'removeEventListener', 'Request', 'sessionStorage', 'setInterval', 'setTimeout', 'top'],
          ...['URL', 'URLSearchParams', 'window'],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
      },
    },
  },
);
