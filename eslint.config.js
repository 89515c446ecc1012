// Type-aware linting at typescript-eslint's strictest, with the exceptions that this code base has reasons for, and the few
// rules of form that its files share: no semicolons, single quotes, two spaces.
import stylistic from '@stylistic/eslint-plugin'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const form = {
  extends: [stylistic.configs.customize({ braceStyle: '1tbs', commaDangle: 'never', indent: 2, quotes: 'single', semi: false })],
  rules: {
    '@stylistic/arrow-parens': ['error', 'as-needed'],
    '@stylistic/indent': ['error', 2, { SwitchCase: 1, flatTernaryExpressions: false, offsetTernaryExpressions: false }],
    // How wrapped conditions and long chains are indented is left to the eye.
    '@stylistic/indent-binary-ops': 'off',
    '@stylistic/max-len': ['error', { code: 180, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
    // `x => { total += x }` is one thought.
    '@stylistic/max-statements-per-line': ['error', { max: 3 }],
    // Members are separated by commas in a line and by nothing between lines, and some lists are both.
    '@stylistic/member-delimiter-style': 'off',
    '@stylistic/operator-linebreak': 'off',
    '@stylistic/quote-props': 'off',
    'eqeqeq': 'error',
    'prefer-const': 'error'
  }
}

export default defineConfig(
  globalIgnores(['dist/', 'reports/', 'node_modules/', 'coverage/']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, form.extends],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers and durations are printed all the time, and a number in a template says exactly what it looks like.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `async` on a function that only returns a promise keeps its throws inside the promise.
      '@typescript-eslint/require-await': 'off',
      // `void` marks a promise that nobody waits for on purpose, also as an arrow's value.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      ...form.rules
    }
  },
  {
    files: ['harness/ledger/**/*.ts', 'harness/checkers/**/*.ts', 'harness/run/self-test/**/*.ts', 'harness/run/overlap.ts'],
    rules: {
      // Columns of a hundred million records are walked by index, and every index comes from a loop's own bounds.
      '@typescript-eslint/no-non-null-assertion': 'off'
    }
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // A test that reads the wrong thing fails; assertions on possibly absent values need no second guard.
      '@typescript-eslint/no-non-null-assertion': 'off'
    }
  },
  {
    files: ['**/*.js'],
    ...form
  }
)
